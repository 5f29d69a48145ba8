/** What a download must still ask for: what is neither there nor asked for already. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { lacking } from "../../../domain/history/lacking.ts";

const MINUTE = 60_000;
const start = Date.UTC(2021, 4, 19);

describe("lacking", () => {
  const table = (slots: readonly number[]): CandleTable => {
    const made = new CandleTable(1);
    for (const slot of slots) made.push(start + slot * MINUTE, 1, 1, 1, 1, 1, 0);
    return made;
  };
  const slotsOf = (ranges: readonly { from: number; to: number }[]): number[] =>
    ranges.flatMap(({ from, to }) =>
      Array.from({ length: (to - from) / MINUTE }, (_, i) => (from - start) / MINUTE + i),
    );

  it("is every slot that is neither there nor covered, once; holes inside only if asked", () => {
    const slot = fc.nat(40);
    const range = fc
      .tuple(slot, slot)
      .map(([a, b]) => ({ from: start + Math.min(a, b) * MINUTE, to: start + Math.max(a, b) * MINUTE }));
    fc.assert(
      fc.property(
        fc.uniqueArray(slot),
        fc.array(range, { maxLength: 4 }),
        slot,
        slot,
        fc.boolean(),
        (slots, covered, a, b, fillGaps) => {
          const sorted = [...slots].sort((x, y) => x - y);
          const [from, until] = [Math.min(a, b), Math.max(a, b)];
          const told = slotsOf(
            lacking(table(sorted), covered, "1m", {
              from: start + from * MINUTE - 1,
              until: start + until * MINUTE - 30_000,
              fillGaps,
            }),
          );
          const expected = Array.from({ length: 41 }, (_, each) => each).filter(
            (each) =>
              each >= from &&
              each < until &&
              !slots.includes(each) &&
              !covered.some((one) => start + each * MINUTE >= one.from && start + each * MINUTE < one.to) &&
              (fillGaps || slots.length === 0 || each < sorted[0]! || each > sorted.at(-1)!),
          );
          expect(told).toEqual(expected);
        },
      ),
    );
  });
});
