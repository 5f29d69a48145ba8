/** An order's difference taken apart, worked by hand; and which order of one run is which of the other. */
import { describe, expect, it } from "vitest";
import type { Fill } from "../../../domain/order/order.ts";
import { decimal, type ClientOrderId } from "../../../domain/values/values.ts";
import type { OrderPath } from "../../../simulation/explain/order-path.ts";
import { pairUp } from "../../../simulation/explain/pair-up.ts";
import { partsOf, sumsOf } from "../../../simulation/explain/worth.ts";

const path = (quantity: string, notional: string, fee: string, feeAsset = "BBB", at = 1): OrderPath => {
  const amounts = { quantity: decimal(quantity), notional: decimal(notional), price: 1n, fee: decimal(fee) };
  const fill = { ...amounts, side: "buy", feeAsset, liquidity: "taker", at, instrument: "paper:AAA/BBB" };
  return {
    order: { id: "o" as ClientOrderId, side: "buy", instrument: "paper:AAA/BBB", at: 0 } as never,
    purpose: "p",
    takenAt: 0,
    closed: { status: "filled", at },
    fills: [fill as unknown as Fill],
    crosses: [],
  };
};
const scaled = (text: string): bigint => decimal(text) * 10n ** 18n;

describe("an order's difference", () => {
  it("is taken apart by hand: 12 bought for 132 instead of 10 for 100, worth 15 at the end", () => {
    const [ours, theirs] = [path("12", "132", "0.14"), path("10", "100", "0.1")];
    const sums = [sumsOf(ours, decimal("15")), sumsOf(theirs, decimal("15"))] as const;
    // 12 x 15 - 132 - 0.14 = 47.86; 10 x 15 - 100 - 0.1 = 49.9
    expect(sums.map(({ worth }) => worth)).toEqual([scaled("47.86"), scaled("49.9")]);
    expect(partsOf(ours, theirs, sums)).toEqual({
      // 12 at 10 would have cost 120 and 0.12 of fees: 12 dearer, and their fee 0.1 x 132/100 - 0.12 = 0.012 more
      "later-print": scaled("-12.012"),
      // 0.132 would be the fee at our price; 0.14 was taken
      "fee-rounding": scaled("-0.008"),
      // two more at 10 that are worth 15, less 0.02 of fees: 10 - 0.02; the sum is 47.86 - 49.9 = -2.04
      size: scaled("9.98"),
    });
  });

  it("fees in base go by the quantity", () => {
    const [ours, theirs] = [path("10", "110", "0.01", "AAA"), path("10", "100", "0.01", "AAA")];
    const sums = [sumsOf(ours, decimal("15")), sumsOf(theirs, decimal("15"))] as const;
    expect(partsOf(ours, theirs, sums)).toEqual({ "later-print": scaled("-10") });
  });

  it("of an order that filled nothing in one of them is all of one cause", () => {
    const [ours, theirs] = [
      path("10", "110", "0"),
      { ...path("10", "100", "0"), fills: [], closed: { status: "refused" as const, at: 1 } },
    ];
    const sums = [sumsOf(ours, decimal("15")), sumsOf(theirs, decimal("15"))] as const;
    expect(partsOf(ours, theirs, sums)).toEqual({ refused: scaled("40") });
  });
});

describe("pairs", () => {
  it("same text and time first, then same text in order, no farther apart than the longest delay", () => {
    const like = {
      text: ([text]: readonly [string, number]) => text,
      at: ([, at]: readonly [string, number]) => at,
      unmistakable: () => false,
      farthestMs: 5,
    };
    const first = [
      ["a", 1],
      ["a", 10],
      ["b", 1],
    ] as const;
    const second = [
      ["a", 10],
      ["a", 4],
      ["b", 9],
    ] as const;
    const { pairs, onlyFirst, onlySecond } = pairUp<readonly [string, number]>(first, second, like);
    expect(pairs).toEqual([
      [
        ["a", 10],
        ["a", 10],
      ],
      [
        ["a", 1],
        ["a", 4],
      ],
    ]);
    expect(onlyFirst).toEqual([["b", 1]]);
    expect(onlySecond).toEqual([["b", 9]]);
  });
});
