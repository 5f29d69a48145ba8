/**
 * A strategy's wish for a stop under its position and targets above it, and how keeping it goes. One entry for each position that has a
 * wish or whose last stop or sale has not ended yet; the entry names at most one live stop, and none is placed beside it.
 */
import type { InstrumentId, Price, Timestamp } from "../values/values.ts";
import type { Book, Position } from "./book.ts";
import type { PortfolioEventOf } from "./events.ts";
import { Targets } from "./targets.ts";
import { mayBeAtVenue, type LiveOrder, type PortfolioState } from "./state.ts";

export const PROTECT_TAG = "protection";

export class Protection {
  readonly book: Book;
  readonly position: Position;
  /** Undefined: withdrawn, and the last stop is on its way out. */
  stopPrice: Price | undefined = undefined;
  reason = "";
  /** The position it is meant for was there: the wish ends with that position. */
  held = false;
  stop: LiveOrder | undefined = undefined;
  readonly targets = new Targets();
  /** Stops that failed one after the other. */
  tries = 0;
  /** Market time before which no other stop is placed. */
  againAt = 0;
  /** Given up until the wish, the position or the instrument changes. */
  lost = false;
  /** The rule that last refused the stop: told once. */
  refused: string | undefined = undefined;
  /** The venue says that the price has passed the stop: what is placed next sells at the market. */
  passed = false;
  /** Since the last settling; `livedMs` from its approval to its end. */
  failed: { readonly why: string; readonly livedMs: number } | undefined = undefined;
  constructor(book: Book, position: Position) {
    this.book = book;
    this.position = position;
  }

  get wished(): boolean {
    return this.stopPrice !== undefined || this.targets.any;
  }
}

const keyOf = (book: Book, instrument: InstrumentId): string =>
  `${book.account.id}|${book.strategy}|${instrument}`;

export const protectionFor = (state: PortfolioState, book: Book, instrument: InstrumentId): Protection => {
  const position = book.position(instrument);
  position.protection ??= new Protection(book, position);
  state.protections.set(keyOf(book, instrument), position.protection);
  return position.protection;
};

export const dropIfDone = (state: PortfolioState, protection: Protection): void => {
  const { book, position, stop, targets } = protection;
  if (protection.wished || stop !== undefined || targets.sale !== undefined) return;
  position.protection = undefined;
  state.protections.delete(keyOf(book, position.instrument));
};

const beginAnew = (protection: Protection): void => {
  protection.tries = 0;
  protection.againAt = 0;
  protection.lost = false;
  protection.passed = false;
};

export const setProtection = (
  state: PortfolioState,
  book: Book,
  event: PortfolioEventOf<"ProtectionSet">,
): void => {
  const protection = protectionFor(state, book, event.instrument);
  protection.stopPrice = event.stopPrice;
  protection.reason = event.reason;
  protection.held = event.held;
  protection.refused = undefined;
  beginAnew(protection);
  const { targets, side } = event;
  if (event.stopPrice === undefined && targets === undefined) protection.targets.forget();
  else protection.targets.wish(targets ?? [], side ?? protection.targets.side);
  dropIfDone(state, protection);
};

/** Its position was traded: what stood in the way of the stop may have gone with it. */
export const tradedUnder = (protection: Protection | undefined, bought: boolean): void => {
  if (protection === undefined) return;
  const { contract, quantity } = protection.position;
  if (contract ? quantity !== 0n : bought) protection.held = true;
  if (protection.lost) beginAnew(protection);
};

/** Its instrument changed, perhaps into one that trades again. */
export const listedAnew = (state: PortfolioState, instrument: InstrumentId): void => {
  for (const protection of state.protections.values())
    if (protection.position.instrument === instrument) {
      beginAnew(protection);
      protection.refused = undefined;
    }
};

/** `closed` is the stop as it was before it closed: what never left us, and what we asked to end, has not failed. */
export const endStop = (
  state: PortfolioState,
  closed: LiveOrder,
  event: PortfolioEventOf<"OrderClosed">,
): void => {
  const { protection } = closed.book.position(event.instrument);
  if (protection?.stop !== closed) return;
  protection.stop = undefined;
  // One that sold something has not failed for nothing.
  if (closed.filled + closed.crossed > 0n) protection.tries = 0;
  const ours = !mayBeAtVenue(closed);
  const asked = event.status === "cancelled" && (ours || closed.cancelling);
  if (event.status === "filled") beginAnew(protection);
  else if (
    event.status === "refused" &&
    event.reason === "would-take" &&
    closed.order.stopPrice !== undefined
  )
    protection.passed = true;
  else if (!asked && protection.stopPrice !== undefined) {
    // Its price was seen: what comes in its place does not wait for it again.
    if (closed.triggered) protection.passed = true;
    protection.failed = {
      why: event.reason ?? event.status,
      livedMs: Math.max(0, event.at - closed.order.at),
    };
  }
  dropIfDone(state, protection);
};

export const failStop = (protection: Protection, event: PortfolioEventOf<"StopFailed">): void => {
  protection.failed = undefined;
  protection.tries = event.tries;
  protection.againAt = event.againAt ?? 0;
  protection.lost = event.againAt === undefined;
};

/** Pauses between two stops, or two sales at targets, that have come to their end at this market time. */
export const due = (state: PortfolioState, at: Timestamp): readonly Protection[] =>
  [...state.protections.values()].filter(
    ({ againAt, lost, stop, stopPrice, targets }) =>
      (againAt > 0 && againAt <= at && !lost && stop === undefined && stopPrice !== undefined) ||
      (targets.againAt > 0 && targets.againAt <= at),
  );

/** Some stop or sale waits for its pause to end: somebody must look again. */
export const anyPaused = (state: PortfolioState): boolean => {
  for (const { againAt, lost, targets } of state.protections.values())
    if ((againAt > 0 && !lost) || targets.againAt > 0) return true;
  return false;
};
