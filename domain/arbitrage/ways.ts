/** Three pairs of one venue as a triangle: both ways round from the quote asset that two of them share. */
import type { Instrument } from "../market/instrument.ts";
import { Sizes } from "../strategy/sizes.ts";
import { Invalid } from "../values/invalid.ts";
import { Triangle } from "./triangle.ts";

export interface Way {
  readonly triangle: Triangle;
  /** By leg: the index of its instrument, and whether it buys. */
  readonly legs: readonly { readonly i: number; readonly buys: boolean }[];
}

export interface TriangleWays {
  readonly ways: readonly [Way, Way];
  /** The two instruments whose quote is the first asset. */
  readonly home: readonly [number, number];
}

/** The first instrument's quote is where the way begins and ends. Throws `Invalid` where three instruments are no triangle. */
export const waysOf = (market: readonly Instrument[]): TriangleWays => {
  const first = market[0]?.quote;
  const home = market.flatMap(({ quote }, i) => (quote === first ? [i] : []));
  const [one, other] = home as [number, number];
  const cross = market.findIndex(({ quote }) => quote !== first);
  const [b, c] = [market[one]?.base, market[other]?.base];
  const between = market[cross];
  const joined =
    (between?.base === b && between?.quote === c) || (between?.base === c && between?.quote === b);
  if (
    market.length !== 3 ||
    home.length !== 2 ||
    !joined ||
    new Set(market.map(({ venue }) => venue)).size > 1
  )
    throw new Invalid(
      "instruments",
      "three of one venue such as BTC/USDT, ETH/USDT and ETH/BTC",
      market.map(({ id }) => id).join(", "),
    );
  const sizes = market.map((instrument) => new Sizes(instrument));
  const way = (out: number, back: number): Way => {
    // What the first leg has bought is the quote of the cross, and buys there, or its base, and is sold.
    const buysCross = between!.quote === market[out]!.base;
    const legs = [
      { i: out, buys: true },
      { i: cross, buys: buysCross },
      { i: back, buys: false },
    ];
    const terms = legs.map(({ i, buys }) => {
      const { takerFee: fee, lot, quantityMin, notionalMin } = sizes[i]!;
      return { buys, fee, lot, quantityMin, notionalMin };
    });
    return { legs, triangle: new Triangle(terms) };
  };
  return { ways: [way(one, other), way(other, one)], home: [one, other] };
};
