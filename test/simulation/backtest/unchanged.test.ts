/**
 * Whole results held by their hash: orders, trades, every point of equity, refusals, to the last bit. What makes the engine
 * faster must leave them alone; what means to change a result says so here.
 */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { parseParams } from "../../../domain/strategy/params.ts";
import { canonicalLine } from "../../../simulation/backtest/order-log.ts";
import {
  backtest,
  type BacktestResult,
  type BacktestSettings,
} from "../../../simulation/backtest/backtest.ts";
import { meanReversion } from "../../../strategies/mean-reversion.ts";
import { movingAverageCross } from "../../../strategies/moving-average-cross.ts";
import { restless, walk } from "./restless.ts";
import { candlesOf, instrument, run } from "./scripted.ts";

const hashOf = ({ orders, trades, equity, refusals, candles }: BacktestResult): string => {
  const hash = createHash("sha256");
  for (const order of orders)
    hash.update(`${order.id} ${canonicalLine(order)} ${order.reason} ${order.fees}\n`);
  hash.update(JSON.stringify([trades, [...equity.at], [...equity.value], refusals, candles]));
  return hash.digest("hex").slice(0, 16);
};

const shipped = (name: "cross" | "reversion", over: Partial<BacktestSettings>): BacktestResult => {
  const strategy: Strategy = name === "cross" ? movingAverageCross : meanReversion;
  return backtest({
    strategy,
    params: parseParams(strategy, name === "cross" ? { fast: 5, slow: 20 } : {}),
    markets: [1, 2].map((seed) => ({
      instrument: instrument(seed === 1 ? "A/USDT" : "B/USDT"),
      timeframe: "1m",
      candles: candlesOf(walk(seed, 1_000)),
    })),
    convention: "next-open",
    accounting: "float",
    startingBalance: 1_000,
    makerBps: 5,
    takerBps: 10,
    slippage: { model: "none" },
    seed: 1,
    ...over,
  });
};

const markets = [walk(7, 120), walk(8, 120)];
const slippage = { model: "square-root", factor: 0.5 } as const;

const results: Readonly<Record<string, () => BacktestResult>> = {
  "cross, float": () => shipped("cross", {}),
  "cross, exact": () => shipped("cross", { accounting: "exact" }),
  "cross, float, same close, slippage": () => shipped("cross", { convention: "same-close", slippage }),
  "reversion, float": () => shipped("reversion", {}),
  "reversion, exact, volume share": () =>
    shipped("reversion", {
      accounting: "exact",
      slippage: { model: "volume-share", impact: 0.1, shareMax: 0.025 },
    }),
  "reversion, float, late orders": () => shipped("reversion", { orderLatencyMs: 90_000 }),
  ...Object.fromEntries(
    (["next-open", "same-close", "intra-candle"] as const).flatMap((convention) =>
      (["float", "exact"] as const).map((accounting) => [
        `restless, ${accounting}, ${convention}`,
        () => run(markets, restless(3), { convention, accounting, makerBps: 5, takerBps: 10, slippage }),
      ]),
    ),
  ),
};

const hashes: Readonly<Record<string, string>> = {
  "cross, exact": "93b042d2133d80f3",
  "cross, float": "1c45363d8c36614c",
  "cross, float, same close, slippage": "7a4ab2dbd7287be6",
  "restless, exact, intra-candle": "a734b31fcd152d63",
  "restless, exact, next-open": "5baa3d54e7cf9262",
  "restless, exact, same-close": "2dc940bec673037c",
  "restless, float, intra-candle": "719d63094b269283",
  "restless, float, next-open": "7cd025d89620bf27",
  "restless, float, same-close": "4f84e3c943755ace",
  "reversion, exact, volume share": "1cb786e6527fa26e",
  "reversion, float": "f14bff30ab38d8a1",
  "reversion, float, late orders": "0a409093ae3f406b",
};

describe("results, to the bit", () => {
  it("of every run there is", () => {
    expect(Object.keys(results).sort()).toEqual(Object.keys(hashes).sort());
  });

  it.each(Object.entries(results))("%s", (name, of) => {
    expect(hashOf(of())).toBe(hashes[name]);
  });
});
