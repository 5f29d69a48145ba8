/** What every strategy keeps, whatever it does: each runs in the engine of backtests, with the desk that it has live. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Params, Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import type { BacktestOrder, BacktestResult } from "../../simulation/backtest/backtest.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { instrument, MINUTE, START } from "../simulation/backtest/scripted.ts";
import { anyParams, candlesOf, lively, runOn, walk, withoutJumps } from "./markets.ts";
import { quick } from "./quick.ts";
import { candleAt } from "./trading.ts";
import { renewed } from "./renewed.ts";

const LENGTH = 300;
const INSTRUMENTS = 2;

const tablesOf = (seed: number, length = LENGTH) =>
  Array.from({ length: INSTRUMENTS }, (_, i) => candlesOf(walk(`${seed} ${i}`, length), 0.001));

/** What was decided, without what became of it. */
const decided = ({ orders }: BacktestResult): unknown[] =>
  orders.map(({ at, pair, side, type, quantity, price, stopPrice, tag, reason }: BacktestOrder) => [
    at,
    pair,
    side,
    type,
    quantity,
    price,
    stopPrice,
    tag,
    reason,
  ]);

const fees = { makerBps: 5, takerBps: 10 };
/** Spot cannot be sold short: a grid that would says so, test/strategies/grids.test.ts. */
const anySpot = (strategy: Strategy) =>
  anyParams(strategy).map((params) => (params["mode"] === "short" ? { ...params, mode: "long" } : params));
const anySeed = fc.integer({ min: 0, max: 1_000 });

const startAt = (strategy: Strategy, raw: Params, count = INSTRUMENTS): Trader =>
  strategy.start(
    parseParams(strategy, raw),
    Array.from({ length: count }, (_, i) => instrument(`${"ABCDEF"[i]}/USDT`)),
  );

/** The most that was spent on what was held, over the equity at that time or before. */
const mostSpent = ({ orders, equity }: BacktestResult, startingBalance: number): number => {
  const spent = new Map<string, { quantity: number; cost: number }>();
  const ends = orders
    .filter(({ filled }) => filled > 0)
    .sort((a, b) => a.closedAt - b.closedAt || Number(a.id) - Number(b.id));
  let most = 0;
  let best = startingBalance;
  let row = 0;
  for (const { pair, side, filled, averagePrice, closedAt } of ends) {
    for (; row < equity.at.length && equity.at[row]! <= closedAt; row += 1)
      best = Math.max(best, equity.value[row]!);
    const held = spent.get(pair) ?? { quantity: 0, cost: 0 };
    spent.set(pair, held);
    if (side === "buy") {
      held.quantity += filled;
      held.cost += filled * averagePrice;
    } else {
      held.cost *= Math.max(0, 1 - filled / held.quantity);
      held.quantity -= filled;
    }
    const cost = [...spent.values()].reduce((sum, each) => sum + each.cost, 0);
    most = Math.max(most, cost / best);
  }
  return most;
};

/** Those that look at order books run over books, by the same rules: over-books.test.ts. */
const overCandles = [...strategies].filter(([, one]) => one.needs(parseParams(one)).books !== true);

