/** From decimals to doubles: the nearest one, by whatever way. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format, toFloat } from "../../../domain/values/values.ts";

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
