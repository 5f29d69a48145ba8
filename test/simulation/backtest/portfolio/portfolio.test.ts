/** Several strategies in one portfolio: alone each is as in its own backtest, together they share limits and meet inside. */
import { describe, expect, it } from "vitest";
import { parseRiskPlan } from "../../../../domain/risk/plan.ts";
import { parseParams } from "../../../../domain/strategy/params.ts";
import type { Desk, Strategy } from "../../../../domain/strategy/strategy.ts";
import { backtest, type BacktestSettings } from "../../../../simulation/backtest/backtest.ts";
import { canonicalLine } from "../../../../simulation/backtest/order-log.ts";
import {
  backtestPortfolio,
  type PortfolioSettings,
} from "../../../../simulation/backtest/portfolio/portfolio-backtest.ts";
import { strategies } from "../../../../strategies/index.ts";
import { candlesOf, instrument, MINUTE, START, type Row } from "../scripted.ts";

const wave = (phase: number): readonly Row[] =>
  Array.from({ length: 600 }, (_, k): Row => {
    const [open, close] = [k, k + 1].map((each) => 100 + 10 * Math.sin((each + phase) / 9)) as [
      number,
      number,
    ];
    return [open, Math.max(open, close) + 0.5, Math.min(open, close) - 0.5, close, 10];
  });

const market = (symbol: string, rows: readonly Row[]) => ({
  instrument: instrument(symbol),
  timeframe: "1m" as const,
  candles: candlesOf(rows),
});
const markets = [market("A/USDT", wave(0)), market("B/USDT", wave(5)), market("C/USDT", wave(11))];

const shared = {
  convention: "next-open",
  makerBps: 5,
  takerBps: 10,
  slippage: { model: "bps", bps: 2 },
  seed: 1,
} as const;
const alone = (strategy: Strategy, raw: object, own: readonly number[]): BacktestSettings => ({
  ...shared,
  strategy,
  params: parseParams(strategy, raw),
  markets: own.map((k) => markets[k]!),
  accounting: "exact",
  startingBalance: 10_000,
});
const seat = ({ strategy, params }: BacktestSettings, own: readonly number[]) => ({
  id: strategy.name,
  strategy,
  params,
  markets: own,
  capital: 10_000,
});

const parts = [
  ["moving-average-cross", { fast: 3, slow: 12 }, [0, 1]],
  ["bollinger-reversion", {}, [2]],
  ["grid", {}, [1]],
  ["trend-pullback", { fast: 5, slow: 20 }, [0, 2]],
] as const;
const runs = parts.map(([name, raw, own]) => [name, alone(strategies.get(name)!, raw, own), own] as const);

describe("a strategy in a portfolio", () => {
  it.each(runs)("%s, alone in it, is its own backtest", (_, settings, own) => {
    const single = backtest(settings);
    const { seats, equity, refusals, candles } = backtestPortfolio({
      ...shared,
      markets,
      seats: [seat(settings, own)],
    });
    expect(single.orders.length).toBeGreaterThan(3);
    expect(seats[0]!.orders.map(canonicalLine)).toEqual(single.orders.map(canonicalLine));
    expect(seats[0]!.trades).toEqual(single.trades);
    expect([refusals, candles]).toEqual([single.refusals, single.candles]);
    expect(equity.value.at(-1)).toBeCloseTo(single.equity.value.at(-1)!, 8);
  });

  it("is its own backtest beside others too, as long as they do not meet", () => {
    const apart = [runs[1]!, runs[2]!];
    const { seats } = backtestPortfolio({
      ...shared,
      markets,
      seats: apart.map(([, settings, own]) => seat(settings, own)),
    });
    for (const [k, [, settings]] of apart.entries())
      expect(seats[k]!.orders.map(canonicalLine)).toEqual(backtest(settings).orders.map(canonicalLine));
  });
});

/** Aims at what is listed by candle. */
const aims = (name: string, by: Readonly<Record<number, number>>): Strategy => ({
  name,
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => ({
    onCandle: ({ openAt }, i, _, desk: Desk) => {
      const aim = by[(openAt - START) / MINUTE];
      if (aim !== undefined) desk.aim(i, aim, name);
    },
    save: () => ({}),
    load: () => undefined,
  }),
});

const flat = Array.from({ length: 12 }, (): Row => [100, 100, 100, 100, 10]);
const two = (
  first: Readonly<Record<number, number>>,
  second: Readonly<Record<number, number>>,
  risk?: object,
): PortfolioSettings => ({
  ...shared,
  slippage: { model: "none" },
  markets: [market("A/USDT", flat)],
  risk: parseRiskPlan(risk),
  seats: [aims("one", first), aims("two", second)].map((strategy) => ({
    id: strategy.name,
    strategy,
    params: {},
    markets: [0],
    capital: 1_000,
  })),
});

describe("strategies that share a portfolio", () => {
  it("are measured together: the second is refused what the first has used up, and it is told whom", () => {
    // Equity 2,000; half of it is 1,000. One holds 900, so that two may hold 100 and asks for 900.
    const { seats, refusals, peaks } = backtestPortfolio(
      two({ 1: 0.9 }, { 3: 0.9, 5: 0.05 }, { exposure: { gross: 0.5 } }),
    );
    expect(refusals).toEqual({ "gross-exposure": 1 });
    expect(seats.map((each) => each.refusals)).toEqual([{}, { "gross-exposure": 1 }]);
    expect(seats.map(({ orders }) => orders.length)).toEqual([1, 1]);
    expect(peaks.gross).toBeGreaterThan(0.45);
    expect(peaks.gross).toBeLessThanOrEqual(0.5);
    expect(peaks.asset).toBe(peaks.gross);
    expect(peaks.strategy).toBeLessThan(0.46);
  });

  it("meet inside where they ask opposite things at one close: at that price, without a fee, and no money is lost", () => {
    // One has 900 / (100 * 1.001) = 8.99... after its fee, and sells what two buys.
    const { seats, crossed, equity } = backtestPortfolio(two({ 1: 0.9, 4: 0 }, { 4: 0.5 }));
    const [one, other] = seats;
    expect(crossed).toBe(1);
    expect(other!.orders.map(({ fees, averagePrice, status }) => [fees, averagePrice, status])).toEqual([
      [0, 100, "filled"],
    ]);
    const [entry, exit] = one!.orders;
    // What two did not take went to the venue.
    expect(exit!.filled).toBe(exit!.quantity);
    expect(exit!.fees).toBeCloseTo((exit!.quantity - other!.orders[0]!.quantity) * 100 * 0.001, 8);
    expect(equity.value.at(-1)).toBeCloseTo(2_000 - entry!.fees - exit!.fees, 8);
    expect(one!.trades[0]!.profit).toBeCloseTo(-entry!.fees - exit!.fees, 8);
  });

  it("refuses an id twice, and a market that is not there", () => {
    const settings = two({}, {});
    const [first] = settings.seats;
    expect(() => backtestPortfolio({ ...settings, seats: [first!, first!] })).toThrow("seats.1.id");
    expect(() => backtestPortfolio({ ...settings, seats: [{ ...first!, markets: [1] }] })).toThrow(
      "seats.0.markets",
    );
  });
});
