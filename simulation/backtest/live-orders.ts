/** The portfolio's orders of a run by their ids, from the approval until the portfolio has closed them, and their entries in the log. */
import type { Instrument } from "../../domain/market/instrument.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { ExactOrder, loggedOf } from "./exact-orders.ts";
import type { OrderLog } from "./order-log.ts";

export class LiveOrders {
  readonly #orders = new Map<string, ExactOrder>();
  readonly #instruments: readonly Instrument[];
  readonly #log: OrderLog;

  constructor(instruments: readonly Instrument[], log: OrderLog) {
    this.#instruments = instruments;
    this.#log = log;
  }

  get(id: string): ExactOrder | undefined {
    return this.#orders.get(id);
  }

  note(event: PortfolioEvent): void {
    if (event.type === "OrderApproved") {
      const { order } = event;
      const i = this.#instruments.findIndex(({ id }) => id === order.instrument);
      const logged = loggedOf(order);
      this.#log.approved(logged, order.id, this.#instruments[i]!.symbol, order.at);
      this.#orders.set(order.id, new ExactOrder(i, logged, order));
    } else if (event.type === "OrderClosed") {
      this.#orders.get(event.order)?.logged.close(event.status, event.at);
      this.#orders.delete(event.order);
    }
  }

  /** Of a turn that was taken for the portfolio: `order` is in the log, and at the venue, already. */
  retake(event: PortfolioEvent, order: ExactOrder | undefined): void {
    if (event.type === "OrderApproved") this.#orders.set((order!.exact = event.order).id, order!);
    else if (event.type === "OrderClosed") this.#orders.delete(event.order);
  }
}
