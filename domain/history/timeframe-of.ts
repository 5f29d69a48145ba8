/** The timeframe that candles keep, from their stamps: the distance that most neighbours have. */
import { timeframes, type Timeframe } from "../market/candle.ts";
import type { CandleTable } from "./candle-table.ts";

/** Undefined for fewer than two candles, and when the commonest distance is no timeframe. */
export const timeframeOf = ({ at, length }: CandleTable): Timeframe | undefined => {
  const seen = new Map<number, number>();
  for (let row = 1; row < length; row += 1) {
    const distance = Math.abs(at[row]! - at[row - 1]!);
    seen.set(distance, (seen.get(distance) ?? 0) + 1);
  }
  const [commonest] = [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  return (Object.keys(timeframes) as Timeframe[]).find((frame) => timeframes[frame] === commonest);
};
