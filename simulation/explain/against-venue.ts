/**
 * A run's fills beside those that its orders get from the venue again, and the prices that its strategies took for the last
 * ones beside what had printed: told is what neither latency nor the recording accounts for.
 */
import type { Fill } from "../../domain/order/order.ts";
import { format } from "../../domain/values/values.ts";
import type { VenueFill } from "../venue/venue.ts";
import type { Decisions } from "./decisions.ts";
import type { OrderPath } from "./order-path.ts";
import type { Arrival, VenueAgain } from "./venue-again.ts";

/** Something that has no explanation; `order`: whose money it makes unexplained. */
export interface Riddle {
  readonly what: string;
  readonly at: number;
  readonly order?: string;
}

/** When each order reached the venue. One that the venue never told of by itself was there before its first fill. */
export const arrivalsOf = (orders: Iterable<OrderPath>): readonly Arrival[] => {
  const arrivals: Arrival[] = [];
  for (const { sent, acceptedAt, closed, endedAt, fills } of orders) {
    const refusedAt = closed?.status === "refused" ? closed.at : undefined;
    const first = fills[0]?.at;
    const at = acceptedAt ?? refusedAt ?? (first === undefined ? undefined : first - 1);
    if (sent === undefined || at === undefined) continue;
    const gone = closed?.status === "cancelled" ? { cancelledAt: endedAt ?? closed.at } : {};
    arrivals.push({ order: sent, at, ...gone });
  }
  return arrivals;
};

/** `unbookedFrom`: what filled later may not have reached the journal any more. */
export const fillRiddles = (
  orders: Iterable<OrderPath>,
  { fills: all, refusals, listings }: VenueAgain,
  unbookedFrom: number,
): Riddle[] => {
  const riddles: Riddle[] = [];
  for (const { order, fills, closed } of orders) {
    const tell = (what: string, at: number): void =>
      void riddles.push({ what: `${order.strategy} ${order.id}: ${what}`, at, order: order.id });
    const again = all.get(order.id) ?? [];
    const { tick, lot } = listings.get(order.instrument)!;
    const count = Math.max(fills.length, again.length);
    for (let k = 0; k < count; k += 1) {
      const [had, ought] = [fills[k], again[k]];
      if (had === undefined && closed === undefined && ought!.at >= unbookedFrom) break;
      const [got, due] = [had && textOf(had), ought && textOfVenue(ought, tick, lot)];
      if (got === due) continue;
      tell(`fill ${k + 1} is ${got ?? "missing"}, the prints give ${due ?? "none"}`, (had ?? ought)!.at);
      break;
    }
    const refusal = refusals.get(order.id);
    if ((closed?.status === "refused") !== (refusal !== undefined))
      tell(`${closed?.status ?? "open"}, the venue again says ${refusal ?? "yes"}`, closed?.at ?? order.at);
  }
  return riddles;
};

const textOf = ({ side, quantity, price, fee, feeAsset, liquidity, at }: Fill): string =>
  `${side} ${format(quantity)} at ${format(price)}, fee ${format(fee)} ${feeAsset}, ${liquidity}, ${at}`;

const textOfVenue = (fill: VenueFill, tick: bigint, lot: bigint): string => {
  const { side, lots, ticks, fee, feeAsset, liquidity, at } = fill;
  const [quantity, price] = [BigInt(lots) * lot, BigInt(ticks) * tick];
  return `${side} ${format(quantity)} at ${format(price)}, fee ${format(fee)} ${feeAsset}, ${liquidity}, ${at}`;
};

/** A last price is good that was the last print's at some time from the decision, less the longest delay, until it was taken up. */
export const markRiddles = (
  { marks }: Pick<Decisions, "marks">,
  { printed }: Pick<VenueAgain, "printed">,
  delayMs: number,
): Riddle[] =>
  marks.flatMap(({ instrument, mark, at, takenAt }) => {
    const prints = printed.get(instrument);
    if (prints === undefined) return [{ what: `${instrument} was not recorded`, at }];
    let k = lastUntil(prints.at, Math.max(at, takenAt));
    for (; k >= 0 && (prints.at[k + 1] ?? Infinity) >= at - delayMs; k -= 1)
      if (prints.price[k] === mark.last) return [];
    return [{ what: `${instrument} was taken for ${format(mark.last)}, which had not printed last`, at }];
  });

/** Index of the last one not behind `time`; -1: none. */
const lastUntil = (times: readonly number[], time: number): number => {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
