/** What a run over prints is told as, beside the portfolio's own state folded to the same moments. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { timeframes } from "../../../domain/market/candle.ts";
import type { Mark } from "../../../domain/portfolio/commands.ts";
import { equityOf } from "../../../domain/portfolio/equity.ts";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  asset,
  fromFloat,
  money,
  toFloat,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type Price,
  type StrategyId,
  type VenueId,
} from "../../../domain/values/values.ts";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { instrumentOf, type TickResult } from "../../../simulation/ticks/settings.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import { equityPathOf, roundTripsOf, type ToldRun } from "../../../simulation/ticks/told.ts";
import type { Tape } from "../../../sandbox/market/tape.ts";
import { restless } from "./restless.ts";
import { print, tape } from "./two-pairs.ts";

const [venue, account, strategy] = ["x" as VenueId, "main" as AccountId, "s" as StrategyId];
const capital = money("500");
const portfolio = { id: "p" as PortfolioId, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 };

/** In at one candle, out at the next. */
const flipping: Strategy = {
  name: "flipping",
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => ({
    onCandle: (_candle, i, _frame, desk) => desk.aim(i, desk.exposure(i) > 0.01 ? 0 : 0.4, "flip"),
    save: () => ({}),
    load: () => undefined,
  }),
};

const run = (source: Tape, of: Strategy) => {
  const instruments = ["x:A/Q", "x:B/Q"] as InstrumentId[];
  const strategies = [{ id: strategy, strategy: of, params: {}, instruments, capital }];
  const result = tickBacktest({
    ...{ source, venue, account, balances: { Q: capital }, nonce: "1", portfolio, strategies },
    recorded: "1m",
  });
  const told: ToldRun = {
    ...{ timeframe: "1m", capital, endedAt: result.endedAt },
    markets: source.listings.map((listing) => {
      const instrument = instrumentOf(venue, listing);
      const last = listing.tick * BigInt(result.venue.last(listing.symbol));
      return { instrument, last, candles: result.recorded.get(instrument.id)! };
    }),
  };
  return { result, told };
};

/** Of all that was booked before `at`, each pair at the last close by then. */
const equityAt = ({ turns }: TickResult, { markets }: ToldRun, at: number): number => {
  const decider = portfolioDecider(portfolio);
  const state = decider.initial();
  for (const { events } of turns)
    for (const event of events)
      if (event.type !== "OrderFilled" || event.fill.at < at) decider.evolve(state, event);
      else return worth(state, markets, at);
  return worth(state, markets, at);
};

const worth = (state: TickResult["state"], markets: ToldRun["markets"], at: number): number => {
  const book = state.accounts.get(account)!.books.get(strategy)!;
  const marks: Record<string, Mark> = {};
  for (const { instrument, candles } of markets) {
    const row = candles.indexOf(at - timeframes["1m"] + 1) - 1;
    if (row < 0) continue;
    const last = fromFloat(candles.close[row]!) as Price;
    marks[instrument.id] = { last, bid: last, ask: last };
  }
  return toFloat(equityOf(state, book, asset("Q"), marks));
};

it.each([flipping, restless(false)])(
  "equity is cash and marked positions at every close, and the profits of all trades are its change: $name",
  (of) => {
    let [trades, points, rests] = [0, 0, 0];
    fc.assert(
      fc.property(fc.array(print, { minLength: 10, maxLength: 120 }), (steps) => {
        const { result, told } = run(tape(steps), of);
        const { at, value } = equityPathOf(result.turns, told).columns();
        const trips = roundTripsOf(result.turns, told);
        const everSince = told.markets.map(({ candles }) =>
          candles.length === 0 ? Infinity : candles.at[0]! + timeframes["1m"],
        );
        for (let k = 0; k < at.length - 1; k += 1) {
          if (at[k]! < Math.max(...everSince)) continue;
          expect(value[k]).toBeCloseTo(equityAt(result, told, at[k]!), 9);
          points += 1;
        }
        const profit = trips.reduce((sum, trip) => sum + trip.profit, 0);
        expect(value.at(-1)! - toFloat(capital)).toBeCloseTo(profit, 9);
        expect(at.at(-1)).toBe(result.endedAt);
        trades += trips.length;
        rests += trips.filter(({ exitReason }) => exitReason !== "force_exit").length;
      }),
      { numRuns: 40 },
    );
    expect(Math.min(trades, points)).toBeGreaterThan(50);
    expect(rests).toBeGreaterThan(of === flipping ? 20 : 0);
  },
);
