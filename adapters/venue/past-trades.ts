/** A venue's trades of the past as columns, for the history. */
import { sides, TradeTable } from "../../domain/history/trade-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { UnifiedTrade } from "./ccxt-words.ts";
import { positive } from "./mapping.ts";

/** As recorded, in time: what the venue does not tell stays empty. Throws `Invalid` for what no trade can be. */
export const tradeTableOf = (trades: readonly UnifiedTrade[]): TradeTable => {
  const table = new TradeTable(Math.max(1, trades.length));
  for (const trade of trades.toSorted((a, b) => (a.timestamp ?? NaN) - (b.timestamp ?? NaN))) {
    const { timestamp: at, symbol, price, amount, side } = trade;
    if (at === undefined || !(at > 0)) throw new Invalid(`${symbol} trade time`, "a time in ms", at);
    const id = Number(trade.id ?? 0);
    table.push(
      at,
      positive(price, `${symbol} trade price`),
      positive(amount, `${symbol} trade quantity`),
      side === undefined ? 0 : sides.indexOf(side),
      Number.isSafeInteger(id) && id > 0 ? id : 0,
    );
  }
  return table;
};
