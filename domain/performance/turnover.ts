/** How often the equity is exchanged: half of all that was bought and sold, over the mean equity, in a year of 365 days. */
import { type Numbers, sumOf } from "./moments.ts";
import { over } from "./return-ratios.ts";

const YEAR_MS = 365 * 86_400_000;

interface Traded {
  readonly quantity: number;
  readonly openPrice: number;
  readonly closePrice: number;
  /** Of inverse contracts: what one is worth at any price. */
  readonly contractSize?: number;
}

/** What so much was worth at a price: quote, and coins of inverse contracts. */
export const worthAt = (
  { quantity, contractSize }: Pick<Traded, "quantity" | "contractSize">,
  price: number,
): number => (contractSize === undefined ? quantity * price : (quantity * contractSize) / price);

/** Prices and quantities of closed trades; `equity` at equal steps from `from` to `to`, ms. NaN without equity or time. */
export const annualTurnover = (
  trades: readonly Traded[],
  equity: Numbers,
  from: number,
  to: number,
): number => {
  const traded = sumOf(
    trades.map((trade) => worthAt(trade, trade.openPrice) + worthAt(trade, trade.closePrice)),
  );
  return over(over(traded / 2, sumOf(equity) / equity.length) * YEAR_MS, to - from);
};
