import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  depthCurve,
  imbalanceOf,
  impactOf,
  microprice,
  middleOf,
  sizeWithin,
  spreadBps,
} from "../../../domain/market/depth.ts";
import { figuresOf, moversOf } from "../../../domain/market/liquidity.ts";
import "../../seed.ts";

const book = {
  bids: [
    [99, 1],
    [98, 2],
    [90, 10],
  ],
  asks: [
    [101, 2],
    [102, 3],
    [110, 10],
  ],
} as const;

describe("a book", () => {
  it("tells its middle, spread, imbalance and depth", () => {
    expect(middleOf(book)).toBe(100);
    expect(spreadBps(book)).toBeCloseTo(200, 9);
    // (99 * 2 + 101 * 1) / 3
    expect(microprice(book)).toBeCloseTo(299 / 3, 12);
    expect(imbalanceOf(book, 2)).toBeCloseTo((3 - 5) / 8, 12);
    expect(depthCurve(book, [100, 200, 1_000])).toEqual([
      { bps: 100, bids: 99, asks: 202 },
      { bps: 200, bids: 295, asks: 508 },
      { bps: 1_000, bids: 1_195, asks: 1_608 },
    ]);
    expect(middleOf({ bids: [], asks: book.asks })).toBeNaN();
  });

  it("tells what an order costs", () => {
    // 2 at 101 and 2 at 102: 406 / 4 = 101.5
    expect(impactOf(book, "buy", 4)).toEqual({
      filled: 4,
      averagePrice: 101.5,
      worstPrice: 102,
      costBps: expect.closeTo(150, 9) as number,
    });
    expect(impactOf(book, "sell", 3)).toMatchObject({ averagePrice: 295 / 3, worstPrice: 98 });
    expect(impactOf(book, "sell", 100)).toMatchObject({ filled: 13, worstPrice: 90 });
    expect(impactOf({ bids: [], asks: [] }, "buy", 1)).toMatchObject({ filled: 0 });
  });

  it("and how much it takes at a cost: the way back", () => {
    expect(sizeWithin(book, "buy", 150)).toBeCloseTo(4, 9);
    expect(sizeWithin(book, "buy", 50)).toBe(0);
    fc.assert(
      fc.property(
        fc.constantFrom("buy" as const, "sell" as const),
        fc.double({ min: 0.1, max: 12, noNaN: true }),
        (side, size) => {
          const { costBps } = impactOf(book, side, size);
          expect(sizeWithin(book, side, costBps + 1e-9)).toBeGreaterThanOrEqual(size - 1e-6);
        },
      ),
    );
  });
});

const columns = (name: string, closes: readonly number[], spread = 0) => ({
  name,
  close: Float64Array.from(closes),
  high: Float64Array.from(closes, (close) => close * (1 + spread / 2)),
  low: Float64Array.from(closes, (close) => close * (1 - spread / 2)),
  volume: Float64Array.from(closes, () => 10),
});

describe("markets side by side", () => {
  it("tell change, volatility, turnover and illiquidity", () => {
    const figures = figuresOf(columns("a", [100, 110, 99]));
    expect(figures.change).toBeCloseTo(-0.01, 12);
    // Log returns ln 1.1 and ln 0.9, over n - 1
    const [up, down] = [Math.log(1.1), Math.log(0.9)];
    expect(figures.volatility).toBeCloseTo(Math.abs(up - down) / Math.SQRT2, 12);
    expect(figures.turnover).toBeCloseTo((1_100 + 990) / 2, 9);
    expect(figures.illiquidity).toBeCloseTo(((up / 1_100 - down / 990) / 2) * 1e6, 9);
  });

  it("find the spread of a market that only bounces in it", () => {
    // The middle never moves: highs are asks, lows are bids, 1 % apart.
    expect(figuresOf(columns("a", Array<number>(50).fill(100), 0.01)).spreadBps).toBeCloseTo(100, 0);
  });

  it("are sorted by how far they moved", () => {
    const all = [
      columns("a", [1, 2]),
      columns("b", [1, 0.5]),
      columns("c", [1, 3]),
      columns("d", [1, 1]),
    ].map(figuresOf);
    const { rising, falling } = moversOf(all, 2);
    expect(rising.map(({ name }) => name)).toEqual(["c", "a"]);
    expect(falling.map(({ name }) => name)).toEqual(["b"]);
  });
});
