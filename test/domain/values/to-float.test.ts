/** Between decimals and doubles: the nearest double, and the decimal of its shortest text, by whatever way. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, format, fromFloat, toFloat } from "../../../domain/values/values.ts";

describe("toFloat", () => {
  it("is the double of the decimal's text", () => {
    const digits = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const zeros = fc.integer({ min: 0, max: 18 });
    fc.assert(
      fc.property(digits, zeros, (value, places) => {
        const rounded = value - (value % 10n ** BigInt(places));
        expect(toFloat(rounded) + 0).toBe(Number(format(rounded)) + 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("fromFloat", () => {
  it("is the decimal of the double's shortest text, cut to 18 decimals", () => {
    const byText = (value: number): bigint => {
      const text = String(value);
      return decimal(text.includes("e") || text.length > 17 ? value.toFixed(18) : text);
    };
    const short = fc
      .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 10 }))
      .map(([units, places]) => units / 10 ** places);
    const beside = fc
      .tuple(short, fc.constantFrom(-1, 1))
      .map(([value, way]) => value * (1 + way * Number.EPSILON));
    const any = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(short, beside, any), (value) => {
        expect(fromFloat(value)).toBe(byText(value));
      }),
      { numRuns: 3_000 },
    );
    for (const value of [0, -0, 0.1, 1e-8, 1e-9, 1e15, 9_999_999.99999999, 67_890.12])
      expect(fromFloat(value)).toBe(byText(value));
    for (const value of [NaN, Infinity, -Infinity]) expect(() => fromFloat(value)).toThrow("a finite number");
  });
});
