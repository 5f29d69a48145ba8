/** A part of a recording by time is what a recording of that time would have been: same book, same fills. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, type BookEvents, CLEARED, SOLD } from "../../../domain/market/book-events.ts";
import { bookPath } from "../../../simulation/books/book-path.ts";
import { Delayed } from "../../../simulation/books/delayed.ts";
import { sliced } from "../../../simulation/books/slice.ts";
import { acting, BOOK, eventsOf, run, type Row } from "./running.ts";

const rowsOf = ({ at, kind, ticks, lots, length }: BookEvents): Row[] =>
  Array.from({ length }, (_, k) => [at[k]!, kind[k]!, ticks[k]!, lots[k]!]);
const rows: readonly Row[] = [
  ...BOOK,
  [1_500, BID_LEVEL, 98, 0],
  [2_000, SOLD, 99, 3],
  [2_500, ASK_LEVEL, 103, 7],
];

describe("a part of a recording", () => {
  it("begins with the levels that stood, the best first, and ends before its end", () => {
    expect(rowsOf(sliced(eventsOf(rows), 2_000, 2_500))).toEqual([
      [2_000, CLEARED, 0, 0],
      [2_000, BID_LEVEL, 99, 20],
      [2_000, ASK_LEVEL, 101, 4],
      [2_000, ASK_LEVEL, 102, 6],
      [2_000, ASK_LEVEL, 104, 50],
      [2_000, SOLD, 99, 3],
    ]);
    expect(rowsOf(sliced(eventsOf(rows), undefined, 1_500))).toEqual(BOOK);
    expect(rowsOf(sliced(eventsOf(rows), 1_000))).toEqual(rows);
  });

  it("tells the strategy nothing of before, and queues it behind what stands", () => {
    const heard: number[] = [];
    const maker = acting((desk, nth) => {
      heard.push(desk.now);
      if (nth === 1) desk.place({ i: 0, side: "buy", type: "limit", quantity: 2, price: 99 }, "b");
    });
    const { account, equity } = run([...rowsOf(sliced(eventsOf(rows), 1_700)), [3_000, SOLD, 99, 18]], maker);
    expect(heard).toEqual([1_700]);
    // 20 stood ahead; 3 and 18 were sold: one of ours.
    expect(account.fills.map(({ at, lots }) => [at, lots])).toEqual([[3_000, 1]]);
    expect(equity.at).toEqual([1_700, 2_000, 3_000]);
  });

  it("has the same middles from its beginning on, wherever it is cut", () => {
    const step = fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1_000, max: 1_200 }),
        (steps, from) => {
          let at = 1_000;
          const more = steps.map(([wait, away, lots]): Row => {
            at += wait;
            return away < 4 ? [at, BID_LEVEL, 95 + away, lots] : [at, ASK_LEVEL, 98 + away, lots];
          });
          const whole = eventsOf([...BOOK, ...more, [1_300, SOLD, 1, 1]]);
          const times = Array.from({ length: 300 }, (_, k) => from + k).filter((time) => time <= 1_300);
          const told = (events: BookEvents) => bookPath(events, times, [0]).middles;
          expect(told(sliced(whole, from))).toEqual(told(whole));
        },
      ),
      { numRuns: 60 },
    );
  });
});

it("what is on its way arrives by time, of one time in the order in which it left", () => {
  const anyTime = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.array(fc.option(anyTime)), (turns) => {
      const onWay = new Delayed<number>();
      let expected: { at: number; nth: number }[] = [];
      for (const [nth, at] of turns.entries()) {
        if (at !== null) {
          onWay.send(nth, at);
          expected = [...expected, { at, nth }].sort((a, b) => a.at - b.at || a.nth - b.nth);
        } else if (expected.length > 0) expect(onWay.take()).toBe(expected.shift()!.nth);
        expect(onWay.nextAt).toBe(expected[0]?.at ?? Infinity);
      }
    }),
  );
});
