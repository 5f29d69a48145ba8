/** A risk plan over contracts: shorts are entries as longs are, they balance longs in net, and a liquidation is a trade that a guard sees. */
import { expect, it } from "vitest";
import { parseRiskPlan } from "../../../../domain/risk/plan.ts";
import { MINUTE, START, type Script } from "../scripted.ts";
import { hedged, LEGS, LONG, SHORT, wishes } from "./legs.ts";
import { flat, inverse, perpetual } from "./perpetual.ts";

/** `[minute, market, exposure]`. */
const script = (...wishes: readonly (readonly [number, number, number])[]): Script => ({
  onCandle: ({ at, i }, desk) => {
    for (const [minute, market, exposure] of wishes)
      if (market === i && START + minute * MINUTE === at) desk.aim(i, exposure, "t");
  },
});
const still = flat(...Array.from({ length: 12 }, () => 100));
const under = (plan: object, wishes: Script, rows = [still, still]) =>
  perpetual(rows, wishes, { leverage: 2 }, { risk: parseRiskPlan(plan) });

it("a short is an entry: net and asset refuse it, and a long of another one balances it", () => {
  // Equity 1,000: short 400 of A; 300 more short of B is 700 > 500; 400 long of B is none; then short B is nothing but flat.
  const { refusals, orders } = under(
    { exposure: { net: 0.5 } },
    script([1, 0, -0.8], [2, 0, -0.4], [4, 1, -0.3], [6, 1, 0.4], [8, 1, 0]),
  );
  expect(refusals).toEqual({ "net-exposure": 2 });
  expect(orders.map(({ pair, side }) => [pair, side])).toEqual([
    ["A/USDT:USDT", "sell"],
    ["B/USDT:USDT", "buy"],
    ["B/USDT:USDT", "sell"],
  ]);
  expect(under({ exposure: { asset: 0.3 } }, script([1, 0, -0.4], [2, 0, -0.2])).refusals).toEqual({
    "asset-exposure": 1,
  });
  expect(under({ exposure: { gross: 0.5 } }, script([1, 0, -0.4], [4, 1, 0.4])).refusals).toEqual({
    "gross-exposure": 1,
  });
});

it("a guard sees a short that was closed, and locks its pair", () => {
  const plan = {
    timeframe: "1m",
    protections: [{ method: "CooldownPeriod", stop_duration: 4 }],
  };
  const { refusals, risk, orders } = under(plan, script([1, 0, -0.4], [3, 0, 0], [5, 0, -0.4], [9, 0, -0.4]));
  expect(refusals).toEqual({ "cooldown-period": 1 });
  expect(risk?.locks).toEqual({ "cooldown-period": 1 });
  expect(orders).toHaveLength(3);
});

it("a liquidation ends a trade: a guard of stops counts it", () => {
  const plan = {
    timeframe: "1m",
    protections: [{ method: "StoplossGuard", trade_limit: 1, lookback_period: 60, stop_duration: 60 }],
  };
  const rises = flat(100, 100, 100, 160, 160, 160, 160, 160, 160, 160);
  const { refusals, risk, trades } = under(plan, script([1, 0, -1.5], [7, 0, -0.4]), [rises]);
  expect(trades).toMatchObject([{ side: "short", exitReason: "liquidation" }]);
  // The pair, and all of them.
  expect(risk?.locks).toEqual({ "stoploss-guard": 2 });
  expect(refusals).toEqual({ "stoploss-guard": 1 });
});

it("the legs of hedge mode balance in net and in their asset, and gross counts both", () => {
  const legs = (plan: object) =>
    hedged(
      still,
      wishes([1, LONG, "aim", 0.8], [2, LONG, "aim", 0.4], [4, SHORT, "aim", -0.4], [6, LONG, "aim", 0.8]),
      { leverage: 2 },
      { risk: parseRiskPlan(plan) },
    );
  // 800 of 1,000 alone is refused; 400 and -400 are none, and with them 800 is 400.
  for (const exposure of [{ net: 0.5 }, { asset: 0.5 }]) {
    const { refusals, orders } = legs({ exposure });
    expect(Object.values(refusals)).toEqual([1]);
    expect(orders.map(({ pair, side }) => [pair, side])).toEqual([
      [LEGS[0], "buy"],
      [LEGS[1], "sell"],
      [LEGS[0], "buy"],
    ]);
  }
  expect(legs({ exposure: { gross: 0.9 } }).refusals).toEqual({ "gross-exposure": 1 });
});

it("inverse contracts are measured by their worth in coins", () => {
  // 9 of 10 coins is more than half; 4 are not.
  const { refusals, orders } = inverse(
    [flat(50_000, 50_000, 50_000, 50_000)],
    script([1, 0, -0.9], [2, 0, -0.4]),
    {},
    { risk: parseRiskPlan({ exposure: { gross: 0.5 } }) },
  );
  expect(refusals).toEqual({ "gross-exposure": 1 });
  expect(orders).toMatchObject([{ side: "sell", quantity: 2_000 }]);
});
