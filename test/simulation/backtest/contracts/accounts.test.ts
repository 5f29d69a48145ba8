/**
 * What must hold of the accounts of any backtest, spot, linear, inverse and in hedge mode, exact and float: equity is cash and marked positions at
 * every close, reckoned anew here from the fills, fees and funding alone; a short is a long on the mirrored price; an inverse contract
 * is a linear one on the price the other way round.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../../seed.ts";
import { asset, quantity } from "../../../../domain/values/values.ts";
import type { BacktestResult, BacktestSettings } from "../../../../simulation/backtest/backtest.ts";
import { accountings, fillConventions } from "../../../../simulation/backtest/settings.ts";
import { Chance } from "../../../../domain/values/chance.ts";
import { candlesOf, instrument, MINUTE, run, START, type Row, type Script } from "../scripted.ts";
import { inverse, perpetual, TERMS } from "./perpetual.ts";
import { aiming, walk } from "./walks.ts";

const HOURS = 4 * 60 * MINUTE;
const FUNDING = 2 * HOURS;
const RATE = 0.0004;
const seeds = fc.integer({ min: 1, max: 1_000_000 });

type Kind = "spot" | "linear" | "inverse" | "hedge";

/** Two markets of candles of four hours, so that funding falls due often. */
const rows = (kind: Kind, seed: number): readonly Row[][] => [
  walk(seed, 60),
  walk(kind === "hedge" ? seed : seed + 1, 60),
];

const pairs: Readonly<Record<Kind, readonly string[]>> = {
  spot: ["A/USDT", "B/USDT"],
  linear: ["A/USDT:USDT", "B/USDT:USDT"],
  inverse: ["A/USD:A", "A/EUR:A"],
  hedge: ["A/USDT:USDT#long", "A/USDT:USDT#short"],
};

const settingsOf = (kind: Kind, all: readonly Row[][]): Partial<BacktestSettings> => ({
  makerBps: 2,
  takerBps: 5,
  startingBalance: 1_000,
  markets: all.map((each, i) => ({
    instrument: instrument(pairs[kind][i], {
      quote: asset(kind === "inverse" ? "A" : "USDT"),
      ...(kind === "inverse" && { contractSize: quantity("10") }),
    }),
    timeframe: "4h",
    candles: candlesOf(each, HOURS),
  })),
  ...(kind !== "spot" && { contracts: { ...TERMS, leverage: 2, funding: { rate: RATE } } }),
});

/** Equity at each close from the fills: with `next-open` an order of the market is filled after the close it is decided at. */
const reckoned = (
  kind: Kind,
  { orders: approved, equity }: BacktestResult,
  all: readonly Row[][],
): number[] => {
  const worth = (held: number, at: number): number => (kind === "inverse" ? (-10 * held) / at : held * at);
  const orders = approved.filter(({ status }) => status === "filled");
  const held = [0, 0];
  let cash = 1_000;
  let next = 0;
  return Array.from(equity.at, (at) => {
    for (; next < orders.length && orders[next]!.closedAt < at; next += 1) {
      const { pair, side, filled, averagePrice, fees } = orders[next]!;
      const i = pairs[kind].indexOf(pair);
      const change = side === "buy" ? filled : -filled;
      held[i] = held[i]! + change;
      cash -= worth(change, averagePrice) + fees;
    }
    const closes = all.map((each) => each[(at - START) / HOURS - 1]![3]);
    if (kind !== "spot" && at % FUNDING === 0)
      for (const [i, close] of closes.entries())
        cash -= Math.sign(held[i]!) * Math.abs(worth(held[i]!, close)) * RATE;
    return cash + worth(held[0]!, closes[0]!) + worth(held[1]!, closes[1]!);
  });
};

