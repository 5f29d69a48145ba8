/** Two books and three books walked together: what pays, against closed forms and against every size that could have been taken. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Triangle, type TriangleLeg } from "../../../domain/arbitrage/triangle.ts";
import { commonLot, TwoBooks } from "../../../domain/arbitrage/two-books.ts";
import type { BookLevels } from "../../../domain/market/book.ts";

const free = { buyFee: 0, sellFee: 0, edge: 0, lot: 0.001, most: Infinity };

/** Rising or falling levels from a first price. */
const anySide = (way: 1 | -1): fc.Arbitrary<BookLevels> =>
  fc
    .tuple(
      fc.double({ min: 98, max: 102, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: 1, max: 5_000 })), {
        minLength: 1,
        maxLength: 8,
      }),
    )
    .map(([first, steps]) => {
      let price = first;
      return steps.map(([step, lots]) => [(price += way * step), lots / 1_000] as const);
    });

const valueOf = (levels: BookLevels, quantity: number): number => {
  let [left, value] = [quantity, 0];
  for (const [price, there] of levels) {
    value += Math.min(left, there) * price;
    left = Math.max(0, left - there);
  }
  return left > 1e-9 ? NaN : value;
};
const depthOf = (levels: BookLevels): number => levels.reduce((sum, [, there]) => sum + there, 0);

describe("two books", () => {
  it("takes each unit that pays and no more", () => {
    // Asks 1 at 100, 2 at 101, 5 at 103; bids 2 at 102, 4 at 101.5. Unit by unit: 100 against 102 (1), 101 against 102 (1),
    // 101 against 101.5 (1), then 103 against 101.5 pays no more.
    const walk = new TwoBooks();
    const asks: BookLevels = [[100, 1], [101, 2], [103, 5]]; // prettier-ignore
    const bids: BookLevels = [[102, 2], [101.5, 4]]; // prettier-ignore
    expect(walk.measure(asks, bids, free)).toBe(true);
    expect(walk).toMatchObject({ quantity: 3, cost: 302, proceeds: 305.5, buyLimit: 101, sellLimit: 101.5 });
    expect(walk.profit).toBeCloseTo(3.5, 12);
    // 60 bps in all on 100 against 102: (102 * 0.997 - 100 * 1.003) = 1.394; 101 against 102 still earns 0.391; 101 against 101.5 loses.
    expect(walk.measure(asks, bids, { ...free, buyFee: 0.003, sellFee: 0.003 })).toBe(true);
    expect(walk.quantity).toBeCloseTo(2, 12);
    expect(walk.profit).toBeCloseTo(1.394 + 0.391, 9);
    // An edge of one per cent leaves the first alone; 0.37 is the inventory.
    expect(walk.measure(asks, bids, { ...free, edge: 0.012, most: 0.3705 })).toBe(true);
    expect(walk.quantity).toBeCloseTo(0.37, 12);
    expect(walk.measure(asks, bids, { ...free, edge: 0.03 })).toBe(false);
    expect(walk.measure([], bids, free)).toBe(false);
    expect(walk).toMatchObject({ quantity: 0, cost: 0, proceeds: 0 });
  });

  it("earns at least the edge, and no other size earns more", () => {
    const walk = new TwoBooks();
    const anyFee = fc.double({ min: 0, max: 0.01, noNaN: true });
    fc.assert(
      fc.property(
        anySide(1),
        anySide(-1),
        anyFee,
        anyFee,
        fc.nat(3_000),
        (asks, bids, buyFee, sellFee, n) => {
          const terms = { ...free, buyFee, sellFee };
          const earned = (quantity: number): number =>
            valueOf(bids, quantity) * (1 - sellFee) - valueOf(asks, quantity) * (1 + buyFee);
          const pays = walk.measure(asks, bids, terms);
          expect(walk.profit).toBeCloseTo(pays ? earned(walk.quantity) : 0, 9);
          expect(walk.quantity).toBeLessThanOrEqual(Math.min(depthOf(asks), depthOf(bids)) + 1e-9);
          const other = earned(n / 1_000);
          if (!Number.isNaN(other)) expect(walk.profit).toBeGreaterThanOrEqual(other - 1e-9);
          if (walk.measure(asks, bids, { ...terms, edge: 0.002 }))
            expect(walk.profit).toBeGreaterThanOrEqual(walk.cost * 0.002 - 1e-9);
        },
      ),
    );
  });

  it("finds the lot that both venues take", () => {
    expect(commonLot(1_000n, 10n)).toBe(1_000n);
    expect(commonLot(6n, 4n)).toBe(12n);
  });
});

