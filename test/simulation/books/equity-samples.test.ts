/** Equity over books: whole seconds, strictly rising, from the first moment to the last change, whatever the feed does. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, SOLD } from "../../../domain/market/book-events.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import { booksBacktest } from "../../../simulation/books/books-backtest.ts";
import { EquitySamples, sampleStep } from "../../../simulation/books/equity-samples.ts";
import { money, quantity } from "../../../domain/values/values.ts";
import { INSTRUMENT } from "./instrument.ts";
import { acting, BOOK, eventsOf, NONE, run, type Row } from "./running.ts";

const buyer = acting((desk, nth) => {
  if (nth === 1) desk.place({ i: 0, side: "buy", type: "limit", quantity: 4, price: 101 }, "b");
});
const rows: readonly Row[] = [
  ...BOOK,
  [3_500, BID_LEVEL, 99, 0],
  [5_000, ASK_LEVEL, 102, 0],
  [5_200, SOLD, 98, 1],
];
const samplesOf = ({ equity }: { equity: EquitySamples }) => equity.at.map((at, k) => [at, equity.value[k]]);

it("is what there was at each second's end, worked by hand", () => {
  // 100 base at 100 and 10,000; four are bought at 101 and cost 0.808; the middle is 100, then 101 (4 of 101 are gone), 100.5 and 101.
  const told = (bought: number, middle: number): number =>
    bought === 0 ? 10_000 + 100 * middle : 10_000 - 404 - 0.808 + 104 * middle;
  expect(samplesOf(run(rows, buyer))).toEqual(
    [
      [1_000, told(0, 100)],
      [2_000, told(4, 100.5)],
      [3_000, told(4, 100.5)],
      [4_000, told(4, 100)],
      // All of a moment, an arrival in it too, belongs to the second that ends there.
      [5_000, told(4, 101)],
      [5_200, told(4, 101)],
    ].map(([at, value]) => [at, expect.closeTo(value!, 9) as number]),
  );
});

it("an order that comes after the last event is in the last sample; news that come later are no time of the venue's", () => {
  const late = run(rows.slice(0, 6), buyer, { feedMs: 4_000, entryMs: 20, answerMs: 9_000 });
  expect(late.account.fills.map(({ at }) => at)).toEqual([5_020]);
  expect(late.equity.at).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, 5_020]);
  expect(late.equity.value.at(-1)).not.toBe(late.equity.value.at(-2));
  const deaf = run(
    rows,
    acting(() => undefined),
    { ...NONE, feedMs: 60_000 },
  );
  expect(deaf.equity.at.at(-1)).toBe(5_200);
});

const anyMs = fc.constantFrom(0, 7, 1_000, 3_700);

it("rises strictly and is the same of one book and of several with one, whatever the latencies", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2_500 }), fc.integer({ min: 1, max: 9 })), {
        maxLength: 20,
      }),
      fc.record({ feedMs: anyMs, entryMs: anyMs, answerMs: anyMs }),
      (steps, latency) => {
        let at = 1_000;
        const more = steps.map(([wait, lots]): Row => [(at += wait), BID_LEVEL, 99, lots]);
        const one = run([...BOOK, ...more], buyer, latency).equity;
        expect(one.at[0]).toBe(1_000);
        for (let k = 1; k < one.at.length; k += 1) {
          expect(one.at[k]).toBeGreaterThan(one.at[k - 1]!);
          if (k < one.at.length - 1) expect(one.at[k]).toBe(1_000 * (k + 1));
        }
        const { equity } = booksBacktest({
          ...{ strategy: buyer, params: {}, latency, queue: parseQueueModel("log", "queue") },
          markets: [{ instrument: INSTRUMENT, events: eventsOf([...BOOK, ...more]) }],
          ...{ quote: money("10000"), base: quantity("100") },
        });
        expect([equity.at, equity.value]).toEqual([one.at, one.value]);
      },
    ),
    { numRuns: 50 },
  );
});

it("takes longer steps of a long recording, and no sample while nobody knows what is held is worth", () => {
  const day = 86_400_000;
  expect([0, day, 2 * day, 30 * day, 3_650 * day].map(sampleStep)).toEqual([
    1_000, 1_000, 10_000, 60_000, 3_600_000,
  ]);
  const samples = new EquitySamples(500, 3_000);
  samples.until(600, NaN);
  samples.until(2_500, 7);
  samples.end(3_000, 8);
  expect([samples.at, samples.value]).toEqual([
    [500, 1_000, 2_000, 3_000],
    [7, 7, 7, 8],
  ]);
});
