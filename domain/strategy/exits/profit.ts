/**
 * What a position earned over what was put into it, after fees on both sides, times its leverage; and the price at which it
 * would. The definitions are freqtrade's documented ones: fees are part of the values bought and sold, ratios have 8 decimals.
 */

const DECIMALS = 1e8;

export interface Terms {
  readonly short: boolean;
  /** From 1. */
  readonly leverage: number;
  /** Of each side, as a ratio: 0.001 is 10 basis points. */
  readonly fee: number;
}

/** Long: received over paid, less 1. Short: 1 less paid over received. */
export const profitRatio = (
  { short, leverage, fee }: Terms,
  openPrice: number,
  closePrice: number,
): number => {
  const ratio = short
    ? 1 - (closePrice * (1 + fee)) / (openPrice * (1 - fee))
    : (closePrice * (1 - fee)) / (openPrice * (1 + fee)) - 1;
  return rounded(ratio * leverage);
};

/**
 * Where the profit is `ratio` of the bare stake, the fees being earned on top. With fees the profit ratio there is a little
 * below `ratio`, as it is taken over the stake with its fee.
 */
export const priceOfProfit = ({ short, leverage, fee }: Terms, openPrice: number, ratio: number): number =>
  short
    ? (openPrice * (1 - fee - ratio / leverage)) / (1 + fee)
    : (openPrice * (1 + fee + ratio / leverage)) / (1 - fee);

const rounded = (ratio: number): number => Math.round(ratio * DECIMALS) / DECIMALS;
