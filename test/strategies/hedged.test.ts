/** Strategies with a hedge, in backtests: what it leaves of the market in closed form, of a planted beta, and after its liquidation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../seed.ts";
import { parseWork } from "../../domain/execution/work.ts";
import { workedBy } from "../../domain/execution/worked.ts";
import { hedgedBy } from "../../domain/strategy/hedged.ts";
import { parseHedge } from "../../domain/strategy/hedge.ts";
import type { OrderUpdate, Params, Strategy, ToldRow } from "../../domain/strategy/strategy.ts";
import { listenedTo } from "../../domain/strategy/told.ts";
import { Chance } from "../../domain/values/chance.ts";
import type { BacktestResult } from "../../simulation/backtest/backtest.ts";
import { legs } from "../simulation/backtest/contracts/legs.ts";
import { candlesOf, perpetuals, type Run, runOn, walk } from "./markets.ts";

/** Aims by minute at the candles of each of its instruments. */
const wishing = (...wishes: readonly Readonly<Record<number, number>>[]): Strategy => ({
  name: "wishing",
  about: "For tests.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => {
    const told = wishes.map(() => 0);
    return {
      onCandle: (_, i, __, desk) => {
        told[i]! += 1;
        const wish = wishes[i]![told[i]!];
        if (wish !== undefined) desk.aim(i, wish, "wish");
      },
      save: () => ({ told: [...told] }),
      load: (saved) => (saved["told"] as number[]).forEach((count, i) => (told[i] = count)),
    };
  },
});

const symbols = ["A/USDT:USDT", "B/USDT:USDT", "C/USDT:USDT"] as const;

