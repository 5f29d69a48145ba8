/** Closing a position in parts, which go down to the lot. */
import { Invalid } from "../values/invalid.ts";
import {
  absolute,
  fromFloat,
  ONE,
  roundDown,
  times,
  type Decimal,
  type Quantity,
  type Side,
} from "../values/values.ts";

const HUNDRED = 100n * ONE;

export const closingSide = (quantity: Decimal): Side => (quantity > 0n ? "sell" : "buy");

/** `percent` above 0, to 100, of the position; all of it at 100, even what is off the lot. */
export const partOf = (
  quantity: Decimal,
  percent: number,
  lotSize: Quantity,
  field = "percent",
): Quantity => {
  if (!(percent > 0 && percent <= 100)) throw new Invalid(field, "percent above 0, to 100", percent);
  const held = absolute(quantity);
  if (percent === 100) return held as Quantity;
  return roundDown((held * fromFloat(percent)) / HUNDRED, lotSize) as Quantity;
};

/** The same by a fraction, above 0, to 1; of all of it, what the lot lets be closed. */
export const shareOf = (quantity: Decimal, part: number, lotSize: Quantity): Quantity =>
  roundDown(times(absolute(quantity), fromFloat(part)), lotSize) as Quantity;
