/** Parts of a position, by percent and by a fraction. */
import { expect, it } from "vitest";
import { partOf, shareOf } from "../../../domain/positions/closing.ts";
import { decimal, format, quantity } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";

const LOT = quantity("0.01");

it("parts go down to the lot, and all is all", () => {
  expect(format(partOf(decimal("1.005"), 50, LOT))).toBe("0.5");
  expect(format(partOf(decimal("-1.005"), 100, LOT))).toBe("1.005");
  expect(format(shareOf(decimal("-1.005"), 0.5, LOT))).toBe("0.5");
  for (const percent of [0, -1, 101, Number.NaN])
    expect(refused(() => partOf(decimal("1"), percent, LOT))).toBe("percent");
});
