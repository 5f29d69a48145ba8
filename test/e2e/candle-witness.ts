/** Whether restless strategies that keep what they see were told every candle once, and the venue's: the mistakes, in words. */
import type { StrategyView } from "../../contracts/strategy.ts";
import type { Seen } from "./strategies/restless.ts";

const MINUTE = 60_000;

/** `views` must have been asked before this is called: whatever has been told had ended by then. */
export const candleProblems = async (
  views: readonly (StrategyView & { readonly id: string })[],
  {
    url,
    symbols,
    least,
  }: { readonly url: string; readonly symbols: readonly string[]; readonly least: number },
): Promise<readonly string[]> => {
  const venue = new Map<string, Map<number, Seen>>();
  for (const symbol of symbols) {
    const klines = `${url}/api/v3/klines?symbol=${symbol.replace("/", "")}&interval=1m&limit=500`;
    const rows = (await (await fetch(klines)).json()) as (string | number)[][];
    venue.set(
      `sandbox:${symbol}`,
      new Map(rows.map((row) => [Number(row[0]), row.slice(0, 6).map(Number) as unknown as Seen])),
    );
  }
  const problems: string[] = [];
  for (const { id, instruments, state } of views) {
    const { told, seen } = state as unknown as { told: number; seen: Seen[][] };
    const candles = seen[0]!;
    const klines = venue.get(instruments[0]!)!;
    if (told !== candles.length || told < least) problems.push(`${id}: ${told} told, ${candles.length} kept`);
    candles.forEach((candle, n) => {
      const at = new Date(candle[0]).toISOString();
      if (n > 0 && candle[0] !== candles[n - 1]![0] + MINUTE) problems.push(`${id}: ${at} does not follow`);
      const kline = klines.get(candle[0]);
      if (String(kline) !== String(candle))
        problems.push(`${id}: ${at} ${String(candle)} is ${String(kline)} at the venue`);
    });
  }
  return problems;
};
