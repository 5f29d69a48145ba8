/** What an order book costs to trade on: depth by distance, imbalance, spread, impact. Prices and quantities are doubles. */
import type { BookLevels } from "./book.ts";

/** Best first. */
export interface Sides {
  readonly bids: BookLevels;
  readonly asks: BookLevels;
}

/** (best bid + best ask) / 2; NaN without both. */
export const middleOf = ({ bids, asks }: Sides): number =>
  ((bids[0]?.[0] ?? NaN) + (asks[0]?.[0] ?? NaN)) / 2;

/** (ask - bid) / middle, in basis points. */
export const spreadBps = (book: Sides): number =>
  ((book.asks[0]![0] - book.bids[0]![0]) / middleOf(book)) * 10_000;

/** The prices weighted with the other side's quantity: where the next trade is more likely. */
export const microprice = ({ bids, asks }: Sides): number => {
  const [[bid, bidQuantity], [ask, askQuantity]] = [bids[0]!, asks[0]!];
  return (bid * askQuantity + ask * bidQuantity) / (bidQuantity + askQuantity);
};

export interface DepthPoint {
  readonly bps: number;
  /** Within that distance of the middle, in quote. */
  readonly bids: number;
  readonly asks: number;
}

/** What rests within each distance of the middle. `steps`: basis points, rising. */
export const depthCurve = (book: Sides, steps: readonly number[]): readonly DepthPoint[] => {
  const middle = middleOf(book);
  return steps.map((bps) => {
    const reach = (middle * bps) / 10_000;
    return {
      bps,
      bids: valueOf(book.bids.filter(([price]) => price >= middle - reach)),
      asks: valueOf(book.asks.filter(([price]) => price <= middle + reach)),
    };
  });
};

const valueOf = (levels: BookLevels): number =>
  levels.reduce((sum, [price, quantity]) => sum + price * quantity, 0);

/** (bids - asks) / (bids + asks) of the quantities of the best `count` levels: 1 is all bids; NaN for an empty book. */
export const imbalanceOf = ({ bids, asks }: Sides, count: number): number => {
  const sum = (levels: BookLevels): number =>
    levels.slice(0, count).reduce((total, [, quantity]) => total + quantity, 0);
  const [bid, ask] = [sum(bids), sum(asks)];
  return (bid - ask) / (bid + ask);
};

export interface Impact {
  /** Base units that the book had; less than asked where it was too thin. */
  readonly filled: number;
  readonly averagePrice: number;
  readonly worstPrice: number;
  /** What it costs against the middle, in basis points; above 0 is dearer. */
  readonly costBps: number;
}

/** A market order of so much base, walked through the book. NaN prices where nothing was filled. */
export const impactOf = (book: Sides, side: "buy" | "sell", quantity: number): Impact => {
  let [left, paid, worstPrice] = [quantity, 0, NaN];
  for (const [price, there] of side === "buy" ? book.asks : book.bids) {
    if (left <= 0) break;
    const taken = Math.min(left, there);
    paid += taken * price;
    left -= taken;
    worstPrice = price;
  }
  const filled = quantity - left;
  const averagePrice = filled > 0 ? paid / filled : NaN;
  const away = averagePrice / middleOf(book) - 1;
  return { filled, averagePrice, worstPrice, costBps: (side === "buy" ? away : -away) * 10_000 };
};

/** The most base that a market order may take so that its average is within `costBps` of the middle. */
export const sizeWithin = (book: Sides, side: "buy" | "sell", costBps: number): number => {
  const edge = middleOf(book) * (side === "buy" ? 1 + costBps / 10_000 : 1 - costBps / 10_000);
  const sign = side === "buy" ? 1 : -1;
  let [size, slack] = [0, 0];
  for (const [price, there] of side === "buy" ? book.asks : book.bids) {
    const over = sign * (price - edge);
    // What was cheaper than the edge pays for what is dearer.
    if (over <= 0) slack -= over * there;
    else if (over * there > slack) return size + slack / over;
    else slack -= over * there;
    size += there;
  }
  return size;
};
