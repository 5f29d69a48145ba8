/**
 * From a wish to an order: target = exposure x equity / last price, less what is held.
 *
 * One order at a time per aim. While one is out, a new wish that differs waits for it (and cancels it where it
 * goes the wrong way); `settle` sizes the wish again when it has closed. So nothing is bought twice on a guess.
 */
import { isContract, legIn } from "../market/instrument.ts";
import { adds } from "../order/order.ts";
import { quantityWorth } from "../positions/contract.ts";
import { belowMinimum, refusal } from "../risk/risk.ts";
import { absolute, fromFloat, least, over, roundDown, times, type Quantity } from "../values/values.ts";
import type { Mark } from "./commands.ts";
import { AIM_TAG, type Draft } from "./draft.ts";
import { equityOf } from "./equity.ts";
import { Position, type Aim, type Book } from "./book.ts";
import { stopInTheWay } from "./keep-stops.ts";
import { mayBeAtVenue, type Listed } from "./state.ts";

export const decideAim = (draft: Draft, book: Book, listed: Listed, aim: Aim): void => {
  const position = book.positions.get(listed.instrument.id) ?? new Position(listed.instrument.id);
  const mark = draft.mark(listed);
  if (mark === undefined) {
    const side = aim.exposure > 0 ? "buy" : "sell";
    draft.refuse(book, { instrument: position.instrument, tag: AIM_TAG, side }, refusal("no-mark"), {
      known: position.refused,
    });
    return;
  }
  const change = changeOf(targetOf(draft, book, listed, mark, aim.exposure), position.quantity);
  const inTheWay = clearTheWay(draft, book, listed, { mark, position, change });
  const waiting = inTheWay === "waits";
  const repeated = position.aim?.exposure === aim.exposure;
  if (!repeated || waiting !== position.waiting)
    draft.events.push({
      type: "AimSet",
      strategy: book.strategy,
      account: book.account.id,
      instrument: position.instrument,
      exposure: aim.exposure,
      reason: aim.reason,
      numbers: aim.numbers,
      waiting,
      at: draft.at,
    });
  if (inTheWay === "free") wish(draft, book, listed, mark, { position, change, aim, repeated });
  const barred = barredWay(listed, aim.exposure);
  if (barred !== undefined)
    draft.refuse(
      book,
      { instrument: position.instrument, tag: AIM_TAG, side: aim.exposure < 0 ? "sell" : "buy" },
      refusal(barred, absolute(fromFloat(aim.exposure))),
      { known: position.refused },
    );
};

/** Which rule makes this aim one for flat: spot is never short, and a leg is on its own side only. */
const barredWay = (
  { instrument: { id } }: Listed,
  exposure: number,
): "short-not-allowed" | "reduce-only" | undefined => {
  if (!isContract(id)) return exposure < 0 ? "short-not-allowed" : undefined;
  const leg = legIn(id);
  return leg !== undefined && exposure !== 0 && exposure > 0 !== (leg === "long") ? "reduce-only" : undefined;
};

/** Below zero when short. What spot or a leg may not be is flat. */
const targetOf = (draft: Draft, book: Book, listed: Listed, mark: Mark, exposure: number): bigint => {
  if (exposure === 0 || barredWay(listed, exposure) !== undefined) return 0n;
  const { quote, lotSize } = listed.instrument;
  const equity = equityOf(draft.state, book, quote, draft.marks);
  const worth = times(fromFloat(Math.abs(exposure)), equity);
  if (worth <= 0n) return 0n;
  const size = roundDown(quantityWorth(listed.instrument, mark.last, worth), lotSize);
  return exposure < 0 ? -size : size;
};

/** From long to short, or back, it goes by flat: what closes only closes, and what opens is reviewed as an entry. */
const changeOf = (target: bigint, held: bigint): bigint =>
  (held > 0n && target < 0n) || (held < 0n && target > 0n) ? -held : target - held;

const lessens = ({ contract, quantity }: Position, change: bigint): boolean =>
  contract ? (quantity > 0n && change < 0n) || (quantity < 0n && change > 0n) : change < 0n;

