/**
 * How long a candle's close takes to become orders: from the moment at which the candle is told on the road to the
 * last order it caused being journaled, and to the last one answered by the venue. Wall ms, by the candle's end.
 */
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import type { PortfolioNews } from "../../contracts/portfolio.ts";
import type { Engine } from "../../nodes/engine.ts";

export interface Close {
  readonly at: number;
  /** Strategies that acted, and their orders that went to the venue; the rest met inside. */
  proposals: number;
  orders: number;
  answered: number;
  /** Since the first candle that ended then. */
  journaledMs: number;
  answeredMs: number;
  /** Of that, what this thread worked: on a busy machine the rest is waiting for a core. */
  journaledCpuMs: number;
  answeredCpuMs: number;
}

/** Both clocks, ms. */
const now = (): { readonly wall: number; readonly cpu: number } => {
  const { user, system } = process.threadCpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1_000 };
};

export const watchClose = ({ road, wire, instruments, settings }: Engine) => {
  const closes = new Map<number, { since: ReturnType<typeof now>; close: Close }>();
  let approved = 0;
  const endOf = new Map<string, number>();
  for (const instrument of instruments)
    road.subscribe(marketSubject(instrument), (batch) => {
      const { candles } = batch as MarketBatch;
      for (const { timeframe, candle } of candles) {
        const at = candle.openAt + 60_000;
        if (timeframe === "1m" && !closes.has(at))
          closes.set(at, {
            since: now(),
            close: {
              at,
              proposals: 0,
              orders: 0,
              answered: 0,
              journaledMs: 0,
              answeredMs: 0,
              journaledCpuMs: 0,
              answeredCpuMs: 0,
            },
          });
      }
    });
  const journaled = ({ since, close }: { since: ReturnType<typeof now>; close: Close }): void => {
    const { wall, cpu } = now();
    close.journaledMs = wall - since.wall;
    close.journaledCpuMs = cpu - since.cpu;
  };
  const hear = ({ events }: PortfolioNews): void => {
    for (const event of events)
      if (event.type === "OrderApproved") approved += 1;
      else if (event.type === "Proposed") {
        const found = closes.get(event.at);
        if (found === undefined) continue;
        found.close.proposals += 1;
        journaled(found);
      } else if (event.type === "OrderPlaced") {
        const found = closes.get(event.sent.at);
        if (found === undefined) continue;
        endOf.set(event.order, event.sent.at);
        found.close.orders += 1;
        journaled(found);
      } else if (event.type === "OrderAccepted" || event.type === "OrderClosed") {
        const found = closes.get(endOf.get(event.order) ?? -1);
        if (found === undefined) continue;
        endOf.delete(event.order);
        found.close.answered += 1;
        const { wall, cpu } = now();
        found.close.answeredMs = wall - found.since.wall;
        found.close.answeredCpuMs = cpu - found.since.cpu;
      }
  };
  for (const portfolio of Object.keys(settings.portfolios))
    wire.subscribe("portfolio", portfolio, "changed", (news) => hear(news as PortfolioNews));
  const all = (): readonly Close[] => [...closes.values()].map(({ close }) => close);
  return { all, approved: () => approved };
};
