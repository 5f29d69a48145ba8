/** How often the equity is exchanged: half of all that was bought and sold, over the mean equity, in a year of 365 days. */
import { type Numbers, sumOf } from "./moments.ts";
import { over } from "./return-ratios.ts";

const YEAR_MS = 365 * 86_400_000;

/** Prices and quantities of closed trades; `equity` at equal steps from `from` to `to`, ms. NaN without equity or time. */
export const annualTurnover = (
  trades: readonly { readonly quantity: number; readonly openPrice: number; readonly closePrice: number }[],
  equity: Numbers,
  from: number,
  to: number,
): number => {
  const traded = sumOf(
    trades.map(({ quantity, openPrice, closePrice }) => quantity * (openPrice + closePrice)),
  );
  return over(over(traded / 2, sumOf(equity) / equity.length) * YEAR_MS, to - from);
};
