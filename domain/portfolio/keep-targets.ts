/**
 * Targets kept: market if touched. A price that was seen and reaches one makes its part of the position owed; at the end of the turn the
 * stop, which holds the base, ends first, then what is owed is sold at the market and the stop covers the rest. One sale at a time; one that is refused
 * or lost is tried again after a pause, under its stop meanwhile.
 */
import { closingSide, shareOf } from "../positions/closing.ts";
import { belowMinimum } from "../risk/risk.ts";
import { absolute, least, roundDown, type Price, type Quantity, type Timestamp } from "../values/values.ts";
import type { Draft } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import { isDust, nameOf, pauseMs, STOP_TRIES_MAX, stopInTheWay } from "./keep-stops.ts";
import { barredBy } from "./levels.ts";
import type { Protection } from "./protection.ts";
import { CLOSE_TAG } from "./targets.ts";
import { type Listed, type PortfolioState } from "./state.ts";

/** A halt of everything holds targets back, as it does what a strategy keeps: the price must be seen again after it. */
export const waitsForPrice = (state: PortfolioState, { book, position, targets }: Protection): boolean =>
  targets.left.length > 0 &&
  position.quantity !== 0n &&
  closingSide(position.quantity) === targets.side &&
  barredBy(state, book.account.level, false) === undefined;

/** All that this price reaches, one after the other: each its part of what the ones before leave. */
export const reachTargets = (
  state: PortfolioState,
  listed: Listed,
  last: Price,
  at: Timestamp,
): readonly PortfolioEvent[] => {
  const events: PortfolioEvent[] = [];
  const { id, lotSize } = listed.instrument;
  const mark = { bid: last, ask: last, last };
  for (const protection of state.protections.values()) {
    const { book, position, targets } = protection;
    if (position.instrument !== id || !waitsForPrice(state, protection)) continue;
    const held = absolute(position.quantity);
    if (isDust(listed, held, mark)) continue;
    let { owed }: { owed: bigint } = targets;
    for (const { price, part, rung } of targets.left) {
      if (targets.side === "sell" ? last < price : last > price) break;
      const rest = held - owed;
      const share = shareOf(rest, part, lotSize);
      // What could not be sold by itself goes with it.
      const quantity = isDust(listed, rest - share, mark) ? (roundDown(rest, lotSize) as Quantity) : share;
      owed += quantity;
      const target = { price, part, ...(rung !== undefined && { rung }) };
      events.push({ type: "TargetReached", ...nameOf(book, id), ...target, quantity, last, at });
    }
  }
  return events;
};

export const keepTargets = (draft: Draft): void => {
  for (const protection of draft.state.protections.values()) keep(draft, protection);
};

const keep = (draft: Draft, protection: Protection): void => {
  const { book, position, targets, stop } = protection;
  if (targets.failed !== undefined) {
    fail(draft, protection, targets.failed);
    return;
  }
  if (targets.owed === 0n || targets.sale !== undefined || draft.at < targets.againAt) return;
  const listed = draft.state.instruments.get(position.instrument);
  if (listed === undefined || draft.frozen(book)) return;
  // It sells at the market already.
  if (stop !== undefined && (stop.triggered || stop.order.stopPrice === undefined)) return;
  const wanted = onLot(listed, least(targets.owed as bigint, absolute(position.quantity)));
  if (isTooSmall(draft, listed, wanted)) return;
  if (stopInTheWay(draft, book, listed, { wanted, stop, why: "target" })) return;
  const quantity = onLot(listed, least(wanted as bigint, draft.closable(book, listed)));
  if (isTooSmall(draft, listed, quantity)) return;
  const approved = draft.approved.size;
  draft.submit(
    book,
    listed,
    {
      instrument: position.instrument,
      side: targets.owedSide,
      type: "market",
      timeInForce: "GTC",
      quantity,
      ...(position.contract ? { reduceOnly: true } : {}),
      tag: targets.owedFor,
      reason: targets.owedFor === CLOSE_TAG ? "closed-by-hand" : "take-profit",
    },
    { numbers: [], known: targets.refused, takes: true },
  );
  if (draft.approved.size === approved) fail(draft, protection, "refused");
};

/** Then it stays owed: it is sold with the next target, or when it has become worth enough. */
const isTooSmall = (draft: Draft, listed: Listed, quantity: Quantity): boolean => {
  const mark = draft.mark(listed);
  return (
    quantity <= 0n || mark === undefined || belowMinimum(listed.instrument, quantity, mark.last) !== undefined
  );
};

const onLot = ({ instrument: { lotSize, quantityMax } }: Listed, quantity: bigint): Quantity =>
  roundDown(quantityMax > 0n ? least(quantity, quantityMax as bigint) : quantity, lotSize) as Quantity;

const fail = (draft: Draft, { book, position, targets }: Protection, why: string): void => {
  const tries = targets.tries + 1;
  draft.events.push({
    type: "TargetFailed",
    ...nameOf(book, position.instrument),
    why,
    tries,
    ...(tries >= STOP_TRIES_MAX ? {} : { againAt: (draft.at + pauseMs(tries)) as Timestamp }),
    at: draft.at,
  });
};
