/** The formulas of sizing, each alone: factors of equity in doubles, NaN where too little is known. */

/** What may be lost over what is lost at the stop, both of equity: risk / stop. */
export const fixedFraction = (risk: number, stop: number): number => (stop > 0 ? risk / stop : NaN);

/** quantity = equity * risk / (ranges * ATR), as a fraction of equity: risk * price / (ranges * ATR). */
export const rangeFraction = (risk: number, ranges: number, averageRange: number, price: number): number =>
  averageRange > 0 ? (risk * price) / (ranges * averageRange) : NaN;

/** Target over measured deviation, both of a year: `deviation` is one bar's, and a year has `barsPerYear`. */
export const volatilityFraction = (target: number, deviation: number, barsPerYear: number): number =>
  deviation > 0 ? target / (deviation * Math.sqrt(barsPerYear)) : NaN;

/**
 * Kelly (1956) of closed trades: W - (1 - W) / R, with W the share of wins and R the mean win over the mean loss. Below 0: do not
 * bet. Without losses it is W, without wins 0.
 */
export const kellyOfTrades = (ratios: readonly number[]): number => {
  let [wins, won, losses, lost] = [0, 0, 0, 0];
  for (const ratio of ratios) {
    if (ratio > 0) {
      wins += 1;
      won += ratio;
    } else if (ratio < 0) {
      losses += 1;
      lost -= ratio;
    }
  }
  if (wins + losses === 0) return NaN;
  if (wins === 0) return 0;
  const share = wins / (wins + losses);
  if (losses === 0) return share;
  return Math.max(0, share - (1 - share) / (won / wins / (lost / losses)));
};

/** Of returns: mean over variance (over n), the growth-optimal fraction of a Gaussian asset (Thorp 2006); never below 0. */
export const kellyOfReturns = (returns: Float64Array): number => {
  const count = returns.length;
  let mean = 0;
  for (const value of returns) mean += value / count;
  let variance = 0;
  for (const value of returns) variance += (value - mean) ** 2 / count;
  return variance > 0 ? Math.max(0, mean / variance) : NaN;
};