interface Hedged extends BacktestResult {
  readonly told: readonly ToldRow[];
}
const hedgedRun = (strategy: Strategy, hedge: object, run: Run, raw: Params = {}): Hedged => {
  const { length } = run.tables;
  const terms = parseHedge({ with: symbols[length - 1], ...hedge }, "hedge");
  const { strategy: heard, told } = listenedTo(hedgedBy(strategy, terms));
  return { ...runOn(heard, raw, { contracts: perpetuals, ...run }), told: told() };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const feesOf = ({ orders }: BacktestResult): number => sum(orders.map(({ fees }) => fees));
const carryOf = ({ trades }: BacktestResult): number => sum(trades.map(({ carry }) => carry ?? 0));
const anySeed = fc.integer({ min: 0, max: 10_000 });
const inAndOut = wishing({ 3: 0.9, 40: 0.4, 70: 0, 80: 0.9, 110: 0 });

describe("a hedge of the same size", () => {
  it.each(["float", "exact"] as const)(
    "leaves nothing of any path but fees and funding, in %s accounting",
    (accounting) => {
      fc.assert(
        fc.property(anySeed, (seed) => {
          const table = candlesOf(walk(seed, 120), 0.001);
          // The hedge alone is paid for: one rate a minute, of which a short receives.
          const at = Float64Array.from({ length: 120 }, (_, k) => table.at[0]! + k * 60_000);
          const rates = { at, rate: new Float64Array(120).fill(1e-4), mark: new Float64Array(120).fill(NaN) };
          const funding = { recorded: new Map([["B/USDT:USDT", rates]]), from: "test" };
          const over = { makerBps: 10, takerBps: 10, accounting, contracts: { ...perpetuals, funding } };
          const result = hedgedRun(inAndOut, {}, { tables: [table, table], ...over });
          const fees = feesOf(result);
          const carry = carryOf(result);
          expect(fees).toBeGreaterThan(3);
          expect(carry).toBeGreaterThan(0);
          expect(result.equity.value.at(-1)).toBeCloseTo(1_000 - fees + carry, 4);
          const [main, hedge, costs, together] = result.told.map(({ profit }) => Number(profit));
          expect(main! + hedge!).toBeCloseTo(0, 4);
          expect(costs).toBeCloseTo(carry - fees, 4);
          expect(together).toBeCloseTo(carry - fees, 4);
          expect(result.refusals).toEqual({});
        }),
        { numRuns: 8 },
      );
    },
  );

  it("is the other leg of hedge mode, and of a part the rest is earned", () => {
    const closes = walk("legs", 120);
    const markets = legs(candlesOf(closes));
    const run = { tables: [], markets, contracts: perpetuals };
    const terms = (share: number) => parseHedge({ with: "A/USDT:USDT#short", share }, "hedge");
    const earned = (share: number, wish: Strategy) =>
      runOn(hedgedBy(wish, terms(share)), {}, run).equity.value.at(-1)! - 1_000;
    const once = wishing({ 3: 0.5, 100: 0 });
    expect(earned(1, once)).toBeCloseTo(0, 5);
    // Of 0.96 / 1.25 of the money a half is held, and a quarter of that hedged.
    const [entry, exit] = [closes[2]!, closes[99]!];
    expect(earned(0.25, once)).toBeCloseTo(((0.5 * 0.96) / 1.25) * 1_000 * 0.75 * (exit / entry - 1), 4);
    // The hedge could not answer a short.
    const { orders } = runOn(hedgedBy(wishing({ 3: -0.5 }), terms(1)), {}, run);
    expect(orders).toEqual([]);
  });
});

/** Candles whose returns are `beta` of the market's and some of their own. */
const planted = (market: readonly number[], beta: number, own: number, seed: string): number[] => {
  const chance = new Chance(seed);
  let at = 100;
  return market.map((close, k) => {
    const moved = k === 0 ? 0 : close / market[k - 1]! - 1;
    at *= 1 + beta * moved + own * (chance.next() - 0.5);
    return at;
  });
};

describe("a hedge by beta", () => {
  const market = walk("market", 3_000);
  const [one, other] = [planted(market, 1.6, 0.001, "one"), planted(market, 0.5, 0.001, "other")];
  const always = wishing({ 100: 0.3 }, { 100: 0.3 });
  const tables = [one, other, market].map((closes) => candlesOf(closes));

  it("takes the planted betas of a basket out, and leaves what is its own", () => {
    const beta = { ratio: "beta", window: 90, shrink: 0, band: 0.01 };
    const { told, refusals } = hedgedRun(always, beta, { tables });
    const [first, second, hedge, , together] = told;
    expect(refusals).toEqual({});
    // Of some 0.3 * 0.96 / 3 of equity each: hedged by one leg together.
    const held = (0.3 * 0.96) / 3;
    expect(Number(first!["beta"]) / held).toBeGreaterThan(1.3);
    expect(Number(second!["beta"]) / held).toBeLessThan(0.7);
    expect(Number(hedge!["beta"])).toBeLessThan(-1.7 * held);
    expect(Math.abs(Number(together!["beta"]))).toBeLessThan(0.03 * held);
    // As much money of it is too little for the one and too much for the other, and right for both by accident only.
    const money = hedgedRun(wishing({ 100: 0.3 }), {}, { tables: [tables[0]!, tables[2]!] }).told;
    expect(Number(money[3]!["beta"])).toBeGreaterThan(0.05);
  });

  it("is drawn to 1, and bounded", () => {
    const ratio = (terms: object): number => {
      const { orders } = hedgedRun(
        wishing({ 2_000: 0.3 }),
        { ratio: "beta", window: 500, band: 1, ...terms },
        { tables: [tables[0]!, tables[2]!] },
      );
      const [main, hedge] = orders.map(({ filled, averagePrice }) => filled * averagePrice);
      return hedge! / main!;
    };
    expect(ratio({ shrink: 0 })).toBeCloseTo(1.6, 1);
    expect(ratio({ shrink: 0.5 })).toBeCloseTo(1.3, 1);
    expect(ratio({ shrink: 1 })).toBeCloseTo(1, 2);
    expect(ratio({ shrink: 0, ratioMax: 1.2 })).toBeCloseTo(1.2, 2);
  });

  it("follows a drift only beyond the band, and is right after each of its fills", () => {
    const count = (band: number, watch: (update: OrderUpdate) => void = () => undefined): number => {
      const terms = parseHedge({ with: symbols[1], band }, "hedge");
      const hedged = hedgedBy(wishing({ 3: 0.9, 1_000: 0.5, 2_000: 0 }), terms);
      const watched: Strategy = {
        ...hedged,
        start: (params, instruments) => {
          const trader = hedged.start(params, instruments);
          const told = trader.onOrder!.bind(trader);
          trader.onOrder = (update, desk) => {
            told(update, desk);
            watch(update);
            if (update.i !== 1 || update.status !== "filled") return;
            const { base, notional } = trader.unhedged!(desk.now);
            expect([base, notional]).toEqual([0, 0]);
          };
          return trader;
        },
      };
      return runOn(watched, {}, { tables: [tables[0]!, tables[2]!], contracts: perpetuals }).orders.length;
    };
    const [narrow, wide, never] = [count(0.005), count(0.02), count(1)];
    expect(narrow).toBeGreaterThan(2 * wide);
    expect(wide).toBeGreaterThan(10);
    // Three wishes, and the hedge's answers to them.
    expect(never).toBe(6);
  });
});

it("a hedge follows each part of an aim that is worked", () => {
  const hedged = hedgedBy(wishing({ 3: 0.9, 60: 0 }), parseHedge({ with: symbols[1] }, "hedge"));
  const work = parseWork({ algorithm: "twap", minutes: 10, slices: 5, exits: "worked" }, "execution");
  const table = candlesOf(walk("worked", 120));
  const run = { tables: [table, table], contracts: perpetuals };
  const { orders, equity } = runOn(workedBy(hedged, work), {}, run);
  const of = (pair: string) => orders.filter((order) => order.pair === pair && order.filled > 0);
  expect(of(symbols[0]).length).toBeGreaterThan(8);
  expect(of(symbols[1]).map(({ at }) => at)).toEqual(of(symbols[0]).map(({ at }) => at));
  expect(equity.value.at(-1)).toBeCloseTo(1_000, 5);
});

describe("a hedge that ends", () => {
  /** The hedge triples while the other stands: at once its margin it is liquidated at about the double. */
  const still = candlesOf(Array.from({ length: 40 }, () => 100));
  const tripled = candlesOf(Array.from({ length: 40 }, (_, k) => (k < 10 ? 100 : k < 20 ? 300 : 600)));
  const ends = (hedge: object) =>
    hedgedRun(wishing({ 3: 0.9 }), hedge, { tables: [still, tripled], accounting: "exact" });

  it("by liquidation is taken up again as far as the money goes, and what it lacks is sold too", () => {
    const { orders, trades } = ends({ pauseMs: 3_600_000 });
    const of = (pair: string) => orders.filter((order) => order.pair === pair);
    expect(of(symbols[1]).some(({ tag }) => tag === "liquidation")).toBe(true);
    const sold = of(symbols[0]).filter(({ side }) => side === "sell");
    expect(sold.length).toBeGreaterThan(0);
    expect(sold[0]!.reason).toBe("hedge-failed");
    expect(trades.length).toBeGreaterThan(1);
  });

  it("is waited for where that was chosen", () => {
    const { orders } = ends({ onFail: "hold" });
    expect(orders.filter(({ pair, side }) => pair === symbols[0] && side === "sell")).toEqual([]);
  });
});