/** `stays`: the order that is out already does it. `waits`: it must close first. `free`: nothing is out (any more). */
const clearTheWay = (
  draft: Draft,
  book: Book,
  listed: Listed,
  { mark, position, change }: { readonly mark: Mark; readonly position: Position; readonly change: bigint },
): "free" | "stays" | "waits" => {
  const live = position.aimOrder;
  const stop = position.protection?.stop;
  if (live === undefined || draft.ends(live)) {
    const wanted = lessens(position, change) ? onLot(listed, absolute(change)) : (0n as Quantity);
    if (wanted === 0n) return "free";
    const waits =
      stopInTheWay(draft, book, listed, { wanted, stop }) || offersInTheWay(draft, book, listed, wanted);
    return waits ? "waits" : "free";
  }
  const pending = live.order.side === "buy" ? live.remaining : -live.remaining;
  const more = change - pending;
  const size = roundDown(absolute(more), listed.instrument.lotSize) as Quantity;
  if (belowMinimum(listed.instrument, size, mark.last) !== undefined && !live.cancelling) return "stays";
  if (!mayBeAtVenue(live)) {
    draft.cancel(live, "replaced");
    return "free";
  }
  if (live.phase === "open" && more > 0n !== pending > 0n) draft.cancel(live, "replaced");
  return "waits";
};

/** Nothing can be sold, since own orders that are being cancelled offer it still. */
const offersInTheWay = (draft: Draft, book: Book, listed: Listed, wanted: Quantity): boolean => {
  const { instrument } = listed;
  const mark = draft.mark(listed);
  const small = (quantity: Quantity): boolean =>
    mark === undefined || belowMinimum(instrument, quantity, mark.last) !== undefined;
  const free = least(wanted as bigint, draft.closable(book, listed));
  if (small(wanted) || !small(onLot(listed, free > 0n ? free : 0n))) return false;
  for (const live of book.orders) {
    if (live.order.instrument !== instrument.id || adds(live.order) || !mayBeAtVenue(live)) continue;
    if (live.cancelling || draft.ends(live)) return true;
  }
  return false;
};

interface Sizing {
  readonly position: Position;
  readonly change: bigint;
  readonly aim: Aim;
  readonly repeated: boolean;
}

const wish = (draft: Draft, book: Book, listed: Listed, mark: Mark, sizing: Sizing): void => {
  const { position, change, aim, repeated } = sizing;
  if (change === 0n) return;
  const { instrument } = listed;
  const side = change > 0n ? "buy" : "sell";
  const known = position.refused;
  const wanted = onLot(listed, absolute(change));
  const small = belowMinimum(instrument, wanted, mark.last);
  const closes = lessens(position, change);
  const name = {
    instrument: instrument.id,
    tag: AIM_TAG,
    side,
    ...(closes && position.contract ? { reduceOnly: true } : {}),
  } as const;
  if (small !== undefined) {
    // Dust stays and is told once; a wish that only drifted with the price is not even that.
    if (!repeated) draft.refuse(book, name, small, { known });
    return;
  }
  const affordable = closes
    ? draft.closable(book, listed)
    : over(draft.spendable(book, listed), draft.reservePerUnit(listed, mark, name));
  const quantity = onLot(listed, least(wanted as bigint, affordable > 0n ? affordable : 0n));
  if (belowMinimum(instrument, quantity, mark.last) !== undefined) {
    const rule = !closes ? "capital" : position.contract ? "reduce-only" : "short-not-allowed";
    draft.refuse(book, name, refusal(rule, wanted, affordable), { known });
    return;
  }
  draft.submit(
    book,
    listed,
    { ...name, type: "market", timeInForce: "GTC", quantity, reason: aim.reason },
    { numbers: aim.numbers, known },
  );
};

const onLot = (listed: Listed, quantity: bigint): Quantity => {
  const { lotSize, quantityMax } = listed.instrument;
  const most = quantityMax > 0n && quantity > quantityMax ? (quantityMax as bigint) : quantity;
  return roundDown(most, lotSize) as Quantity;
};
