/** The orders of a backtest over prints, read from the turns of its portfolio: as backtests over candles log theirs, so that one hash serves both. */
import { assetsOf } from "../../domain/portfolio/book.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { symbolOf } from "../../domain/market/instrument.ts";
import type { Decided } from "../../domain/values/turn.ts";
import { notional, over, toFloat, type ClientOrderId, type Quantity } from "../../domain/values/values.ts";
import { loggedOf } from "../backtest/exact-orders.ts";
import type { LoggedOrder } from "../backtest/order-log.ts";

interface Filling {
  readonly logged: LoggedOrder;
  quantity: bigint;
  notional: bigint;
  /** In quote: a fee in base at its fill's price. */
  fees: bigint;
}

/** In the order in which they were approved. Fills of one order are averaged. */
export const loggedOrders = (
  turns: readonly Decided<PortfolioCommand, PortfolioEvent>[],
): readonly LoggedOrder[] => {
  const orders = new Map<ClientOrderId, Filling>();
  for (const { events } of turns)
    for (const event of events)
      if (event.type === "OrderApproved") {
        const { order } = event;
        const logged = loggedOf(order);
        logged.id = order.id;
        logged.pair = symbolOf(order.instrument);
        logged.at = order.at;
        orders.set(order.id, { logged, quantity: 0n, notional: 0n, fees: 0n });
      } else if (event.type === "OrderFilled") take(orders.get(event.order)!, event);
      else if (event.type === "OrderClosed") orders.get(event.order)!.logged.close(event.status, event.at);
  return [...orders.values()].map(({ logged }) => logged);
};

const take = (filling: Filling, { fill }: Extract<PortfolioEvent, { type: "OrderFilled" }>): void => {
  const { base, quote } = assetsOf(fill.instrument);
  filling.quantity += fill.quantity;
  filling.notional += fill.notional;
  if (fill.feeAsset === quote) filling.fees += fill.fee;
  else if (fill.feeAsset === base) filling.fees += notional(fill.price, fill.fee as bigint as Quantity);
  const { logged } = filling;
  logged.filled = toFloat(filling.quantity);
  logged.averagePrice = toFloat(over(filling.notional, filling.quantity));
  logged.fees = toFloat(filling.fees);
};
