/**
 * Closing a position in parts. Whatever is asked, a reduce-only order never is for more than the position, so it cannot turn
 * it over; parts go down to the lot, and the part that is the last takes the rest, so that nothing stays behind.
 */
import { Invalid } from "../values/invalid.ts";
import {
  absolute,
  fromFloat,
  ONE,
  roundDown,
  roundUp,
  times,
  type Decimal,
  type Price,
  type Quantity,
  type Side,
} from "../values/values.ts";

const HUNDRED = 100n * ONE;

export const closingSide = (quantity: Decimal): Side => (quantity > 0n ? "sell" : "buy");

/** What of a reduce-only order of this side may be carried out while `quantity` (signed) is held. */
export const reducible = (quantity: Decimal, side: Side, asked: Quantity): Quantity => {
  if (quantity === 0n || side !== closingSide(quantity)) return 0n as Quantity;
  const held = absolute(quantity) as Quantity;
  return asked < held ? asked : held;
};

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

/** One rung: so many percent beyond the entry, in the position's favour, so many percent of it are closed. */
export interface Rung {
  readonly profitPercent: number;
  readonly closePercent: number;
}

export interface RungOrder {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
}

/**
 * Limit orders of a take-profit ladder, nearest first. Their quantities never sum to more than the position, and to all of it
 * where the rungs sum to 100. A rung too small for a lot gives its part to the next one. Throws `Invalid` naming the rung.
 */
export const ladder = (
  { quantity, entry }: { readonly quantity: Decimal; readonly entry: Price },
  rungs: readonly Rung[],
  { tickSize, lotSize }: { readonly tickSize: Price; readonly lotSize: Quantity },
): readonly RungOrder[] => {
  checkRungs(rungs, quantity);
  const side = closingSide(quantity);
  const orders: RungOrder[] = [];
  let wanted = 0;
  let placed = 0n;
  for (const { profitPercent, closePercent } of rungs) {
    wanted += closePercent;
    // Sums of percents are doubles: a hair beside 100 is 100.
    const upTo = partOf(quantity, Math.abs(wanted - 100) < 1e-9 ? 100 : wanted, lotSize);
    const part = (upTo - placed) as Quantity;
    if (part <= 0n) continue;
    placed += part;
    orders.push({ side, price: rungPrice(entry, profitPercent, side, tickSize), quantity: part });
  }
  return orders;
};

/** Never less eager for profit than asked: up for a long, down for a short. */
const rungPrice = (entry: Price, percent: number, side: Side, tickSize: Price): Price => {
  const move = (entry * fromFloat(percent)) / HUNDRED;
  return side === "sell"
    ? roundUp((entry + move) as Price, tickSize)
    : roundDown((entry - move) as Price, tickSize);
};

const checkRungs = (rungs: readonly Rung[], quantity: Decimal): void => {
  let sum = 0;
  let before = 0;
  for (const [k, { profitPercent, closePercent }] of rungs.entries()) {
    if (!(profitPercent > before))
      throw new Invalid(`rungs[${k}].profitPercent`, `more than ${before}`, profitPercent);
    if (quantity < 0n && profitPercent >= 100)
      throw new Invalid(`rungs[${k}].profitPercent`, "below 100 for a short", profitPercent);
    if (!(closePercent > 0)) throw new Invalid(`rungs[${k}].closePercent`, "percent above 0", closePercent);
    sum += closePercent;
    before = profitPercent;
    if (sum > 100 + 1e-9) throw new Invalid(`rungs[${k}].closePercent`, "at most 100 over all rungs", sum);
  }
};