describe.each(accountings)("%s accounting", (accounting) => {
  it.each(["spot", "linear", "inverse", "hedge"] as const)(
    "equity is cash and marked positions at every close: %s",
    (kind) => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const all = rows(kind, seed);
          const script = { ...aiming(seed, kind === "spot" ? 0 : -0.7, 0.7), timeframes: ["4h" as const] };
          const ran = run(all, script, { ...settingsOf(kind, all), accounting });
          expect(ran.orders.length).toBeGreaterThan(5);
          reckoned(kind, ran, all).forEach((value, k) => expect(ran.equity.value[k]).toBeCloseTo(value, 6));
          // And what the trades made is what the account made: the ledger balances with fees and funding.
          const made = ran.trades.reduce((sum, { profit }) => sum + profit, 0);
          expect(ran.equity.value.at(-1)! - 1_000).toBeCloseTo(made, 6);
        }),
        { numRuns: 5 },
      );
    },
  );

  it("shorts on mirrored prices are longs", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...fillConventions), (seed, convention) => {
        // A candle that stands still has no mirror of its path.
        const all = walk(seed, 60).map(([open, high, low, close]): Row => [
          open,
          high,
          low,
          open === close ? low : close,
        ]);
        const mirrored = all.map(([open, high, low, close]): Row => [
          turn(open),
          turn(low),
          turn(high),
          turn(close),
        ]);
        const plain = { accounting, convention, startingBalance: 1e6 } as const;
        const long = perpetual(
          [all],
          placing(seed, (at) => at, "buy", "sell"),
          {},
          plain,
        );
        const short = perpetual([mirrored], placing(seed, turn, "sell", "buy"), {}, plain);
        expect(long.orders.length).toBeGreaterThan(5);
        expect(short.orders.map(({ status, quantity: size }) => [status, size])).toEqual(
          long.orders.map(({ status, quantity: size }) => [status, size]),
        );
        long.equity.value.forEach((value, k) => expect(short.equity.value[k]).toBeCloseTo(value, 5));
      }),
      { numRuns: 6 },
    );
  });
});

/** Mirrored at 100, in cents. */
const turn = (at: number): number => Math.round(20_000 - at * 100) / 100;

/** Amounts of fixed size, of every type, around the close, one way in and the other out; one order at a time. */
const placing = (
  seed: number,
  mirror: (price: number) => number,
  into: "buy" | "sell",
  out: "buy" | "sell",
): Script => ({
  onCandle: ({ k, i, candle }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    if (chance.next() < 0.3) for (const { tag } of desk.orders()) desk.cancel(tag);
    const close = mirror(candle.close);
    const away = Math.round(close * 100 * (1 + 0.01 * chance.next())) / 100;
    const near = Math.round(close * 100 * (1 - 0.01 * chance.next())) / 100;
    const what = [...desk.orders()].length > 0 ? 4 : chance.integer(4);
    const size = 1 + chance.integer(5);
    if (what === 0) desk.place({ i, side: into, type: "market", quantity: size }, `m${k}`);
    if (what === 1)
      desk.place({ i, side: into, type: "limit", quantity: size, price: mirror(near) }, `l${k}`);
    if (what === 2 && desk.position(i) !== 0)
      desk.place({ i, side: out, type: "limit", quantity: 1, price: mirror(away) }, `o${k}`);
    if (what === 3 && desk.position(i) !== 0)
      desk.place({ i, side: out, type: "stop-market", quantity: 1, stopPrice: mirror(near) }, `s${k}`);
  },
});

it("in doubles an inverse contract is a linear one the other way round: a long of it is a short at 1 / price", () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...fillConventions), (seed, convention) => {
      const all = walk(seed, 80);
      const turned = all.map(([open, high, low, close]): Row => [1 / open, 1 / low, 1 / high, 1 / close]);
      const plain = { accounting: "float", convention, takerBps: 5, startingBalance: 10 } as const;
      const terms = { leverage: 10, funding: { rate: RATE } };
      const own = inverse([all], aiming(seed, -4, 4), terms, plain);
      const other = perpetual([turned], aiming(seed, 4, -4), { ...terms, funding: { rate: -RATE } }, plain);
      expect(own.orders.map(({ tag, side, closedAt }) => [tag, side, closedAt])).toEqual(
        other.orders.map(({ tag, side, closedAt }) => [tag, side === "buy" ? "sell" : "buy", closedAt]),
      );
      own.equity.value.forEach((value, k) => expect(other.equity.value[k]).toBeCloseTo(value, 9));
    }),
    { numRuns: 12 },
  );
});
