/** What happened to the targets of positions, into state. */
import { closingSide } from "../positions/closing.ts";
import { absolute } from "../values/values.ts";
import { bookFor } from "./ledger.ts";
import type { PortfolioEventOf } from "./events.ts";
import { seePrice } from "./kept-orders.ts";
import { expect } from "./orders.ts";
import { dropIfDone, protectionFor, type Protection } from "./protection.ts";
import { CLOSE_TAG } from "./targets.ts";
import { mayBeAtVenue, type LiveOrder, type PortfolioState } from "./state.ts";

const protectionOf = (
  state: PortfolioState,
  {
    account,
    strategy,
    instrument,
  }: PortfolioEventOf<"TargetReached" | "CloseAsked" | "TargetFailed" | "StopDue">,
): Protection =>
  protectionFor(state, bookFor(expect(state.accounts.get(account), account), strategy), instrument);

export const targetHandlers = {
  TargetReached: (state: PortfolioState, event: PortfolioEventOf<"TargetReached">): void => {
    protectionOf(state, event).targets.reach(event, event.quantity);
    seePrice(state, event);
  },
  CloseAsked: (state: PortfolioState, event: PortfolioEventOf<"CloseAsked">): void => {
    protectionOf(state, event).targets.owe(event.quantity, event.side, CLOSE_TAG);
  },
  TargetFailed: (state: PortfolioState, event: PortfolioEventOf<"TargetFailed">): void => {
    const { targets } = protectionOf(state, event);
    targets.failed = undefined;
    targets.tries = event.tries;
    targets.againAt = event.againAt ?? 0;
    if (event.againAt === undefined) targets.cap(0n);
  },
  StopDue: (state: PortfolioState, event: PortfolioEventOf<"StopDue">): void => {
    const protection = protectionOf(state, event);
    if (protection.againAt <= event.at) protection.againAt = 0;
    if (protection.targets.againAt <= event.at) protection.targets.againAt = 0;
  },
};

export const beginSale = (protection: Protection, live: LiveOrder): void => {
  const { targets } = protection;
  targets.sale = live;
  targets.refused = undefined;
  targets.againAt = 0;
};

/** Its position was traded: by the sale itself, late or in time, or by another order. */
export const tradedAtTarget = (protection: Protection | undefined, tag: string, quantity: bigint): void => {
  if (protection === undefined) return;
  const { targets, position } = protection;
  if (position.quantity === 0n || closingSide(position.quantity) !== targets.side) targets.ended();
  if (targets.owed === 0n) return;
  targets.sold(tag, quantity);
  targets.cap(closingSide(position.quantity) === targets.owedSide ? absolute(position.quantity) : 0n);
};

/** `closed` is the sale as it was before it closed: what never left us has not failed. */
export const endSale = (
  state: PortfolioState,
  closed: LiveOrder,
  event: PortfolioEventOf<"OrderClosed">,
): void => {
  const { protection } = closed.book.position(event.instrument);
  if (protection?.targets.sale !== closed) return;
  const { targets } = protection;
  targets.sale = undefined;
  if (closed.filled + closed.crossed > 0n) targets.tries = 0;
  const asked = event.status === "cancelled" && (!mayBeAtVenue(closed) || closed.cancelling);
  if (event.status !== "filled" && !asked && targets.owed > 0n) targets.failed = event.reason ?? event.status;
  dropIfDone(state, protection);
};
