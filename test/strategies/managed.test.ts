/** Managed strategies, whichever plan: nothing beyond the wish, stops that do not loosen, parts that fit, the same after every restart. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeskThrough } from "../../domain/strategy/desk-through.ts";
import { managedBy } from "../../domain/strategy/manage/managed.ts";
import { readPlan, type WrittenPlan } from "../../domain/strategy/manage/read-plan.ts";
import type { Desk, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { checkTargets } from "../../domain/strategy/targets.ts";
import { listenedTo } from "../../domain/strategy/told.ts";
import type { BacktestResult } from "../../simulation/backtest/backtest.ts";
import { accountings } from "../../simulation/backtest/settings.ts";
import { strategies } from "../../strategies/index.ts";
import "../seed.ts";
import { candlesOf, lively, perpetuals, runOn, walk } from "./markets.ts";
import { quick } from "./quick.ts";
import { renewed } from "./renewed.ts";

const ratio = (max: number) => fc.integer({ min: 1, max: Math.round(max * 1_000) }).map((n) => n / 1_000);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const anyPlan: fc.Arbitrary<WrittenPlan> = fc
  .record({
    stoploss: ratio(0.03).map((x) => -x - 0.0003),
    trailingStop: fc.boolean(),
    rangeStop: maybe(fc.constantFrom("atr:2:5", "chandelier:2:5")),
    minimalRoi: maybe(ratio(0.02).map((x) => ({ "0": x, "20": 0 }))),
    takeProfit: maybe(
      fc
        .tuple(fc.constantFrom("profit", "r"), fc.array(ratio(0.3), { minLength: 1, maxLength: 4 }))
        .map(([unit, closes]) =>
          closes.map((close, k) => ({ [unit]: (unit === "r" ? 0.5 : 0.003) * (k + 1), close: close * 80 })),
        ),
    ),
    breakEven: maybe(ratio(0.01).map((profit) => ({ profit }))),
    timeLimit: maybe(fc.integer({ min: 1, max: 60 })),
    pyramid: maybe(
      fc.record({
        adds: fc.integer({ min: 1, max: 4 }),
        spacing: ratio(0.004),
        ratio: fc.constantFrom(0.3, 0.6, 0.9),
        stop: fc.constantFrom("average", "keep"),
      }),
    ),
    scaling: maybe(
      fc.record({
        trades: fc.integer({ min: 1, max: 3 }),
        band: ratio(0.005),
        by: fc.constantFrom("ratio", "r"),
      }),
    ),
  })
  .map((plan) => Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined)));

/** What goes from the managed trader to the true desk, checked as it goes. */
class CheckedDesk extends DeskThrough {
  wish = 0;
  stops = new Map<number, { stop: number; size: number; short: boolean }>();

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    expect(Math.abs(exposure)).toBeLessThanOrEqual(this.wish * (1 + 1e-9));
    super.aim(i, exposure, reason, ...numbers);
  }

  override protect(...[i, stop, reason, targets = []]: Parameters<Desk["protect"]>): void {
    checkTargets(targets, stop, "targets");
    let left = 1;
    for (const { part } of targets) left -= left * part;
    expect(left).toBeGreaterThanOrEqual(-1e-9);
    const held = this.position(i);
    const before = this.stops.get(i);
    const size = Math.abs(held);
    // It is set anew where the position has grown by its strategy, or was turned over.
    if (before !== undefined && stop !== undefined && before.size >= size && before.short === held < 0)
      expect((stop - before.stop) * (held < 0 ? -1 : 1)).toBeGreaterThanOrEqual(-1e-9);
    if (stop !== undefined) this.stops.set(i, { stop, size, short: held < 0 });
    super.protect(i, stop, reason, targets);
  }
}

const checked = (strategy: Strategy, exposure: number): Strategy => ({
  ...strategy,
  start: (params, market) => {
    const desk = new CheckedDesk();
    desk.wish = exposure;
    const trader = strategy.start(params, market);
    const flat = (real: Desk): CheckedDesk => {
      for (const i of desk.stops.keys()) if (real.position(i) === 0) desk.stops.delete(i);
      return desk.before(real);
    };
    return {
      ...trader,
      onCandle: (candle, i, timeframe, real) => trader.onCandle(candle, i, timeframe, flat(real)),
      onOrder: (update, real) => trader.onOrder!(update, flat(real)),
      onTimer: (at, real) => trader.onTimer!(at, flat(real)),
      save: () => trader.save(),
      load: (saved) => trader.load(saved),
    } satisfies Trader;
  },
});

