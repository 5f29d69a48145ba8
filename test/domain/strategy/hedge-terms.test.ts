/** Hedges that cannot be, by the name of the field; and sizes where the legs are at two venues. */
import { describe, expect, it } from "vitest";
import type { Instrument } from "../../../domain/market/instrument.ts";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import { checkHedge, parseHedge } from "../../../domain/strategy/hedge.ts";
import { hedgedBy } from "../../../domain/strategy/hedged.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { instrument } from "../../simulation/backtest/scripted.ts";
import { puppet, script, START } from "./hedge-bench.ts";

describe("a hedge that cannot be", () => {
  it.each([
    [{}, "hedge.with"],
    [{ with: "BTC" }, "hedge.with"],
    [{ with: "A/B", ratio: "half" }, "hedge.ratio"],
    [{ with: "A/B", share: 0 }, "hedge.share"],
    [{ with: "A/B", share: 1.1 }, "hedge.share"],
    [{ with: "A/B", band: -0.1 }, "hedge.band"],
    [{ with: "A/B", ratio: "beta", window: 5 }, "hedge.window"],
    [{ with: "A/B", ratio: "beta", window: 20.5 }, "hedge.window"],
    [{ with: "A/B", window: 100 }, "hedge.window"],
    [{ with: "A/B", ratio: "beta", timeframe: "7m" }, "hedge.timeframe"],
    [{ with: "A/B", onFail: "pray" }, "hedge.onFail"],
    [{ with: "A/B", hedgeMs: 1 }, "hedge.hedgeMs"],
    [{ with: "A/B", raito: "one" }, "hedge.raito"],
    ["one", "hedge"],
  ])("%j is refused by name: %s", (raw, field) => {
    expect(refused(() => parseHedge(raw, "hedge"))).toBe(field);
  });

  it.each([
    [["x:A/USDT", "x:B/USDT:USDT"], "x:B/USDT:USDT", undefined],
    [["x:A/USDT", "x:B/USDT:USDT"], "B/USDT:USDT", undefined],
    [["x:A/USDT:USDT#long", "x:A/USDT:USDT#short"], "A/USDT:USDT#short", undefined],
    [["x:A/USDT:USDT", "y:A/USDT"], "y:A/USDT", undefined],
    // Not the last; alone; two that are never short; two that are never long; coins.
    [["x:B/USDT:USDT", "x:A/USDT"], "B/USDT:USDT", "hedge.with"],
    [["x:A/USDT", "x:B/USDT"], "C/USDT", "hedge.with"],
    [["x:B/USDT:USDT"], "B/USDT:USDT", "hedge.with"],
    [["x:A/USDT", "x:B/USDT"], "B/USDT", "hedge.with"],
    [["x:A/USDT:USDT#short", "x:B/USDT:USDT#short"], "B/USDT:USDT#short", "hedge.with"],
    [["x:A/USD:A", "x:B/USDT:USDT"], "B/USDT:USDT", "hedge"],
  ])("%j hedged with %s: %s", (instruments, by, field) => {
    const check = () => checkHedge(parseHedge({ with: by }, "hedge"), instruments, "hedge");
    if (field === undefined) check();
    else expect(refused(check)).toBe(field);
  });
});

it("at two venues, each with the capital, aims are sized by what their own account is worth", () => {
  const market = [
    instrument("BTC/USDT"),
    { ...instrument("BTC/USDT:USDT"), ...{ id: "y:BTC/USDT:USDT", venue: "y", leverage: 5 } },
  ] as readonly Instrument[];
  const trader = hedgedBy(puppet, parseHedge({ with: "y:BTC/USDT:USDT" }, "hedge")).start({}, market);
  const desk = new TraderDesk(2);
  desk.equity = 2_000;
  desk.now = (START + 60_000) as Timestamp;
  desk.cashes.set([1_000, 1_000]);
  const told = { equity: 0, cash: 0 };
  script.asked = (own) => {
    Object.assign(told, { equity: own.equity, cash: own.cash(0) });
    own.aim(0, 0.5, "in");
  };
  const candle = { open: 100, high: 100, low: 100, close: 100, volume: 1, trades: 1, final: true };
  const tell = (i: number) => {
    trader.onCandle({ openAt: START as Timestamp, ...candle }, i, "1m", desk);
    return desk.take()[0];
  };
  // 0.96 of the half that lies at the spot venue; a half of that, 480 of 1,000.
  expect(tell(0)).toMatchObject({ type: "aim", i: 0, exposure: 0.48 });
  expect(told).toEqual({ equity: 960, cash: 960 });
  desk.positions[0] = 4.8;
  desk.exposures[0] = 0.24;
  desk.cashes[0] = 520;
  desk.holdings[0] = 4.8;
  expect(tell(1)).toMatchObject({ type: "place", request: { i: 1, side: "sell", quantity: 4.8 } });
  // What is held is 480 of the 1,000 that this account is worth.
  script.asked = (own) => own.aim(0, own.exposure(0), "same");
  expect(tell(0)).toMatchObject({ type: "aim", exposure: expect.closeTo(0.48, 12) as number });
});
