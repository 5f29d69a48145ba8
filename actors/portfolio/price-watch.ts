/**
 * Prices for the stops that a portfolio keeps itself: of their instruments alone the market road is heard, and only a trade that reaches
 * one is told. One at a time an instrument: while it is decided the next ones need not be.
 */
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import type { Reach, SeePrice } from "../../domain/portfolio/seen-prices.ts";
import { fromFloat, type InstrumentId, type Price } from "../../domain/values/values.ts";
import type { Road } from "../ports.ts";

interface Lane {
  reach: Reach;
  busy: boolean;
  readonly end: () => void;
}

export const priceWatch = (road: Pick<Road, "subscribe">, tell: (seen: SeePrice) => Promise<unknown>) => {
  const lanes = new Map<InstrumentId, Lane>();

  const hear = (instrument: InstrumentId, { trades, at }: MarketBatch): void => {
    const lane = lanes.get(instrument);
    if (lane === undefined || lane.busy) return;
    const { below, above } = lane.reach;
    for (const { price } of trades) {
      if (price > below && price < above) continue;
      lane.busy = true;
      // Lost or full: the next trade that reaches it is told.
      tell({ type: "SeePrice", instrument, last: fromFloat(price) as Price, at })
        .catch(() => undefined)
        .finally(() => (lane.busy = false));
      return;
    }
  };

  return {
    /** What is kept from now on. */
    look(reaches: ReadonlyMap<InstrumentId, Reach>): void {
      for (const [instrument, { end }] of lanes)
        if (!reaches.has(instrument)) {
          end();
          lanes.delete(instrument);
        }
      for (const [instrument, reach] of reaches) {
        const lane = lanes.get(instrument);
        if (lane !== undefined) lane.reach = reach;
        else {
          const end = road.subscribe(marketSubject(instrument), (batch) =>
            hear(instrument, batch as MarketBatch),
          );
          lanes.set(instrument, { reach, busy: false, end });
        }
      }
    },
    stop(): void {
      for (const { end } of lanes.values()) end();
      lanes.clear();
    },
  };
};