const decided = ({ orders }: BacktestResult): unknown[] =>
  orders.map(({ at, pair, side, type, quantity, stopPrice, tag, reason }) =>
    [at, pair, side, type, quantity, stopPrice, tag, reason].join(" "),
  );
const LENGTH = 160;
const tablesOf = (seed: number) => [0, 1].map((i) => candlesOf(walk(`${seed} ${i}`, LENGTH), 0.00113));
const anySeed = fc.integer({ min: 0, max: 1_000 });
const fees = { makerBps: 5, takerBps: 10 };
const named = ["moving-average-cross", "channel-breakout", "grid"];

describe.each(named)("%s, managed", (name) => {
  const strategy = strategies.get(name)!;
  const paramsOf = (contracts: boolean) => ({
    ...lively[name],
    ...quick[name],
    ...(contracts && "side" in strategy.genes && { side: "both" }),
  });
  const run = (one: Strategy, contracts: boolean, seed: number, over: object = {}) =>
    runOn(one, paramsOf(contracts), {
      tables: tablesOf(seed),
      ...fees,
      ...(contracts && { contracts: perpetuals }),
      ...over,
    });
  const exposure = Number(strategy.genes["exposure"]?.default ?? 1);

  /** Exact and in doubles. */
  const alike = (one: Strategy, contracts: boolean, seed: number): void => {
    const [exact, float] = accountings.map((accounting) =>
      run(one, contracts, seed, { accounting }).orders.map(({ at, closedAt, side, tag }) => [
        ...[at, closedAt, side, tag],
      ]),
    );
    expect(float!.length).toBeGreaterThan(0);
    expect(exact).toEqual(float);
  };

  it("wishes no more than it did, never loosens a stop, has parts that fit, knows what it holds", () =>
    fc.assert(
      fc.property(anyPlan, anySeed, fc.boolean(), (plan, seed, contracts) => {
        const { strategy: one, told } = listenedTo(managedBy(strategy, readPlan(plan, "manage")));
        // A grid grows and shrinks by itself: its stop is set anew with each part.
        const result = run(name === "grid" ? one : checked(one, exposure), contracts, seed);
        for (const value of result.equity.value) expect(value).toBeGreaterThan(0);
        // By its account of fills alone: nothing had to be corrected.
        expect(told().filter(({ managed }) => managed === "adopted")).toEqual([]);
      }),
      { numRuns: 8 },
    ));

  it("decides the same again, in decimals, through restarts, and whatever comes later", () =>
    fc.assert(
      fc.property(anyPlan, anySeed, fc.boolean(), (plan, seed, contracts) => {
        const managed = managedBy(strategy, readPlan(plan, "manage"));
        const first = decided(run(managed, contracts, seed));
        expect(decided(run(managed, contracts, seed))).toEqual(first);
        expect(decided(run(renewed(managed), contracts, seed))).toEqual(first);
        const cut = tablesOf(seed).map((table) =>
          candlesOf([...table.close.subarray(0, LENGTH / 2)], 0.00113),
        );
        const half = decided(run(managed, contracts, seed, { tables: cut }));
        const told = half.filter((one) => Number(String(one).split(" ")[0]) < cut[0]!.at.at(-1)!);
        expect(first.slice(0, told.length)).toEqual(told);
        // A grid's levels are touched to the tick or not: it has tests of its own.
        if (name === "grid") return;
        alike(managed, contracts, seed);
      }),
      { numRuns: 3 },
    ));

  it.each(name === "grid" ? [] : [3])(
    "sells two rungs of one candle in it, in decimals and doubles, %d seeds",
    (seeds) => {
      const takeProfit = [
        { profit: 0.003, close: 0.08 },
        { profit: 0.006, close: 20 },
      ];
      const managed = managedBy(strategy, readPlan({ stoploss: -0.0013, takeProfit }, "manage"));
      for (const contracts of [false, true])
        for (let seed = 0; seed < seeds; seed += 1) alike(managed, contracts, seed);
    },
  );
});