const leg = (buys: boolean, more: Partial<TriangleLeg> = {}): TriangleLeg => ({
  buys,
  fee: 0,
  lot: 1e-5,
  quantityMin: 0,
  notionalMin: 0,
  ...more,
});

describe("a triangle", () => {
  // USDT -> BTC at 50,000, BTC -> ETH at 0.05, ETH -> USDT at 2,600: 2,600 / 2,500 = 1.04.
  const sides: BookLevels[] = [[[50_000, 1]], [[0.05, 10]], [[2_600, 8]]]; // prettier-ignore

  it("is worth the product of its rates, as far as the thinnest book reaches", () => {
    const way = new Triangle([leg(true), leg(true), leg(false)]);
    expect(way.measure(sides, Infinity, 0)).toBe(true);
    // 8 ETH are 0.4 BTC are 20,000 USDT; they bring in 20,800.
    expect(way.input).toBeCloseTo(20_000, 6);
    expect(way.output).toBeCloseTo(20_800, 6);
    expect([...way.limits]).toEqual([50_000, 0.05, 2_600]);
    expect([...way.quantities].map((x) => Number(x.toFixed(5)))).toEqual([0.4, 8, 8]);
    expect(way.measure(sides, 5_000, 0)).toBe(true);
    expect(way.profit).toBeCloseTo(200, 6);
    // The other way round loses: 1 / 1.04.
    const back = new Triangle([leg(true), leg(false), leg(false)]);
    expect(back.measure([[[2_600, 8]], [[0.05, 10]], [[50_000, 1]]], Infinity, 0)).toBe(false);
  });

  it("pays three fees, and nothing below them", () => {
    const dear = [leg(true, { fee: 0.012 }), leg(true, { fee: 0.012 }), leg(false, { fee: 0.012 })];
    // 1.04 * 0.988^3 = 1.00299.
    const way = new Triangle(dear);
    expect(way.measure(sides, 10_000, 0)).toBe(true);
    expect(way.output / way.input).toBeCloseTo(1.04 * 0.988 ** 3, 4);
    expect(way.measure(sides, 10_000, 0.004)).toBe(false);
  });

  it("goes to the next level of the book that ends first, and cuts to whole lots", () => {
    const deep: BookLevels[] = [[[50_000, 0.1], [50_500, 1]], [[0.05, 10]], [[2_600, 8]]]; // prettier-ignore
    const way = new Triangle([leg(true), leg(true), leg(false)]);
    expect(way.measure(deep, Infinity, 0)).toBe(true);
    // 0.1 BTC for 5,000 and 0.3 for 15,150.
    expect(way.input).toBeCloseTo(20_150, 6);
    expect(way.limits[0]).toBe(50_500);
    const coarse = new Triangle([leg(true, { lot: 0.1 }), leg(true), leg(false, { lot: 3 })]);
    expect(coarse.measure(deep, Infinity, 0)).toBe(false);
    // 8 ETH become 6: 15,600 for 20,150. A lot of 1 costs nothing here.
    const whole = new Triangle([leg(true, { lot: 0.1 }), leg(true, { lot: 0.1 }), leg(false, { lot: 1 })]);
    expect(whole.measure(deep, Infinity, 0)).toBe(true);
    expect([...whole.quantities].map((x) => Number(x.toFixed(6)))).toEqual([0.4, 8, 8]);
    const least = new Triangle([leg(true), leg(true, { notionalMin: 0.5 }), leg(false)]);
    expect(least.measure(deep, Infinity, 0)).toBe(false);
  });

  it("never pays more than it takes, and takes no more than is there", () => {
    const way = new Triangle([
      leg(true, { fee: 0.001 }),
      leg(true, { fee: 0.001 }),
      leg(false, { fee: 0.001 }),
    ]);
    fc.assert(
      fc.property(anySide(1), anySide(1), anySide(-1), (first, second, third) => {
        const priced = [first, second.map(([p, q]) => [p / 100, q] as const), third];
        if (!way.measure(priced, 1e6, 0.001)) return;
        expect(way.output).toBeGreaterThan(way.input * 1.001);
        for (let k = 0; k < 3; k += 1)
          expect(way.quantities[k]!).toBeLessThanOrEqual(depthOf(priced[k]!) + 1e-9);
        expect(way.input).toBeCloseTo(valueOf(priced[0]!, way.quantities[0]!), 6);
        expect(way.output).toBeCloseTo(valueOf(priced[2]!, way.quantities[2]!) * 0.999, 6);
      }),
    );
  });
});
