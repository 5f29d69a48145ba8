/** Prints of two pairs, A/Q and B/Q, one by one in time: for properties. */
import fc from "fast-check";
import { ZERO } from "../../../domain/values/values.ts";
import { TradeTrack } from "../../../sandbox/market/replay-trades.ts";
import { recordedListing, Tape } from "../../../sandbox/market/tape.ts";

const terms = { makerBps: 10, takerBps: 20, notionalMin: ZERO, queueAheadLots: 0 };

export const print = fc.record({
  wait: fc.constantFrom(0, 1, 700, 20_000, 90_000),
  ofA: fc.boolean(),
  move: fc.integer({ min: -12, max: 12 }),
  lots: fc.integer({ min: 1, max: 60 }),
});

/** Both pairs over one time. */
export const tape = (steps: readonly (typeof print extends fc.Arbitrary<infer P> ? P : never)[]): Tape => {
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
