import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clustersOf, joinsOf, treeOrder } from "../../../domain/market/correlation/clusters.ts";
import {
  rollingCorrelations,
  sampleCorrelations,
  shrunkCorrelations,
} from "../../../domain/market/correlation/shrinkage.ts";
import { Chance } from "../../../domain/values/chance.ts";
import "../../seed.ts";

const column = (...values: number[]): Float64Array => Float64Array.from(values);

/** Two groups: the first three follow one source, the others another. */
const grouped = (rows: number, seed: number): Float64Array[] => {
  const drawn = new Chance(seed);
  const noise = (): number => drawn.next() + drawn.next() + drawn.next() - 1.5;
  const columns = Array.from({ length: 6 }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row += 1) {
    const sources = [noise(), noise()];
    for (const [i, each] of columns.entries()) each[row] = sources[i < 3 ? 0 : 1]! + 0.2 * noise();
  }
  return columns;
};

describe("correlations", () => {
  it("are those of the sample", () => {
    // x: -1 0 1, y: -1 1 0: sum of products 1 over 2
    expect(sampleCorrelations([column(1, 2, 3), column(4, 6, 5)])[0]![1]).toBeCloseTo(0.5, 12);
    expect(sampleCorrelations([column(1, 2, 3), column(3, 2, 1)])[0]![1]).toBeCloseTo(-1, 12);
    expect(sampleCorrelations([column(1, 2, 3), column(7, 7, 7)])[0]![1]).toBe(0);
  });

  it("are pulled by Ledoit and Wolf's weight, worked by hand", () => {
    // Standardised: a = b = (-1, 1, -1, 1), c = (-1, -1, 1, 1). Products of each row have variance 0 against themselves (all
    // squares are 1, products of a and b are 1 in every row) and 1 against the others (products +-1 about 0): 4 ordered pairs.
    // noise = 4 / 4 = 1; distance = 2 pairs of correlation 1 = 2; weight 1/2.
    const { matrix, shrinkage } = shrunkCorrelations([
      column(0, 2, 0, 2),
      column(1, 3, 1, 3),
      column(0, 0, 9, 9),
    ]);
    expect(shrinkage).toBeCloseTo(0.5, 12);
    expect(matrix[0]![1]).toBeCloseTo(0.5, 12);
    expect([...matrix[2]!]).toEqual([0, 0, 1]);
  });

  it("need less of a pull the more rows there are", () => {
    const weights = [20, 200, 2_000].map((rows) => shrunkCorrelations(grouped(rows, 3)).shrinkage);
    expect(weights[0]!).toBeGreaterThan(weights[1]!);
    expect(weights[1]!).toBeGreaterThan(weights[2]!);
  });

  it("stay a correlation matrix for any numbers", () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 8, maxLength: 8 }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (rows, x) => {
          const { matrix } = shrunkCorrelations(rows.map((row) => Float64Array.from(row)));
          let form = 0;
          for (const [i, row] of matrix.entries()) {
            expect(row[i]).toBe(1);
            for (const [j, value] of row.entries()) {
              expect(Math.abs(value)).toBeLessThanOrEqual(1);
              expect(value).toBe(matrix[j]![i]);
              form += value * x[i]! * x[j]!;
            }
          }
          // Never below 0: a variance.
          expect(form).toBeGreaterThan(-1e-9);
        },
      ),
    ));

  it("roll over windows, newest last", () => {
    const columns = grouped(50, 1);
    const windows = rollingCorrelations(columns, 20, 7);
    expect(windows.map(({ end }) => end)).toEqual([22, 29, 36, 43, 50]);
    expect(windows.at(-1)!.matrix).toEqual(
      shrunkCorrelations(columns.map((each) => each.subarray(30))).matrix,
    );
    expect(() => rollingCorrelations(columns, 51)).toThrow("a window of 2 to 50 rows");
  });
});

describe("clusters", () => {
  it("find what was planted", () => {
    const { matrix } = shrunkCorrelations(grouped(200, 7));
    expect(clustersOf(matrix, 0.7)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(clustersOf(matrix, 0.999)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(clustersOf(matrix, -1)).size).toBe(1);
  });

  it("join the nearest first; the tree puts the alike side by side", () => {
    const matrix = [column(1, 0.1, 0.9), column(0.1, 1, 0.2), column(0.9, 0.2, 1)];
    const joins = joinsOf(matrix);
    expect(joins.map(({ a, b }) => [a, b])).toEqual([
      [0, 2],
      [3, 1],
    ]);
    // Mean of sqrt(0.9 / 2) and sqrt(0.8 / 2)
    expect(joins[1]!.distance).toBeCloseTo((Math.sqrt(0.45) + Math.sqrt(0.4)) / 2, 12);
    expect(joinsOf(matrix, "single")[1]!.distance).toBeCloseTo(Math.sqrt(0.4), 12);
    expect(treeOrder(3, joins)).toEqual([0, 2, 1]);
  });

  it("are a partition, and finer with a higher correlation", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { matrix } = shrunkCorrelations(grouped(12, seed));
        const counts = [0.2, 0.5, 0.8].map((correlation) => new Set(clustersOf(matrix, correlation)).size);
        expect(counts[0]!).toBeLessThanOrEqual(counts[1]!);
        expect(counts[1]!).toBeLessThanOrEqual(counts[2]!);
        expect([...treeOrder(6, joinsOf(matrix))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      }),
    ));
});
