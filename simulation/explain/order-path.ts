/**
 * What became of each order of a run, read from its turns: when it was decided, sent and accepted, what it filled and
 * crossed, how it ended. Two runs' orders are laid side by side by it.
 */
import type { Fill, Order } from "../../domain/order/order.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { OrderClosed, PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Decided } from "../../domain/values/turn.ts";
import { format, type ClientOrderId, type Money, type Quantity } from "../../domain/values/values.ts";

/** One command with its events; `takenAt`: market time at which the portfolio took it up. */
export interface TimedTurn extends Decided<PortfolioCommand, PortfolioEvent> {
  readonly takenAt: number;
}

export interface OrderPath {
  readonly order: Order;
  /** What the order is for: the same text in two runs that decided the same. */
  readonly purpose: string;
  readonly takenAt: number;
  /** As it went to the venue; undefined where all of it crossed inside, or it never left. */
  sent?: Order;
  /** Venue time; undefined until the venue has told of it. */
  acceptedAt?: number;
  /** Venue time at which it ended there, where fills were still missing then. */
  endedAt?: number;
  closed?: { readonly status: OrderClosed["status"]; readonly reason?: string; readonly at: number };
  readonly fills: Fill[];
  readonly crosses: { readonly quantity: Quantity; readonly notional: Money }[];
}

export const ordersOf = (turns: readonly TimedTurn[]): ReadonlyMap<ClientOrderId, OrderPath> => {
  const orders = new Map<ClientOrderId, OrderPath>();
  for (const { events, takenAt } of turns) for (const event of events) note(orders, event, takenAt);
  return orders;
};

/** Of an ask or its order: reason and numbers are those of the candle that it was decided on. */
export const purposeOf = (of: {
  readonly strategy: string;
  readonly instrument: string;
  readonly reason: string;
  readonly numbers: readonly number[];
}): string => `${of.strategy} ${of.instrument} ${of.reason} ${of.numbers.join(" ")}`;

const note = (orders: Map<ClientOrderId, OrderPath>, event: PortfolioEvent, takenAt: number): void => {
  switch (event.type) {
    case "OrderApproved": {
      const { order, numbers } = event;
      const purpose = purposeOf({ ...order, numbers });
      orders.set(order.id, { order, purpose, takenAt, fills: [], crosses: [] });
      return;
    }
    case "OrderPlaced":
      orders.get(event.order)!.sent = event.sent;
      return;
    case "OrderAccepted":
      orders.get(event.order)!.acceptedAt ??= event.at;
      return;
    case "OrderEnding":
      orders.get(event.order)!.endedAt ??= event.at;
      return;
    case "OrderFilled":
      orders.get(event.order)!.fills.push(event.fill);
      return;
    case "Crossed":
      for (const leg of [event.buy, event.sell]) orders.get(leg.order)!.crosses.push(event);
      return;
    case "OrderClosed": {
      const { status, reason, at } = event;
      orders.get(event.order)!.closed = { status, at, ...(reason === undefined ? {} : { reason }) };
      return;
    }
    default:
  }
};

export const pathText = ({ order, fills, crosses, acceptedAt, closed }: OrderPath): string => {
  const quantity = [...fills, ...crosses].reduce((sum, one) => sum + one.quantity, 0n);
  const paid = [...fills, ...crosses].reduce((sum, one) => sum + one.notional, 0n);
  const price = quantity === 0n ? "" : ` for ${format(paid)}`;
  return `${order.strategy} ${order.side} ${order.instrument} ${order.reason} decided ${order.at}, at the venue ${acceptedAt ?? "never"}, ${closed?.status ?? "open"} with ${format(quantity)} of ${format(order.quantity)}${price}`;
};

/** A backtest's turns have no time of their own: the newest that a command tells of. */
export const timed = (turns: readonly Decided<PortfolioCommand, PortfolioEvent>[]): TimedTurn[] => {
  let takenAt = 0;
  return turns.map((turn) => {
    takenAt = Math.max(takenAt, timeOf(turn.command));
    return { ...turn, takenAt };
  });
};

/** The longest from a fill or report of the venue to the turn that took it up, ms. */
export const newsDelay = (turns: readonly TimedTurn[]): number => {
  let most = 0;
  for (const { command, takenAt } of turns)
    if (command.type === "RecordFill" || command.type === "RecordReport")
      most = Math.max(most, takenAt - timeOf(command));
  return most;
};

const timeOf = (command: PortfolioCommand): number => {
  if ("fill" in command) return command.fill.at;
  return "report" in command ? command.report.at : command.at;
};