describe.each(overCandles)("%s", (name, strategy) => {
  const runs = { numRuns: 12 };

  it("is listed under its name, explained, and its defaults are allowed", () => {
    expect(strategy.name).toBe(name);
    expect(strategy.about).toMatch(/^[A-Z].*\.$/);
    for (const gene of Object.values(strategy.genes)) expect(gene.about).toMatch(/\S/);
    const params = parseParams(strategy);
    expect(parseParams(strategy, params)).toEqual(params);
    const needs = strategy.needs(params);
    expect(needs.timeframes.length).toBeGreaterThan(0);
    expect(needs.warmupCandles).toBeGreaterThan(0);
  });

  it("trades a lively market by its defaults, and not before it is warm", () => {
    const params = lively[name] ?? {};
    const { orders, refusals } = runOn(strategy, params, { tables: tablesOf(7, 3_000), ...fees });
    expect(orders.length).toBeGreaterThan(5);
    const { warmupCandles } = strategy.needs(parseParams(strategy, params));
    expect(orders[0]!.at).toBeGreaterThan(START + warmupCandles * MINUTE);
    expect(withoutJumps(refusals)).toEqual({});
  });

  it("asks for nothing while it is mute, and trades all the same when it is heard again", () => {
    const from = (START + (LENGTH / 2) * MINUTE) as never;
    const tables = tablesOf(3, 2_000);
    const { orders } = runOn(strategy, lively[name] ?? {}, { tables, from, ...fees });
    expect(orders.every(({ at }) => at > from)).toBe(true);
    expect(orders.length).toBeGreaterThan(0);
  });

  it("decides the same on the same candles, in doubles and in the portfolio's decimals", () => {
    const tables = tablesOf(11, 1_500);
    const params = lively[name] ?? {};
    const first = runOn(strategy, params, { tables, ...fees });
    expect(decided(runOn(strategy, params, { tables, ...fees }))).toEqual(decided(first));
    const exact = runOn(strategy, params, { tables, ...fees, accounting: "exact" });
    expect(exact.orders.map(({ at, side, tag }) => [at, side, tag])).toEqual(
      first.orders.map(({ at, side, tag }) => [at, side, tag]),
    );
  });

  it("a changed future changes no earlier decision", () => {
    const anyCut = fc.integer({ min: 1, max: LENGTH - 1 });
    fc.assert(
      fc.property(anySpot(strategy), anySeed, anySeed, anyCut, (params, seed, other, cut) => {
        const closes = tablesOf(seed);
        const changed = closes.map((table, i) => {
          const mixed = [...table.close.subarray(0, cut), ...walk(`${other} other ${i}`, LENGTH - cut)];
          return candlesOf(mixed, 0.001);
        });
        const end = START + cut * MINUTE;
        const before = (result: BacktestResult) =>
          decided(result).filter((one) => (one as [number])[0] < end);
        expect(before(runOn(strategy, params, { tables: changed }))).toEqual(
          before(runOn(strategy, params, { tables: closes })),
        );
      }),
      runs,
    );
  });

  it("survives any genome in its range, and spends no more than its share", () => {
    fc.assert(
      fc.property(anySpot(strategy), anySeed, (params, seed) => {
        const result = runOn(strategy, params, { tables: tablesOf(seed), ...fees });
        for (const value of result.equity.value) expect(value).toBeGreaterThan(0);
        if (params["side"] !== "both") expect(withoutJumps(result.refusals)).toEqual({});
        expect(mostSpent(result, 1_000)).toBeLessThanOrEqual(Number(params["exposure"]) * 1.03 + 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it("decides the same though it is saved and loaded, through JSON, before every event", () => {
    const same = (params: Params, seed: number, length: number): number => {
      const tables = tablesOf(seed, length);
      const whole = decided(runOn(strategy, params, { tables, ...fees }));
      expect(decided(runOn(renewed(strategy), params, { tables, ...fees }))).toEqual(whole);
      return whole.length;
    };
    expect(same({ ...lively[name], ...quick[name] }, 7, 120)).toBeGreaterThan(0);
    fc.assert(
      fc.property(anySpot(strategy), anySeed, (params, seed) => void same(params, seed, 40)),
      { numRuns: 4 },
    );
  });

  it("does not look at candles that it did not ask for", () => {
    const trader = startAt(strategy, {});
    const before = toJson(trader.save());
    trader.onCandle(candleAt(1, 100), 0, "1w", new TraderDesk(INSTRUMENTS));
    expect(toJson(trader.save())).toBe(before);
  });

  it("refuses a state saved for other parameters or instruments", () => {
    const saved = fromJson(toJson(startAt(strategy, {}).save())) as Saved;
    const length = Object.entries(strategy.genes).find(([, { kind }]) => kind === "integer");
    const others = length === undefined ? { exposure: 0.5 } : { [length[0]]: Number(length[1].default) + 1 };
    expect(refused(() => startAt(strategy, others).load(saved))).toMatch(/^saved\./);
    expect(refused(() => startAt(strategy, {}).load({ ...saved, lanes: [] }))).toBe("saved.lanes");
  });
});
