/**
 * What an order was worth at the end: base got at the last price, less quote paid, less fees; and the difference of two such
 * worths, taken apart by what made it. Amounts are in 1e-36 of the quote asset, so that a price times a quantity is exact and
 * the parts sum to the whole to the last unit.
 */
import { assetsOf } from "../../domain/portfolio/book.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { ONE, type Asset, type InstrumentId } from "../../domain/values/values.ts";
import type { OrderPath } from "./order-path.ts";

export interface Sums {
  readonly quantity: bigint;
  readonly notional: bigint;
  readonly crossed: bigint;
  /** 1e-36, each at the last price: paid in base, and in quote. */
  readonly feesInBase: bigint;
  readonly feesInQuote: bigint;
  /** 1e-36. */
  readonly worth: bigint;
}

/** `last`: 1e-18 quote per base. Throws `Invalid` for a fee in a third asset. */
export const sumsOf = ({ order, fills, crosses }: OrderPath, last: bigint): Sums => {
  const { base, quote } = assetsOf(order.instrument);
  let [quantity, notional, crossed, feesInBase, feesInQuote] = [0n, 0n, 0n, 0n, 0n];
  for (const cross of crosses) {
    crossed += cross.quantity;
    quantity += cross.quantity;
    notional += cross.notional;
  }
  for (const fill of fills) {
    quantity += fill.quantity;
    notional += fill.notional;
    if (fill.feeAsset === quote) feesInQuote += fill.fee * ONE;
    else if (fill.feeAsset === base) feesInBase += fill.fee * last;
    else if (fill.fee !== 0n) throw new Invalid(`${order.id}.feeAsset`, `${base} or ${quote}`, fill.feeAsset);
  }
  const gained = quantity * last - notional * ONE;
  const worth = (order.side === "buy" ? gained : -gained) - feesInBase - feesInQuote;
  return { quantity, notional, crossed, feesInBase, feesInQuote, worth };
};

/**
 * What all is worth in one of two accounts more than in the other, 1e-36 of the quote asset: not from orders, so that what is booked
 * without one shows. `held`: total of an asset in each, 1e-18; `last`: last price of an instrument, 1e-18.
 */
export const accountsDiffer = (
  { held, quote }: { readonly held: (asset: Asset) => readonly [bigint, bigint]; readonly quote: Asset },
  instruments: Iterable<string>,
  last: (instrument: string) => bigint,
): bigint => {
  const [ours, theirs] = held(quote);
  let sum = (ours - theirs) * ONE;
  for (const instrument of instruments) {
    const { base, quote: paid } = assetsOf(instrument as InstrumentId);
    if (paid !== quote) continue;
    const [mine, others] = held(base);
    sum += (mine - others) * last(instrument);
  }
  return sum;
};

/** Names of causes in the order in which they are told. */
export const causes = [
  "arrival",
  "later-print",
  "limit-price",
  "crossed",
  "size",
  "liquidity",
  "fee-rounding",
  "refused",
  "unfilled",
  "open-at-end",
  "not-begun",
  "late",
  "warm-up",
  "stood-otherwise",
  "not-reached",
  "unexplained",
] as const;
export type Cause = (typeof causes)[number];

export type Parts = Partial<Record<Cause, bigint>>;

/** Of an order that both runs have. `run` less `backtest`; the parts sum to the difference of the worths. */
export const partsOf = (run: OrderPath, backtest: OrderPath, sums: readonly [Sums, Sums]): Parts => {
  const [ours, theirs] = sums;
  const whole = ours.worth - theirs.worth;
  const short = shortfall(run, backtest);
  if (ours.quantity === 0n || theirs.quantity === 0n) return whole === 0n ? {} : { [short ?? "size"]: whole };
  const crossed = ours.crossed * theirs.quantity !== theirs.crossed * ours.quantity;
  // What the backtest would have paid for our quantity at its own price, and in fees for that.
  const alike = (theirs.notional * ours.quantity) / theirs.quantity;
  const feesInBase = (theirs.feesInBase * ours.quantity) / theirs.quantity;
  const feesAlike = (theirs.feesInQuote * alike) / theirs.notional;
  const feesAtOurs = (theirs.feesInQuote * ours.notional) / theirs.notional;
  const dearer = (ours.notional - alike) * ONE;
  const price = (run.order.side === "buy" ? -dearer : dearer) - (feesAtOurs - feesAlike);
  const fees = feesInBase + feesAtOurs - ours.feesInBase - ours.feesInQuote;
  const parts: Parts = {};
  const add = (cause: Cause, amount: bigint): void => {
    if (amount !== 0n) parts[cause] = (parts[cause] ?? 0n) + amount;
  };
  const limits = run.order.price !== backtest.order.price;
  add(crossed ? "crossed" : limits ? "limit-price" : "later-print", price);
  add(crossed ? "crossed" : liquidity(run) === liquidity(backtest) ? "fee-rounding" : "liquidity", fees);
  add(short ?? "size", whole - price - fees);
  return parts;
};

/** Why one of the two filled less than it was to. */
const shortfall = (run: OrderPath, backtest: OrderPath): Cause | undefined => {
  const ends = [run.closed?.status, backtest.closed?.status];
  if (ends.includes(undefined)) return "open-at-end";
  if (ends.includes("refused")) return "refused";
  return ends.every((status) => status === "filled") ? undefined : "unfilled";
};

const liquidity = ({ fills }: OrderPath): string =>
  [...new Set(fills.map((fill) => fill.liquidity))].sort().join();
