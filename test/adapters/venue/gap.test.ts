/** Whatever is dropped, doubled or late on the stream: trades are told once, in order, and what is lost is counted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TradeSequence } from "../../../adapters/venue/gap.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import type { Timestamp } from "../../../domain/values/values.ts";

const trade = (id: number): Trade => ({ id, at: (id * 10) as Timestamp, price: 1, quantity: 1, side: "buy" });
const ids = (trades: readonly Trade[]): number[] => trades.map(({ id }) => id);

describe("dense ids", () => {
  it("begins with whatever comes first", () => {
    const sequence = new TradeSequence(true);
    expect(ids(sequence.offer([trade(700), trade(701)]).tell)).toEqual([700, 701]);
  });

  it("holds what follows a hole, until it is filled", () => {
    const sequence = new TradeSequence(true);
    sequence.offer([trade(1)]);
    const first = sequence.offer([trade(2), trade(5)]);
    expect([ids(first.tell), first.missing]).toEqual([[2], { from: 3, to: 4 }]);
    expect(ids(sequence.offer([trade(6)]).tell)).toEqual([]);
    expect(ids(sequence.filled([trade(4), trade(3)]).tell)).toEqual([3, 4, 5, 6]);
    expect(sequence.lost).toBe(0);
  });

  it("goes on after what could not be had, and counts it", () => {
    const sequence = new TradeSequence(true);
    sequence.offer([trade(1), trade(6)]);
    // 2, 3 and 5 are gone at the venue too.
    expect(ids(sequence.filled([trade(4)]).tell)).toEqual([4, 6]);
    expect(sequence.lost).toBe(3);
  });

  it("tells none twice", () => {
    const sequence = new TradeSequence(true);
    sequence.offer([trade(1), trade(2)]);
    expect(ids(sequence.offer([trade(1), trade(2), trade(3)]).tell)).toEqual([3]);
  });

  it("tells every trade once and in order, whatever the stream loses and repeats", () => {
    const disorder = fc.array(fc.record({ from: fc.integer({ min: 1, max: 60 }), count: fc.nat(8) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(disorder, (frames) => {
        const sequence = new TradeSequence(true);
        const told = ids(sequence.offer([trade(1)]).tell);
        let latest = 1;
        for (const { from, count } of frames) {
          const frame = Array.from({ length: count }, (_, i) => trade(from + i));
          latest = Math.max(latest, ...ids(frame));
          let offered = sequence.offer(frame);
          told.push(...ids(offered.tell));
          while (offered.missing !== undefined) {
            const { from: start, to } = offered.missing;
            offered = sequence.filled(Array.from({ length: to - start + 1 }, (_, i) => trade(start + i)));
            told.push(...ids(offered.tell));
          }
        }
        expect(told).toEqual(Array.from({ length: latest }, (_, i) => i + 1));
        expect(sequence.lost).toBe(0);
      }),
    );
  });
});

describe("ids with holes", () => {
  it("finds no gap, and still tells none twice", () => {
    const sequence = new TradeSequence(false);
    expect(ids(sequence.offer([trade(5), trade(9)]).tell)).toEqual([5, 9]);
    expect(ids(sequence.offer([trade(9), trade(40)]).tell)).toEqual([40]);
    expect(sequence.lost).toBe(0);
  });
});
