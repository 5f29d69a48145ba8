/** How near a liquidation may be: distances in closed form, by leverage, side and margin mode. */
import { describe, expect, it } from "vitest";
import { Fields } from "../../../domain/risk/fields.ts";
import { liquidationOf, readLiquidation } from "../../../domain/risk/liquidation.ts";
import { fromFloat, money, price, type Money } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";

const distance = (
  [leverage, quantity, entry, last]: readonly [number, number, number, number],
  { marginMode = "isolated", equity = "0" }: { marginMode?: "isolated" | "cross"; equity?: string } = {},
): number =>
  liquidationOf(
    { leverage, marginMode },
    {
      quantity: fromFloat(quantity),
      cost: fromFloat(quantity * entry) as Money,
      last: price(String(last)),
    },
    money(equity),
    0.005,
  )?.distance ?? Infinity;

describe("distance of a liquidation", () => {
  it.each([
    // Long: entry (1 - 1/L) / (1 - m); short: entry (1 + 1/L) / (1 + m).
    [[10, 2, 100, 100], 1 - 0.9 / 0.995],
    [[10, -2, 100, 100], 1.1 / 1.005 - 1],
    [[3, 1, 100, 90], 1 - (100 * (1 - 1 / 3)) / 0.995 / 90],
    [[3, -1, 100, 110], (100 * (4 / 3)) / 1.005 / 110 - 1],
    [[1, -1, 100, 100], 2 / 1.005 - 1],
  ] as const)("%o", (of, expected) => {
    expect(distance(of)).toBeCloseTo(expected, 9);
  });

  it("a long that is paid in full is never liquidated", () => {
    expect(distance([1, 1, 100, 100])).toBe(Infinity);
  });

  it("under cross margin all of the equity backs it, if that is more", () => {
    const cross: Parameters<typeof distance>[1] = { marginMode: "cross", equity: "50" };
    expect(distance([10, 2, 100, 100], cross)).toBeCloseTo(1 - (200 - 50) / (2 * 0.995) / 100, 9);
    expect(distance([10, 2, 100, 100], { ...cross, equity: "5" })).toBeCloseTo(1 - 0.9 / 0.995, 9);
  });

  it("is read with its own words", () => {
    const read = (raw: object) =>
      readLiquidation(new Fields(raw, "risk.liquidation", ["distance", "maintenance"]));
    expect(read({ distance: 0.2 })).toEqual({ distance: 0.2, maintenance: 0.005 });
    expect(refused(() => read({}))).toBe("risk.liquidation.distance");
    expect(refused(() => read({ distance: 1 }))).toBe("risk.liquidation.distance");
    expect(refused(() => read({ distance: 0.1, maintenance: 0 }))).toBe("risk.liquidation.maintenance");
    expect(refused(() => read({ distance: 0.1, near: 1 }))).toBe("risk.liquidation.near");
  });
});
