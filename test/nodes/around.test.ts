/** What stands around a strategy as the configuration and the files of tests have it: mistakes by name, and what tells one search from another. */
import { expect, it } from "vitest";
import { parseParams } from "../../domain/strategy/params.ts";
import { aroundAs, identityOfAround } from "../../nodes/around.ts";
import { readHedge } from "../../nodes/hedge.ts";
import { aroundLive, checkAround, needsAround } from "../../nodes/live-around.ts";
import { momentum } from "../../strategies/momentum.ts";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { refused } from "../refused.ts";
import { instrument } from "../simulation/backtest/scripted.ts";

const instruments = ["x:ETH/USDT:USDT", "x:BTC/USDT:USDT"];
const hedge = { with: "x:BTC/USDT:USDT", ratio: "beta", window: 500, timeframe: "1h" };
const strategy = momentum as unknown as Strategy;
const market = ["ETH/USDT:USDT", "BTC/USDT:USDT"].map((symbol) => instrument(symbol));

it("a hedge is checked where it is configured, by the name of its field", () => {
  const check = (over: object, of = instruments) => {
    const one = { instruments: of, hedge: { ...hedge, ...over } };
    checkAround({ strategies: [{}, one], portfolios: {} } as never, 1, true);
  };
  check({});
  const wrong = (over: object, of = instruments) => refused(() => check(over, of));
  expect(wrong({ with: "x:LTC/USDT:USDT" })).toBe("strategies.1.hedge.with");
  expect(wrong({ share: 2 })).toBe("strategies.1.hedge.share");
  expect(wrong({ with: "x:BTC/USDT" }, ["x:ETH/USDT", "x:BTC/USDT"])).toBe("strategies.1.hedge.with");
});

it("a hedge has its own candles and warm-up, live as in tests", () => {
  const params = parseParams(strategy, { timeframe: "5m" });
  const needs = needsAround(strategy, { hedge }, "strategies.0", params);
  expect(needs).toMatchObject({ timeframes: ["5m", "1h"], warmupCandles: 501 });
  expect(aroundAs(strategy, { hedge: readHedge(hedge, "--hedge") }).needs(params)).toEqual(needs);
  const live = aroundLive(strategy, { hedge }, "strategies.0", {} as never);
  expect(live.start(params, market).unhedged!(0 as never)).toMatchObject({ episodes: 0 });
  expect(refused(() => live.start(params, market.toReversed()))).toBe("strategies.0.hedge.with");
});

it("a search with another hedge is another search, wherever the same one is written", () => {
  const of = (over: object, field: string) =>
    identityOfAround({ hedge: readHedge({ ...hedge, ...over }, field) });
  expect(of({}, "--hedge")).toEqual(of({}, "elsewhere"));
  expect(of({}, "--hedge")).not.toEqual(of({ band: 0.1 }, "--hedge"));
  expect(identityOfAround()).toEqual({});
});
