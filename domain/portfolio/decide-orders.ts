/**
 * What venue and execution tell of our orders. Anything may come twice, late, or in another order: fills before
 * the accept, after the close. An order closes only when its fills sum to what the venue says has filled.
 */
import { Invalid } from "../values/invalid.ts";
import type { Fill, OrderReport } from "../order/order.ts";
import type { Quantity } from "../values/values.ts";
import type { PortfolioCommand } from "./commands.ts";
import type { OrderClosed, PortfolioEvent } from "./events.ts";
import { seenForeign } from "./foreign.ts";
import type { Account } from "./book.ts";
import { mayBeAtVenue, type LiveOrder, type PortfolioState } from "./state.ts";

export const decideReport = (state: PortfolioState, report: OrderReport): readonly PortfolioEvent[] => {
  const live = state.orders.get(report.order);
  // Closed before, or not ours (its fills are told apart), or withdrawn before it was sent.
  if (live === undefined || !mayBeAtVenue(live)) return [];
  if (report.status === "open") return [...accepted(live, report), ...ended(state, live, report)];
  if (report.status === "never-arrived")
    return neverArrived(live) ? [closed(live, "never-arrived", report.reason, report.at)] : [];
  const status = report.status === "cancelled" && endsAtOnce(state, live) ? "expired" : report.status;
  if (live.filled >= report.filled) return [closed(live, status, report.reason, report.at)];
  if (live.ending !== undefined && live.ending.filled >= report.filled) return [];
  return [
    {
      type: "OrderEnding",
      ...live.name,
      status,
      ...(report.reason === undefined ? {} : { reason: report.reason }),
      filled: report.filled,
      at: report.at,
    },
  ];
};

const accepted = (live: LiveOrder, report: OrderReport): readonly PortfolioEvent[] => {
  if (live.phase !== "placed" && !live.unknown) return [];
  const { price } = live.order;
  return [
    {
      type: "OrderAccepted",
      ...live.name,
      ...(report.venueOrderId === undefined ? {} : { venueOrderId: report.venueOrderId }),
      ...(price === undefined ? {} : { price }),
      at: report.at,
    },
  ];
};

/** It may not rest, and its venue has no such order: it is there as one that rests (adapters/venue/lacking.ts). */
const endsAtOnce = (state: PortfolioState, { order }: LiveOrder): boolean => {
  const { type, timeInForce, instrument } = order;
  if (type !== "limit" || (timeInForce !== "IOC" && timeInForce !== "FOK")) return false;
  const lacks = state.instruments.get(instrument)?.instrument.lacks ?? [];
  return lacks.includes("ioc") && (timeInForce === "IOC" || lacks.includes("fok"));
};

/** With the news that it stands it is asked to end: once, and asked again after a crash like every other cancel. */
const ended = (state: PortfolioState, live: LiveOrder, { at }: OrderReport): readonly PortfolioEvent[] =>
  live.cancelling || live.phase === "ending" || !endsAtOnce(state, live)
    ? []
    : [{ type: "CancelRequested", ...live.name, why: "at-once", at }];

/** A verdict that contradicts what was seen of the order is not believed. */
const neverArrived = (live: LiveOrder): boolean => live.phase === "placed" && live.filled === 0n;

const closed = (
  live: LiveOrder,
  status: OrderClosed["status"],
  reason: string | undefined,
  at: OrderClosed["at"],
  venueFilled: bigint = live.filled,
): OrderClosed => {
  const filled = (live.crossed + venueFilled) as Quantity;
  // Each name by itself here and in `ownFill`: every order of a backtest comes by, and a spread costs as much as the decision.
  const { order, account, strategy, instrument, tag, side } = live.name;
  return reason === undefined
    ? { type: "OrderClosed", order, account, strategy, instrument, tag, side, status, filled, at }
    : { type: "OrderClosed", ...live.name, status, reason, filled, at };
};

export const decideOutcome = (
  state: PortfolioState,
  command: Extract<PortfolioCommand, { type: "RecordOutcome" }>,
): readonly PortfolioEvent[] => {
  const live = state.orders.get(command.order);
  if (live?.phase !== "placed") return [];
  if (command.outcome === "unknown")
    return live.unknown ? [] : [{ type: "OrderUnknown", ...live.name, at: command.at }];
  return neverArrived(live) ? [closed(live, "never-arrived", command.outcome, command.at)] : [];
};

export const decideFill = (state: PortfolioState, fill: Fill): readonly PortfolioEvent[] => {
  const account = state.accounts.get(fill.account);
  if (account === undefined) throw new Invalid("fill.account", "an account of this portfolio", fill.account);
  if (fill.quantity <= 0n) throw new Invalid("fill.quantity", "an amount above 0", fill.quantity);
  const live = state.orders.get(fill.order);
  if (live !== undefined) return live.trades.has(fill.tradeId) ? [] : ownFill(live, fill);
  const before = state.closed.get(fill.order);
  if (before !== undefined) {
    if (before.trades.has(fill.tradeId)) return [];
    // The venue told of fewer fills when it closed the order. It is the strategy's all the same.
    const filled = (before.filled + fill.quantity) as Quantity;
    return [{ type: "OrderFilled", ...before.name, fill, filled }];
  }
  if (isOurs(state, account, fill.order)) return [];
  return seenForeign(account, fill) ? [] : [{ type: "ForeignFilled", fill }];
};

const ownFill = (live: LiveOrder, fill: Fill): readonly PortfolioEvent[] => {
  const { order, account, strategy, instrument, tag, side } = live.name;
  const sum = live.filled + fill.quantity;
  const filled = (live.crossed + sum) as Quantity;
  const event: PortfolioEvent = {
    type: "OrderFilled",
    order,
    account,
    strategy,
    instrument,
    tag,
    side,
    fill,
    filled,
  };
  if (fill.quantity >= live.remaining) return [event, closed(live, "filled", undefined, fill.at, sum)];
  const { ending } = live;
  if (ending === undefined || sum < ending.filled) return [event];
  return [event, closed(live, ending.status, ending.reason, fill.at, sum)];
};

/** Given out here and closed so long ago that its trades are forgotten: it was complete then, so this is a repeat. */
const isOurs = (state: PortfolioState, account: Account, id: string): boolean => {
  if (!id.startsWith(account.prefix)) return false;
  const number = Number.parseInt(id.slice(account.prefix.length), 36);
  return number > 0 && number <= state.issued;
};
