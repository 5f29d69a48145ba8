/** Parts of a position: by percent, by quantity, by a take-profit ladder; never more than there is. */
import { describe, expect, it } from "vitest";
import { ladder, partOf, reducible } from "../../../domain/positions/closing.ts";
import { decimal, format, price, quantity } from "../../../domain/values/values.ts";

const GRID = { tickSize: price("0.1"), lotSize: quantity("0.01") };

const shown = (orders: ReturnType<typeof ladder>): readonly string[] =>
  orders.map((order) => `${order.side} ${format(order.quantity)} @ ${format(order.price)}`);

describe("parts", () => {
  it("go down to the lot, and all is all", () => {
    expect(format(partOf(decimal("1.005"), 50, GRID.lotSize))).toBe("0.5");
    expect(format(partOf(decimal("-1.005"), 100, GRID.lotSize))).toBe("1.005");
    expect(() => partOf(decimal("1"), 101, GRID.lotSize)).toThrow(
      "percent: expected percent above 0, to 100",
    );
  });

  it("a reduce-only order is cut to the position, and is nothing on its own side", () => {
    expect(format(reducible(decimal("2"), "sell", quantity("3")))).toBe("2");
    expect(format(reducible(decimal("-2"), "buy", quantity("1")))).toBe("1");
    expect(reducible(decimal("2"), "buy", quantity("1"))).toBe(0n);
    expect(reducible(0n, "sell", quantity("1"))).toBe(0n);
  });
});

describe("a take-profit ladder", () => {
  const rungs = [
    { profitPercent: 1, closePercent: 50 },
    { profitPercent: 2.55, closePercent: 30 },
    { profitPercent: 10, closePercent: 20 },
  ];

  it("above a long, below a short, the last rung takes the rest", () => {
    expect(shown(ladder({ quantity: decimal("1.01"), entry: price("100") }, rungs, GRID))).toEqual([
      "sell 0.5 @ 101",
      "sell 0.3 @ 102.6",
      "sell 0.21 @ 110",
    ]);
    expect(shown(ladder({ quantity: decimal("-1.01"), entry: price("100") }, rungs, GRID))).toEqual([
      "buy 0.5 @ 99",
      "buy 0.3 @ 97.4",
      "buy 0.21 @ 90",
    ]);
  });

  it("a rung below a lot is added to the next", () => {
    expect(shown(ladder({ quantity: decimal("0.01"), entry: price("100") }, rungs, GRID))).toEqual([
      "sell 0.01 @ 110",
    ]);
  });

  it.each([
    [[{ profitPercent: 0, closePercent: 50 }], "rungs[0].profitPercent"],
    [
      [
        { profitPercent: 1, closePercent: 60 },
        { profitPercent: 2, closePercent: 60 },
      ],
      "rungs[1].closePercent",
    ],
    [[{ profitPercent: 1, closePercent: 0 }], "rungs[0].closePercent"],
  ])("refuses %j", (wrong, field) => {
    expect(() => ladder({ quantity: decimal("1"), entry: price("100") }, wrong, GRID)).toThrow(field);
  });
});
