/** A folder of history kept by a policy: what of each file is past its time is cut off at its beginning, a file that is all past it goes. */
import { rmSync } from "node:fs";
import type { Kept, Retention } from "../../domain/history/retention.ts";

/** One file of history, and what of it would go. */
export interface Cut {
  readonly path: string;
  readonly timeframe: Kept;
  /** Rows past their time, and all of the file. */
  readonly rows: number;
  readonly of: number;
  /** First and last time of what would go, ms. */
  readonly from: number;
  readonly to: number;
  carryOut(): Promise<void>;
}

/** `now`: ms. Timeframes without a rule are kept. Throws `Invalid` for a file that cannot be read. */
export const cutsOf = async (dir: string, retention: Retention, now: number): Promise<readonly Cut[]> => {
  const [
    { candleFiles, readCandles },
    { writeCandles },
    { tradeFiles, readTrades, writeTrades },
    { Invalid },
  ] = await Promise.all([
    import("../../adapters/history/candle-file.ts"),
    import("../../adapters/history/write-candles.ts"),
    import("../../adapters/history/trade-file.ts"),
    import("../../domain/values/invalid.ts"),
  ]);
  const { isExpired } = await import("../../domain/history/retention.ts");
  const orNone = <T>(find: () => readonly T[]): readonly T[] => {
    try {
      return find();
    } catch (error) {
      if (error instanceof Invalid && error.field === "none of these") return [];
      throw error;
    }
  };
  const cuts: Cut[] = [];
  const consider = (
    file: { readonly path: string; readonly timeframe: Kept },
    table: { readonly length: number; readonly at: Float64Array },
    keep: (start: number) => Promise<void>,
  ): void => {
    let rows = 0;
    while (rows < table.length && isExpired({ ...file, to: table.at[rows]! }, retention, now)) rows += 1;
    if (rows === 0) return;
    const carryOut = async (): Promise<void> => {
      if (rows < table.length) await keep(rows);
      else rmSync(file.path);
    };
    cuts.push({ ...file, rows, of: table.length, from: table.at[0]!, to: table.at[rows - 1]!, carryOut });
  };
  for (const { path, timeframe } of orNone(() => candleFiles(dir, "none of these"))) {
    if (!path.endsWith(".csv.gz") || !retention.has(timeframe)) continue;
    const { candles } = await readCandles(path, { timeframe });
    consider({ path, timeframe }, candles, (start) =>
      writeCandles(candles.rows(start, candles.length), { path, format: "csv.gz", timeframe, force: true }),
    );
  }
  for (const { path } of retention.has("trades") ? orNone(() => tradeFiles(dir, "none of these")) : []) {
    const { trades } = await readTrades(path);
    consider({ path, timeframe: "trades" }, trades, (start) =>
      writeTrades(trades.rows(start, trades.length), path, true),
    );
  }
  return cuts;
};
