/** Prints of two pairs, taken in rows or one by one: the turns are the same, whoever prints in between. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  money,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../../../domain/values/values.ts";
import type { Tape } from "../../../sandbox/market/tape.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import { restless } from "./restless.ts";
import { print, tape } from "./two-pairs.ts";

const run = (source: Tape, rows: boolean, trades: boolean) =>
  tickBacktest({
    source: rows
      ? source
      : { listings: source.listings, nextAt: () => source.nextAt(), apply: (stage) => source.apply(stage) },
    venue: "x" as VenueId,
    account: "main" as AccountId,
    balances: { Q: money("1000") },
    nonce: "1",
    portfolio: { id: "p" as PortfolioId, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 },
    strategies: [
      {
        id: "s" as StrategyId,
        strategy: restless(trades),
        params: {},
        instruments: ["x:A/Q", "x:B/Q"] as InstrumentId[],
        capital: money("500"),
      },
      {
        id: "t" as StrategyId,
        strategy: restless(false),
        params: {},
        instruments: ["x:B/Q"] as InstrumentId[],
        capital: money("400"),
      },
    ],
  });

it.each([false, true])("rows of two pairs change nothing (prints heard: %s)", (trades) => {
  let turns = 0;
  fc.assert(
    fc.property(fc.array(print, { minLength: 10, maxLength: 100 }), (steps) => {
      const inRows = run(tape(steps), true, trades);
      const single = run(tape(steps), false, trades);
      expect(inRows.turns).toEqual(single.turns);
      expect(inRows).toMatchObject({ trades: single.trades, candles: single.candles });
      turns += inRows.turns.length;
    }),
    { numRuns: 40 },
  );
  expect(turns).toBeGreaterThan(400);
});
