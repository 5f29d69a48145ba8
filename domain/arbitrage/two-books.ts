/**
 * The same asset bought in one book and sold in another: how much of it pays, by walking both books level by level until the next
 * unit would earn less than the edge after both fees. What comes out can be executed: whole lots, and a limit for each leg.
 */
import type { BookLevels } from "../market/book.ts";

export interface CrossingTerms {
  /** Takers' fees as fractions of the notional. */
  readonly buyFee: number;
  readonly sellFee: number;
  /** What each unit must earn at least, as a fraction of its cost: a margin, and what it costs to bring the money back. */
  readonly edge: number;
  /** Base units, of which both venues take whole multiples. */
  readonly lot: number;
  /** Base units allowed: inventory, money and limits. */
  readonly most: number;
}

/** One for each pair of books; measured anew at each change, it allocates nothing. */
export class TwoBooks {
  /** Base units in whole lots; 0 where nothing pays. */
  quantity = 0;
  /** Quote with the fee, and quote less the fee. */
  cost = 0;
  proceeds = 0;
  /** The worst price of each leg: what a limit order is given. NaN where nothing pays. */
  buyLimit = Number.NaN;
  sellLimit = Number.NaN;

  get profit(): number {
    return this.proceeds - this.cost;
  }

  /** `asks` of the book to buy from, `bids` of the one to sell to, best first. True where something pays. */
  measure(asks: BookLevels, bids: BookLevels, terms: CrossingTerms): boolean {
    const { buyFee, sellFee, lot } = terms;
    this.quantity = wholeLots(payingQuantity(asks, bids, terms), lot);
    this.cost = this.proceeds = 0;
    this.buyLimit = this.sellLimit = Number.NaN;
    if (this.quantity === 0) return false;
    let left = this.quantity;
    for (let k = 0; k < asks.length && left > 0; k += 1) {
      const [price, there] = asks[k]!;
      this.cost += Math.min(left, there) * price * (1 + buyFee);
      this.buyLimit = price;
      left -= there;
    }
    left = this.quantity;
    for (let k = 0; k < bids.length && left > 0; k += 1) {
      const [price, there] = bids[k]!;
      this.proceeds += Math.min(left, there) * price * (1 - sellFee);
      this.sellLimit = price;
      left -= there;
    }
    return true;
  }
}

/** Not yet in whole lots. */
const payingQuantity = (
  asks: BookLevels,
  bids: BookLevels,
  { buyFee, sellFee, edge, most }: CrossingTerms,
): number => {
  const wanted = ((1 + buyFee) * (1 + edge)) / (1 - sellFee);
  let [a, b, quantity, asked, bid] = [0, 0, 0, asks[0]?.[1] ?? 0, bids[0]?.[1] ?? 0];
  while (a < asks.length && b < bids.length && quantity < most && bids[b]![0] > asks[a]![0] * wanted) {
    const taken = Math.min(asked, bid, most - quantity);
    quantity += taken;
    asked -= taken;
    bid -= taken;
    if (asked <= 0) asked = asks[++a]?.[1] ?? 0;
    if (bid <= 0) bid = bids[++b]?.[1] ?? 0;
  }
  return quantity;
};

/** A millionth of a lot below counts as whole: doubles are. */
export const wholeLots = (quantity: number, lot: number): number =>
  Math.max(0, Math.floor(quantity / lot + 1e-6)) * lot;

/** The smallest quantity that is a whole multiple of both lots (least common multiple). */
export const commonLot = (one: bigint, other: bigint): bigint => {
  let [a, b] = [one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return (one / a) * other;
};
