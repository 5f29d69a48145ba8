/** Prints of two pairs, taken in rows or one by one: the turns are the same, whoever prints in between. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  money,
  ZERO,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../../../domain/values/values.ts";
import { TradeTrack } from "../../../sandbox/market/replay-trades.ts";
import { recordedListing, Tape } from "../../../sandbox/market/tape.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import { restless } from "./restless.ts";

const terms = { makerBps: 10, takerBps: 20, notionalMin: ZERO, queueAheadLots: 0 };

const print = fc.record({
  wait: fc.constantFrom(0, 1, 700, 20_000, 90_000),
  ofA: fc.boolean(),
  move: fc.integer({ min: -12, max: 12 }),
  lots: fc.integer({ min: 1, max: 60 }),
});

/** Both pairs over one time. */
const tape = (steps: readonly (typeof print extends fc.Arbitrary<infer P> ? P : never)[]): Tape => {
  let at = 10;
  const rows = steps.map(({ wait, ofA, move, lots }) => ({ at: (at += wait), ofA, move, lots }));
  const track = (base: string, own: typeof rows): TradeTrack => {
    let ticks = 1_000;
    const columns = {
      at: Float64Array.from(own, (row) => row.at),
      ticks: Float64Array.from(own, ({ move }) => (ticks = Math.max(900, ticks + move))),
      lots: Float64Array.from(own, ({ lots }) => lots),
      ids: Float64Array.from(own, (_, i) => i + 1),
      buys: Uint8Array.from(own, ({ move }) => (move > 0 ? 1 : 0)),
    };
    return new TradeTrack(recordedListing(base, "Q", 2, 1, terms), columns, -Infinity, Infinity);
  };
  return new Tape(
    [
      track(
        "A",
        rows.filter(({ ofA }) => ofA),
      ),
      track(
        "B",
        rows.filter(({ ofA }) => !ofA),
      ),
    ],
    "1m",
  );
};

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
