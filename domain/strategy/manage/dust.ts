/** What is too small to be sold by itself is no position: nothing could be done about it. */
import { isInverse, type Instrument } from "../../market/instrument.ts";
import { toFloat } from "../../values/values.ts";

/** Doubles of decimals. */
const NOISE = 1e-9;

/** Whether so much, of either sign, at this price is below what the venue takes. Inverse contracts are counted, not worth their price. */
export const dustOf = ({ symbol, quantityMin, notionalMin }: Instrument) => {
  const least = toFloat(quantityMin);
  const worth = isInverse(symbol) ? 0 : toFloat(notionalMin);
  return (quantity: number, price: number): boolean => {
    const size = Math.abs(quantity) * (1 + NOISE);
    return size < least || size * price < worth;
  };
};
