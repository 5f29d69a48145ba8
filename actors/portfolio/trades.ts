/** The newest fills of a portfolio, read from its journal: what traded at the venue, what it liquidated, and what crossed inside. */
import type { Journal } from "../../adapters/journal/journal.ts";
import type { TradeRow } from "../../contracts/portfolio.ts";
import { LIQUIDATION_TAG } from "../../domain/portfolio/contract-events.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { upcast, type Schema } from "../../domain/values/upcast.ts";

/** At most `limit`, newest last. Reads as far back as needed, in steps. */
export const tradesOf = async (
  journal: Journal,
  schema: Schema,
  stream: string,
  last: number,
  limit: number,
): Promise<readonly TradeRow[]> => {
  for (let back = 4 * limit + 100; ; back *= 4) {
    const after = Math.max(0, last - back);
    const rows: TradeRow[] = [];
    for await (const entry of journal.read(stream, after))
      for (const { events } of upcast(schema, entry))
        for (const event of events) rows.push(...rowsOf(event as PortfolioEvent));
    if (rows.length >= limit || after === 0) return rows.slice(-limit);
  }
};

const rowsOf = (event: PortfolioEvent): readonly TradeRow[] => {
  if (event.type === "OrderFilled") {
    const { fill, strategy, tag } = event;
    const { at, instrument, side, quantity, price, fee, feeAsset, liquidity, tradeId, order } = fill;
    return [
      { at, strategy, instrument, side, quantity, price, fee, feeAsset, liquidity, tag, order, tradeId },
    ];
  }
  if (event.type === "Liquidated") {
    const { at, instrument, side, price, feeAsset, liquidity, tradeId, order } = event.fill;
    return event.shares.map(({ strategy, quantity, fee }) => {
      const paid = { quantity, price, fee, feeAsset, liquidity, tag: LIQUIDATION_TAG, order, tradeId };
      return { at, strategy, instrument, side, ...paid };
    });
  }
  if (event.type !== "Crossed") return [];
  const { at, instrument, quantity, price } = event;
  return (["buy", "sell"] as const).map((side) => {
    const { strategy, tag, order } = event[side];
    const tradeId = `${event.buy.order}x${event.sell.order}`;
    return {
      at,
      strategy,
      instrument,
      side,
      quantity,
      price,
      fee: 0n,
      feeAsset: "",
      liquidity: "crossed",
      tag,
      order,
      tradeId,
    };
  });
};
