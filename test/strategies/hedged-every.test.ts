/** What every strategy keeps with a hedge around it as without one: no look-ahead, and all of its memory is saved. */
import { expect, it } from "vitest";
import { hedgedBy } from "../../domain/strategy/hedged.ts";
import { parseHedge } from "../../domain/strategy/hedge.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import type { BacktestResult } from "../../simulation/backtest/backtest.ts";
import { strategies } from "../../strategies/index.ts";
import { candlesOf, lively, perpetuals, type Run, runOn, walk } from "./markets.ts";
import { quick } from "./quick.ts";
import { renewed } from "./renewed.ts";

const HEDGE = "B/USDT:USDT";
const terms = parseHedge({ with: HEDGE, ratio: "beta", window: 20, band: 0.005 }, "hedge");
const paramsOf = (name: string) => ({ ...lively[name], ...quick[name] });
const tablesOf = (seed: string, length: number) =>
  ["a", "b"].map((each) => candlesOf(walk(`${seed} ${each}`, length), 0.001));
const run = (name: string, strategy: Strategy, tables: Run["tables"]) =>
  runOn(strategy, paramsOf(name), { tables, contracts: perpetuals, makerBps: 5, takerBps: 10 });
const decided = ({ orders }: BacktestResult): unknown[] =>
  orders.map(({ at, pair, side, quantity, tag }) => [at, pair, side, quantity, tag]);

const noBooks = [...strategies].filter(([name]) => !name.includes("arbitrage") && name !== "pairs");

it.each(noBooks)("%s with a hedge: a changed future changes no earlier decision", (name, strategy) => {
  const hedged = hedgedBy(strategy, terms);
  const tables = tablesOf("cut", 120);
  const cut = 70;
  const changed = tables.map((table, i) =>
    candlesOf([...table.close.subarray(0, cut), ...walk(`other ${i}`, 120 - cut)], 0.001),
  );
  const end = tables[0]!.at[0]! + cut * 60_000;
  const before = (result: BacktestResult) => decided(result).filter((one) => (one as [number])[0] < end);
  expect(before(run(name, hedged, changed))).toEqual(before(run(name, hedged, tables)));
});

/** Those that aim, protect, and keep resting orders. */
it.each(["moving-average-cross", "channel-breakout", "dca-ladder", "grid", "market-maker"])(
  "%s decides the same though it is saved and loaded before every event, and hedges",
  (name) => {
    const hedged = hedgedBy(strategies.get(name)!, terms);
    const { warmupCandles } = hedged.needs(parseParams(hedged, paramsOf(name)));
    const tables = tablesOf("restless", warmupCandles + 40);
    const whole = run(name, hedged, tables);
    expect(decided(run(name, renewed(hedged), tables))).toEqual(decided(whole));
    expect(whole.orders.some(({ pair, status }) => pair === HEDGE && status === "filled")).toBe(true);
  },
);
