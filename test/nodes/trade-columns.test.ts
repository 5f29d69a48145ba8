/** Recorded trades as columns, and a volume profile of them by hand. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { indicatorNamed } from "../../domain/indicators/catalogue.ts";
import { computed, settingsOf } from "../../nodes/indicator-run.ts";
import { readTradeColumns } from "../../nodes/trade-columns.ts";
import { scratch } from "../cli/command.ts";
import { refused } from "../refused.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (...rows: readonly string[]): string => {
  const path = join(folder.path, "A_B-trades.csv");
  writeFileSync(path, ["ts_ms,price,amount,side,id", ...rows].join("\n"));
  return path;
};

describe("trades as columns", () => {
  it("give a profile whose point of control is where most was traded, not where most trades were", () => {
    const trades = readTradeColumns(
      file("1000,100,1,buy,1", "1000,100,1,sell,2", "2000,101,5,buy,3", "3000,102,1,buy,4"),
    );
    expect([...trades.openAt]).toEqual([1_000, 1_000, 2_000, 3_000]);
    const of = indicatorNamed("volumeprofileanchored");
    const { params, reads } = settingsOf(of, ["rowpercent=0.1", "valuearea=50"]);
    const [poc, vah, val] = computed(of, params, reads, [trades]);
    // After two trades 100 holds 2 of 2, after three 101 holds 5 of 7: more than half by itself. Rows are 0.1 % high.
    expect(poc![1]).toBeCloseTo(100, 9);
    expect(Math.abs(poc![3]! / 101 - 1)).toBeLessThan(0.000_5);
    expect(vah![3]! / val![3]!).toBeCloseTo(1.001, 9);
  });

  it("are refused by line and column", () => {
    expect(refused(() => readTradeColumns(file("1000,100,1,buy,1", "2000,x,1,buy,2")))).toBe(
      "A_B-trades.csv:3 price",
    );
    expect(refused(() => readTradeColumns(file("2000,100,1,buy,1", "1000,100,1,buy,2")))).toBe(
      "A_B-trades.csv:3 ts_ms",
    );
  });
});
