/**
 * How long a candle's close takes to become orders: from the moment at which the candle is told on the road to the
 * last order it caused being journaled, and to the last one answered by the venue. Wall ms, by the candle's end.
 */
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import type { PortfolioNews } from "../../contracts/portfolio.ts";
import type { Engine } from "../../nodes/engine.ts";

export interface Close {
  readonly at: number;
  orders: number;
  answered: number;
  /** Since the first candle that ended then. */
  journaledMs: number;
  answeredMs: number;
}

export const watchClose = ({ road, wire, instruments, settings }: Engine) => {
  const closes = new Map<number, { since: number; close: Close }>();
  const endOf = new Map<string, number>();
  for (const instrument of instruments)
    road.subscribe(marketSubject(instrument), (batch) => {
      const { candles } = batch as MarketBatch;
      for (const { timeframe, candle } of candles) {
        const at = candle.openAt + 60_000;
        if (timeframe === "1m" && !closes.has(at))
          closes.set(at, {
            since: performance.now(),
            close: { at, orders: 0, answered: 0, journaledMs: 0, answeredMs: 0 },
          });
      }
    });
  const hear = ({ events }: PortfolioNews): void => {
    for (const event of events)
      if (event.type === "OrderPlaced") {
        const found = closes.get(event.sent.at);
        if (found === undefined) continue;
        endOf.set(event.order, event.sent.at);
        found.close.orders += 1;
        found.close.journaledMs = performance.now() - found.since;
      } else if (event.type === "OrderAccepted" || event.type === "OrderClosed") {
        const found = closes.get(endOf.get(event.order) ?? -1);
        if (found === undefined) continue;
        endOf.delete(event.order);
        found.close.answered += 1;
        found.close.answeredMs = performance.now() - found.since;
      }
  };
  for (const portfolio of Object.keys(settings.portfolios))
    wire.subscribe("portfolio", portfolio, "changed", (news) => hear(news as PortfolioNews));
  /** The one that caused most orders. */
  const busiest = (): Close | undefined =>
    [...closes.values()].map(({ close }) => close).sort((a, b) => b.orders - a.orders)[0];
  return { busiest };
};
