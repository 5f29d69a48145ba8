/** What portfolios of this process tell of their orders, counted and timed as it happens. */
import type { PortfolioNews } from "../../contracts/portfolio.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Engine } from "../engine.ts";
import type { Board } from "./board.ts";

/** Orders whose answer is waited for; more are not timed. */
const WAITING_MAX = 10_000;

/** Returns the end of it. */
export const countOrders = ({ wire, host }: Engine, board: Board): (() => void) => {
  /** When the order was journaled, wall ms. */
  const waiting = new Map<string, number>();
  let here = new Set<string>();
  let lookedAt = -Infinity;
  const isHere = (portfolio: string): boolean => {
    if (performance.now() - lookedAt > 1_000) {
      lookedAt = performance.now();
      here = new Set(host.actors().flatMap(({ kind, id }) => (kind === "portfolio" ? [id] : [])));
    }
    return here.has(portfolio);
  };
  const acknowledged = (order: string): void => {
    const since = waiting.get(order);
    if (since === undefined) return;
    waiting.delete(order);
    board.observe("order_ack_seconds", (performance.now() - since) / 1_000);
  };
  const count = (portfolio: string, event: PortfolioEvent, at: number): void => {
    const state = (name: string): void => board.add("orders_total", { portfolio, state: name });
    switch (event.type) {
      case "OrderApproved":
        state("approved");
        break;
      case "OrderPlaced":
        if (waiting.size < WAITING_MAX) waiting.set(event.order, performance.now());
        board.observe("signal_to_order_seconds", Math.max(0, at - event.sent.at) / 1_000);
        state("placed");
        break;
      case "OrderAccepted":
        acknowledged(event.order);
        state("accepted");
        break;
      case "OrderUnknown":
        state("unknown");
        break;
      case "OrderFilled":
        acknowledged(event.order);
        board.add("fills_total", { instrument: event.instrument });
        break;
      case "Crossed":
        board.add("crosses_total", { instrument: event.instrument });
        break;
      case "OrderClosed":
        acknowledged(event.order);
        state(event.status);
        break;
      default:
    }
  };
  return wire.subscribe("portfolio", "*", "changed", (news, portfolio) => {
    if (!isHere(portfolio)) return;
    const { events, at } = news as PortfolioNews;
    for (const event of events) count(portfolio, event, at);
  });
};
