/** A trader's wish as an order on the instrument's grid. Limits are rounded away from the market, quantities down. */
import { TICKS_MAX } from "../../domain/market/book-events.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { PROTECT_TAG } from "../../domain/portfolio/protection.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { toFloat } from "../../domain/values/values.ts";
import { BookOrder } from "./book-order.ts";

/** Doubles of whole steps are off by less. */
const NEAR = 1e-6;

/** As the strategy knows them: time, worth, base held, price. */
interface Standing {
  readonly now: number;
  readonly equity: number;
  readonly held: number;
  readonly price: number;
  /** Of this instrument. */
  readonly open: readonly BookOrder[];
  /** Of an order that is no wish of the strategy's own; "" otherwise. */
  readonly reason: string;
  /** Of the instrument among the strategy's, and what its orders are logged under; unless given 0 and its symbol. */
  readonly i?: number;
  readonly pair?: string;
}

/** Undefined for an aim that is reached to the lot, or while there is no price. Throws `Invalid` for stop orders. */
export const orderWished = (
  ask: Extract<Ask, { readonly type: "place" | "aim" }>,
  instrument: Instrument,
  { now, equity, held, price, open, reason, i = 0, pair = instrument.symbol }: Standing,
  nth: number,
): BookOrder | undefined => {
  const lotSize = toFloat(instrument.lotSize);
  if (ask.type === "aim") {
    if (!(price > 0)) return undefined;
    const change = (Math.max(0, ask.exposure) * equity) / price - held - onItsWay(open);
    const lots = Math.floor(Math.abs(change) / lotSize + NEAR);
    if (lots < 1) return undefined;
    const side = change > 0 ? "buy" : "sell";
    const quantity = lots * lotSize;
    return new BookOrder(
      nth,
      pair,
      now,
      side,
      "market",
      "GTC",
      quantity,
      NaN,
      `aim-${nth}`,
      ask.reason,
      0,
      lots,
      i,
    );
  }
  const { request, tag } = ask;
  const { side, type, timeInForce = "GTC", quantity } = request;
  if (type !== "market" && type !== "limit")
    throw new Invalid("place.type", "market or limit: over books stop orders are not simulated", type);
  const limit = type === "limit" ? request.price! : NaN;
  const lots = Math.floor(quantity / lotSize + NEAR);
  const steps = limit / toFloat(instrument.tickSize);
  const whole = side === "buy" ? Math.floor(steps + NEAR) : Math.ceil(steps - NEAR);
  const ticks = type === "limit" ? Math.min(whole, TICKS_MAX) : 0;
  return new BookOrder(nth, pair, now, side, type, timeInForce, quantity, limit, tag, reason, ticks, lots, i);
};

/** What a position's stop sells when its price was seen. */
export const saleAsk = (i: number, quantity: number): Extract<Ask, { readonly type: "place" }> => ({
  type: "place",
  request: { i, side: "sell", type: "market", quantity },
  tag: PROTECT_TAG,
});

/** Base that market orders will still bring: another aim must not ask for it again. */
const onItsWay = (open: readonly BookOrder[]): number =>
  open
    .filter(({ type }) => type === "market")
    .reduce((sum, { side, shown }) => sum + (side === "buy" ? shown.remaining : -shown.remaining), 0);
