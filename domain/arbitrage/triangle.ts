/**
 * Three trades that lead from an asset back to it: A is given for B, B for C, C for A. Each unit pays while the product of the three
 * rates after fees is above 1 and the edge (the sum of -ln(rate (1 - fee)) is below zero: a negative cycle). The three books are walked
 * together: the level that is used up first is left for the next one, until the cycle pays no more. Then each leg is cut to whole lots
 * of what the leg before has brought in; what is cut off is counted as lost.
 */
import type { BookLevels } from "../market/book.ts";
import { wholeLots } from "./two-books.ts";

export interface TriangleLeg {
  /** Buys the base with what comes in, or sells what comes in as base. */
  readonly buys: boolean;
  /** The taker's, as a fraction of what is received. */
  readonly fee: number;
  /** Base units. */
  readonly lot: number;
  readonly quantityMin: number;
  /** Quote units. */
  readonly notionalMin: number;
}

const LEGS = 3;

/** One for each way round; measured anew at each change of a book, it allocates nothing. */
export class Triangle {
  /** Of the first asset: what goes in and what comes out, fees paid; both 0 where nothing pays. */
  input = 0;
  output = 0;
  /** By leg: base units in whole lots, and the worst price of the walk. */
  readonly quantities = new Float64Array(LEGS);
  readonly limits = new Float64Array(LEGS);
  private readonly legs: readonly TriangleLeg[];
  private readonly level = new Int32Array(LEGS);
  /** Of the level at hand, base units. */
  private readonly left = new Float64Array(LEGS);

  constructor(legs: readonly TriangleLeg[]) {
    this.legs = legs;
  }

  get profit(): number {
    return this.output - this.input;
  }

  /** By leg the side that it takes from: asks where it buys, bids where it sells. `most`: of the first asset. True where it pays. */
  measure(sides: readonly BookLevels[], most: number, edge: number): boolean {
    const wished = this.walk(sides, most, edge);
    this.input = this.output = 0;
    if (wished === 0) return false;
    let has = wished;
    for (let k = 0; k < LEGS; k += 1) {
      const leg = this.legs[k]!;
      const quantity = wholeLots(leg.buys ? baseFor(sides[k]!, has) : has, leg.lot);
      const paid = valueOf(sides[k]!, quantity);
      this.quantities[k] = quantity;
      if (!(quantity >= leg.quantityMin && paid >= leg.notionalMin && quantity > 0)) return this.none();
      if (k === 0) this.input = leg.buys ? paid : quantity;
      has = (leg.buys ? quantity : paid) * (1 - leg.fee);
    }
    this.output = has;
    return this.output > this.input * (1 + edge) ? true : this.none();
  }

  private none(): false {
    this.input = this.output = 0;
    return false;
  }

  /** Of the first asset, so much that each unit pays. */
  private walk(sides: readonly BookLevels[], most: number, edge: number): number {
    const { legs, level, left, limits } = this;
    for (let k = 0; k < LEGS; k += 1) {
      if (sides[k]!.length === 0) return 0;
      level[k] = 0;
      left[k] = sides[k]![0]![1];
    }
    let input = 0;
    while (input < most) {
      // Units of the first asset until the first of the three levels is used up.
      let [product, room, first] = [1, most - input, -1];
      for (let k = 0; k < LEGS; k += 1) {
        const { buys, fee } = legs[k]!;
        const price = sides[k]![level[k]!]![0];
        const takes = (buys ? left[k]! * price : left[k]!) / product;
        if (takes <= room) [room, first] = [takes, k];
        product *= (buys ? 1 / price : price) * (1 - fee);
      }
      if (product <= 1 + edge) break;
      input += room;
      let passed = room;
      for (let k = 0; k < LEGS; k += 1) {
        const { buys, fee } = legs[k]!;
        const price = sides[k]![level[k]!]![0];
        limits[k] = price;
        left[k] = left[k]! - (buys ? passed / price : passed);
        passed *= (buys ? 1 / price : price) * (1 - fee);
      }
      if (first < 0) break;
      level[first] = level[first]! + 1;
      const next = sides[first]![level[first]!];
      if (next === undefined) break;
      left[first] = next[1];
    }
    return input;
  }
}

/** Base units that so much quote buys. */
const baseFor = (asks: BookLevels, quote: number): number => {
  let [base, has] = [0, quote];
  for (let k = 0; k < asks.length && has > 0; k += 1) {
    const [price, there] = asks[k]!;
    base += Math.min(there, has / price);
    has -= there * price;
  }
  return base;
};

/** Quote that so much base is traded for. */
const valueOf = (side: BookLevels, quantity: number): number => {
  let [value, left] = [0, quantity];
  for (let k = 0; k < side.length && left > 0; k += 1) {
    const [price, there] = side[k]!;
    value += Math.min(left, there) * price;
    left -= there;
  }
  return value;
};
