/** Take-profit targets by chance: exact and doubles alike, of spot and of contracts long and short, nothing sold twice, no look-ahead; several strategies beside each other. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../seed.ts";
import { Chance } from "../../../domain/values/chance.ts";
import type { BacktestOrder, BacktestResult } from "../../../simulation/backtest/backtest.ts";
import { price } from "../../../domain/values/values.ts";
import { backtestPortfolio } from "../../../simulation/backtest/portfolio/portfolio-backtest.ts";
import {
  accountings,
  fillConventions,
  type BacktestSettings,
} from "../../../simulation/backtest/settings.ts";
import { perpetual } from "./contracts/perpetual.ts";
import { walk } from "./contracts/walks.ts";
import { candlesOf, instrument, run, scripted, type Script } from "./scripted.ts";

/** Enters, leaves, and wishes for ladders and stops, near enough to be reached. */
const ladders = (seed: number, shorts: boolean): Script => ({
  onCandle: ({ k, i, candle: { close } }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    const what = chance.integer(6);
    const way = desk.position(i) < 0 ? -1 : desk.position(i) > 0 || !shorts || chance.next() < 0.5 ? 1 : -1;
    if (desk.position(i) === 0 ? what < 3 : what === 0) desk.aim(i, way * (0.2 + 0.3 * chance.next()), "in");
    if (what === 1) desk.aim(i, 0, "out");
    if (what < 3) {
      const targets = Array.from({ length: chance.integer(4) }, (_, n) => ({
        price: close * (1 + way * (0.002 + 0.006 * (n + chance.next()))),
        part: 0.2 + 0.6 * chance.next(),
      }));
      const stop = chance.next() < 0.3 ? undefined : close * (1 - way * (0.004 + 0.02 * chance.next()));
      desk.protect(i, stop, "w", targets);
    }
    if (what === 5 && chance.next() < 0.2) desk.protect(i, undefined);
  },
});

const filled = (orders: readonly BacktestOrder[]) =>
  orders
    .filter(({ status, quantity }) => status === "filled" && quantity > 1e-6)
    .map(({ at, side, tag, closedAt, quantity, averagePrice }) => ({
      ...{ at, side, tag, closedAt },
      quantity: expect.closeTo(quantity, 5) as number,
      averagePrice: expect.closeTo(averagePrice, 4) as number,
    }));
/** By market: never more sold than was held, on neither side, and at the end nothing but what was left. */
const neverBeyond = ({ orders }: BacktestResult): number => {
  let targets = 0;
  const held = new Map<string, number>();
  for (const { pair, side, tag, quantity } of [...orders]
    .filter(({ status }) => status === "filled")
    .sort((a, b) => a.closedAt - b.closedAt)) {
    const before = held.get(pair) ?? 0;
    const after = before + (side === "buy" ? quantity : -quantity);
    if (tag !== "aim") expect(Math.abs(after)).toBeLessThanOrEqual(Math.abs(before) + 1e-7);
    if (tag !== "aim" && Math.abs(after) > 1e-7) expect(Math.sign(after)).toBe(Math.sign(before));
    if (tag === "target") targets += 1;
    held.set(pair, after);
  }
  return targets;
};

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  convention: fc.constantFrom(...fillConventions),
});
const alike = (of: (over: Partial<BacktestSettings>) => BacktestResult): number => {
  const [exact, float] = accountings.map((accounting) => of({ accounting, makerBps: 2, takerBps: 5 }));
  expect(float!.orders.length).toBeGreaterThan(0);
  expect(filled(exact!.orders).length).toBe(filled(float!.orders).length);
  float!.orders
    .filter(({ status, quantity }) => status === "filled" && quantity > 1e-6)
    .map(({ at, side, tag, closedAt, quantity, averagePrice }) => ({
      at,
      side,
      tag,
      closedAt,
      quantity,
      averagePrice,
    }))
    .forEach((order, n) => expect(order).toEqual(filled(exact!.orders)[n]));
  expect(float!.equity.value.at(-1)! / exact!.equity.value.at(-1)!).toBeCloseTo(1, 6);
  neverBeyond(float!);
  return neverBeyond(exact!);
};

describe("targets by chance", () => {
  it("of spot, exact and doubles are alike", () => {
    let targets = 0;
    fc.assert(
      fc.property(cases, ({ seed, convention }) => {
        const rows = [walk(seed, 80), walk(seed + 1, 80)];
        targets += alike((over) => run(rows, ladders(seed, false), { convention, ...over }, "0.00000001"));
      }),
      { numRuns: 15 },
    );
    expect(targets).toBeGreaterThan(30);
  });

  it("of contracts long and short, exact and doubles are alike", () => {
    let targets = 0;
    fc.assert(
      fc.property(cases, ({ seed, convention }) => {
        const rows = [walk(seed, 80)];
        // A grid that shows no difference.
        const fine = { quote: instrument().quote, tickSize: price("0.00000001") };
        const markets = [
          {
            instrument: instrument("A/USDT:USDT", fine),
            timeframe: "1m" as const,
            candles: candlesOf(rows[0]!),
          },
        ];
        targets += alike((over) =>
          perpetual(rows, ladders(seed, true), { leverage: 3 }, { convention, markets, ...over }),
        );
      }),
      { numRuns: 15 },
    );
    expect(targets).toBeGreaterThan(15);
  });

  it("what comes later changes nothing of what was sold before", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 10, max: 70 }), ({ seed, convention }, k) => {
        const rows = walk(seed, 80);
        const mixed = [...rows.slice(0, k), ...walk(seed + 1, 80).slice(k)];
        const before = ({ orders, equity }: BacktestResult) => [
          orders
            .filter(({ at }) => at < equity.at[k - 1]!)
            .map(({ at, tag, quantity }) => [at, tag, quantity]),
          [...equity.value.subarray(0, k - 1)],
        ];
        const [one, two] = [rows, mixed].map((each) => run(each, ladders(seed, false), { convention }));
        expect(before(two!)).toEqual(before(one!));
      }),
      { numRuns: 8 },
    );
  });

  it("of several strategies each sells its own", () => {
    const rows = [walk(7, 80), walk(8, 80)];
    const seats = [[0, 1], [0], [1, 0]].map((markets, k) => {
      const { strategy } = scripted(ladders(100 + k, false));
      return { id: `s${k}`, strategy, params: {}, markets, capital: 1_000 };
    });
    const ran = backtestPortfolio({
      ...{ convention: "next-open", makerBps: 2, takerBps: 5, slippage: { model: "none" }, seed: 1 },
      markets: rows.map((each, i) => ({
        instrument: instrument(["A/USDT", "B/USDT"][i]),
        timeframe: "1m",
        candles: candlesOf(each),
      })),
      seats,
    });
    const targets = ran.seats.map((seat) => neverBeyond(seat as unknown as BacktestResult));
    expect(Math.min(...targets)).toBeGreaterThan(3);
  });
});
