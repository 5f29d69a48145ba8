/**
 * Protection kept: looked at anew at the end of every turn, so that nothing that happened can be missed. A stop that is
 * right is left alone, a wrong one is asked to end, and only when none is left a new one is placed: in between the
 * position has no stop, never two. Where the venue takes none it is kept here (kept-orders.ts). It is a stop order of what the position has free; where the price has passed the
 * stop before it could be placed, a sale at the market.
 */
import { adds } from "../order/order.ts";
import type { Limits } from "../risk/limits.ts";
import { belowMinimum, collarPrice } from "../risk/risk.ts";
import {
  absolute,
  roundDown,
  roundUp,
  type Price,
  type Quantity,
  type Side,
  type Timestamp,
} from "../values/values.ts";
import type { Book } from "./book.ts";
import type { Mark, PortfolioCommand } from "./commands.ts";
import type { Draft, Wish } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import { due, PROTECT_TAG, type Protection } from "./protection.ts";
import { mayBeAtVenue, type Listed, type LiveOrder, type PortfolioState } from "./state.ts";

const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;
/** In a row, with pauses of 1, 2, 4, ... 60 s between them: some four minutes of market time. */
export const STOP_TRIES_MAX = 9;

export const keepStops = (draft: Draft): void => {
  for (const protection of draft.state.protections.values()) keep(draft, protection);
};

const keep = (draft: Draft, protection: Protection): void => {
  const { book, position, stop, stopPrice } = protection;
  if (protection.failed !== undefined) {
    fail(draft, protection, protection.failed);
    return;
  }
  const listed = draft.state.instruments.get(position.instrument);
  if (listed === undefined) return;
  const held = stopPrice === undefined ? (0n as Quantity) : coverable(draft, protection, listed);
  if (stop !== undefined && draft.ends(stop)) {
    // One that never left us has made way for a sale by now.
    if (mayBeAtVenue(stop)) return;
  } else if (stop !== undefined) {
    if (stop.cancelling || stop.phase === "ending") return;
    if (held > 0n && (draft.frozen(book) || isRight(stop, protection, held))) return;
    draft.cancel(stop, held > 0n ? "moved" : stopPrice === undefined ? "withdrawn" : "flat");
    // One that is kept here has ended with that.
    if (stop.phase !== "kept") return;
  }
  if (!protection.wished || draft.frozen(book)) return;
  const mark = draft.mark(listed);
  if (isOver(draft, protection, listed, mark)) {
    withdraw(draft, protection, "flat");
    return;
  }
  if (stopPrice === undefined) return;
  if (held === 0n || protection.lost || draft.at < protection.againAt) return;
  const gone =
    sideOf(protection) === "sell"
      ? mark !== undefined && mark.last <= stopPrice
      : mark !== undefined && mark.last >= stopPrice;
  const passed = protection.passed || gone;
  place(draft, protection, { listed, stopPrice, held, passed });
};

/** A long is sold; a short is bought back. */
const sideOf = ({ position }: Pick<Protection, "position">): Side =>
  position.quantity < 0n ? "buy" : "sell";

/** Of the position, what no other order of ours holds, down to the lot. */
const coverable = (draft: Draft, { book, position, stop }: Protection, listed: Listed): Quantity => {
  const own = stop === undefined || draft.ends(stop) ? 0n : stop.reserved;
  const free = draft.closable(book, listed) + own;
  const size = position.contract ? absolute(position.quantity) : position.quantity;
  const most = size < free ? size : free;
  const { lotSize, quantityMax } = listed.instrument;
  const capped = quantityMax > 0n && most > quantityMax ? (quantityMax as bigint) : most;
  return (capped <= 0n ? 0n : roundDown(capped, lotSize)) as Quantity;
};

/** One that sells at the market is past all moving; it must only not sell more than there is. */
const isRight = (
  { order, remaining, triggered }: LiveOrder,
  protection: Protection,
  held: Quantity,
): boolean =>
  order.side === sideOf(protection) &&
  (order.stopPrice === undefined || triggered
    ? remaining <= held
    : remaining === (held as bigint) && order.stopPrice === protection.stopPrice);

/** The position has gone, and nothing is under way that would bring it back. */
const isOver = (
  draft: Draft,
  { book, position, held, targets }: Protection,
  listed: Listed,
  mark: Mark | undefined,
): boolean => {
  if (targets.sale !== undefined) return false;
  const wished = position.aim?.exposure ?? 1;
  if (!held && (position.contract ? wished !== 0 : wished > 0)) return false;
  if (position.aimOrder !== undefined) return false;
  if (!isDust(listed, position.quantity, mark)) return false;
  for (const { order } of draft.approved.values())
    if (adds(order) && order.strategy === book.strategy && order.instrument === position.instrument)
      return false;
  return !grows(book, position.instrument);
};

