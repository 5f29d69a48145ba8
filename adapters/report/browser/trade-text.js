/** One trade in words, for the readout below the price and the rows of the table. */
import { duration, fixed, percent, price, time } from "./theme.js";

/**
 * @param {import("../chart-data.ts").ChartData} data
 * @param {number} i
 */
export const tradeText = ({ trades, quote, places }, i) => {
  const tag = trades.tags[trades.tag[i]];
  return {
    pair: trades.pairs[trades.pair[i]],
    side: trades.short[i] === 1 ? "short" : "long",
    tag: tag === "" ? "none" : tag,
    opened: time(trades.openAt[i]),
    closed: time(trades.closeAt[i]),
    held: duration(trades.closeAt[i] - trades.openAt[i]),
    openPrice: price(trades.openPrice[i]),
    closePrice: price(trades.closePrice[i]),
    quantity: price(trades.quantity[i]),
    profit: fixed(trades.profit[i], places),
    quote,
    ratio: percent(trades.profitRatio[i]),
    reason: trades.exitReasons[trades.exitReason[i]] || "none",
  };
};

/** @param {import("../chart-data.ts").ChartData} data @param {number} i */
export const tradeLine = (data, i) => {
  const t = tradeText(data, i);
  return (
    `#${i + 1} ${t.side} ${t.opened} at ${t.openPrice}, ${t.closed} at ${t.closePrice}, held ${t.held}: ` +
    `${t.profit} ${t.quote} (${t.ratio}), ${t.reason}`
  );
};
