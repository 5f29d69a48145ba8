/**
 * The grid of one spot market as integers in doubles: prices and amounts in the decimals that tick and lot have, quote in theirs
 * together, fees in some more. All of it is exact, or there is no such grid.
 */
import type { Instrument } from "../../domain/market/instrument.ts";
import { isContract } from "../../domain/market/instrument.ts";
import { DECIMALS, type Decimal } from "../../domain/values/values.ts";
import { CASH_DECIMALS_MAX, EXACT_MAX } from "./exact-cash.ts";

/** Decimals of a double this short are its shortest text, whatever its size (`fromFloat`). */
const DECIMALS_MAX = 12;
const DIGITS_MAX = 1e15;

export class AimGrid {
  /** Price units in 1, and in a tick. */
  readonly pricesIn1: number;
  readonly tick: number;
  /** Amount units in 1, and in a lot. */
  readonly amountsIn1: number;
  readonly lot: number;
  /** Of quote: a price unit times an amount unit. */
  readonly quotesIn1: number;
  readonly lotsMin: number;
  readonly lotsMax: number;
  readonly quotesMin: number;
  /** A fee in parts of the cash is `feeParts` times the quote traded; `cashDecimals` of the cash are `10^n` times finer. */
  readonly feeParts: number;
  readonly partsInQuote: number;
  readonly cashDecimals: number;

  private constructor(
    { tickSize, lotSize, quantityMin, quantityMax, notionalMin, takerBps }: Instrument,
    priceDecimals: number,
    amountDecimals: number,
  ) {
    const quoteDecimals = priceDecimals + amountDecimals;
    this.pricesIn1 = 10 ** priceDecimals;
    this.tick = Number(tickSize / unitOf(priceDecimals));
    this.amountsIn1 = 10 ** amountDecimals;
    this.lot = Number(lotSize / unitOf(amountDecimals));
    this.quotesIn1 = 10 ** quoteDecimals;
    this.lotsMin = Math.max(1, Number((quantityMin + lotSize - 1n) / lotSize));
    this.lotsMax = quantityMax > 0n ? Number(quantityMax / lotSize) : Infinity;
    const quote = unitOf(quoteDecimals);
    this.quotesMin = Number((notionalMin + quote - 1n) / quote);
    // As `basisPoints` reckons: thousandths of a basis point are ten-millionths.
    let finer = 7;
    let feeParts = Math.round(takerBps * 1_000);
    for (; finer > 0 && feeParts % 10 === 0; finer -= 1) feeParts /= 10;
    this.feeParts = feeParts;
    this.partsInQuote = 10 ** finer;
    this.cashDecimals = quoteDecimals + finer;
  }

  /** Undefined where something of the market is not exact in doubles. */
  static of(instrument: Instrument): AimGrid | undefined {
    const { id, tickSize, lotSize, status } = instrument;
    if (isContract(id) || status !== "trading" || tickSize <= 0n || lotSize <= 0n) return undefined;
    const [price, amount] = [decimalsOf(tickSize), decimalsOf(lotSize)];
    if (price > DECIMALS_MAX || amount > DECIMALS_MAX || price + amount > CASH_DECIMALS_MAX) return undefined;
    const grid = new AimGrid(instrument, price, amount);
    const { tick, lot, lotsMin, quotesMin, cashDecimals } = grid;
    return cashDecimals <= CASH_DECIMALS_MAX && Math.max(tick, lot, lotsMin, quotesMin) <= EXACT_MAX
      ? grid
      : undefined;
  }

  /** In price units; NaN off the grid. */
  price(price: number): number {
    const units = Math.round(price * this.pricesIn1);
    return units <= DIGITS_MAX && units / this.pricesIn1 === price && units % this.tick === 0 ? units : NaN;
  }
}

/** Of 1e-18. */
const unitOf = (decimals: number): Decimal => 10n ** BigInt(DECIMALS - decimals);

const decimalsOf = (step: Decimal): number => {
  let decimals = DECIMALS;
  for (let rest = step; decimals > 0 && rest % 10n === 0n; decimals -= 1) rest /= 10n;
  return decimals;
};