const grows = (book: Book, instrument: string): boolean => {
  for (const { order } of book.orders) if (adds(order) && order.instrument === instrument) return true;
  return false;
};

/** Too little to be sold, or bought back. */
export const isDust = (listed: Listed, quantity: bigint, mark: Mark | undefined): boolean => {
  const whole = roundDown(absolute(quantity), listed.instrument.lotSize) as Quantity;
  if (whole === 0n) return true;
  return mark !== undefined && belowMinimum(listed.instrument, whole, mark.last) !== undefined;
};

interface Place {
  readonly listed: Listed;
  readonly stopPrice: Price;
  readonly held: Quantity;
  readonly passed: boolean;
}

const place = (draft: Draft, protection: Protection, { listed, stopPrice, held, passed }: Place): void => {
  const { book, position, reason } = protection;
  const { instrument } = listed;
  const from = { numbers: [], known: protection.refused, protects: true } as const;
  const side = sideOf(protection);
  const sale = {
    instrument: instrument.id,
    side,
    tag: PROTECT_TAG,
    ...(position.contract ? { reduceOnly: true } : {}),
  } as const;
  const kind = passed ? "market" : instrument.stops === "stop-limit" ? "stop-limit" : "stop-market";
  // A first part of an entry may be too small for a stop: the rest is on its way.
  const small = belowMinimum(instrument, held, passed ? (draft.mark(listed)?.last ?? stopPrice) : stopPrice);
  if (small !== undefined && grows(book, position.instrument)) return;
  const order: Wish = { ...sale, type: kind, timeInForce: "GTC", quantity: held, reason };
  if (kind === "market") draft.submit(book, listed, order, from);
  else if (kind === "stop-market") draft.submit(book, listed, { ...order, stopPrice }, from);
  else
    draft.submit(
      book,
      listed,
      { ...order, stopPrice, price: limitOf(draft.limits, listed, stopPrice, side) },
      from,
    );
};

/** As far beyond the stop as the collar allows: a limit nearer to it may be jumped over. */
const limitOf = (limits: Limits, { instrument }: Listed, stopPrice: Price, side: Side): Price => {
  const edge = collarPrice(limits, stopPrice, side);
  return side === "sell" ? roundUp(edge, instrument.tickSize) : roundDown(edge, instrument.tickSize);
};

export const pauseMs = (tries: number): number => Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (tries - 1));

/** One that lived longer than the longest pause begins the count anew. */
const fail = (
  draft: Draft,
  { book, position, tries: before }: Protection,
  { why, livedMs }: { readonly why: string; readonly livedMs: number },
): void => {
  const tries = livedMs > PAUSE_MAX_MS ? 1 : before + 1;
  const againAt = (draft.at + pauseMs(tries)) as Timestamp;
  draft.events.push({
    type: "StopFailed",
    ...nameOf(book, position.instrument),
    why,
    tries,
    ...(tries >= STOP_TRIES_MAX ? {} : { againAt }),
    at: draft.at,
  });
};

export const nameOf = (book: Book, instrument: Protection["position"]["instrument"]) => ({
  strategy: book.strategy,
  account: book.account.id,
  instrument,
});

export const withdraw = (draft: Draft, { book, position }: Protection, reason: string): void => {
  draft.events.push({
    type: "ProtectionSet",
    ...nameOf(book, position.instrument),
    held: false,
    reason,
    at: draft.at,
  });
};

export const decideKeepStops = (
  state: PortfolioState,
  { at }: Extract<PortfolioCommand, { type: "KeepStops" }>,
): readonly PortfolioEvent[] =>
  due(state, at).map(({ book, position }) => ({
    type: "StopDue",
    ...nameOf(book, position.instrument),
    at,
  }));

/**
 * What lessens needs base, or contracts, that the stop holds: the stop must end first. Not for a sale that would be refused anyway, or the
 * position would lose its stop for nothing.
 */
export const stopInTheWay = (
  draft: Draft,
  book: Book,
  listed: Listed,
  {
    wanted,
    stop,
    why = "exit",
  }: { readonly wanted: Quantity; readonly stop: LiveOrder | undefined; readonly why?: "exit" | "target" },
): boolean => {
  if (stop === undefined) return false;
  if (draft.ends(stop)) return mayBeAtVenue(stop);
  if (wanted <= draft.closable(book, listed)) return false;
  const mark = draft.mark(listed);
  if (draft.frozen(book) || listed.instrument.status !== "trading" || mark === undefined) return false;
  if (belowMinimum(listed.instrument, wanted, mark.last) !== undefined) return false;
  draft.cancel(stop, why);
  return mayBeAtVenue(stop);
};
