/** What a model tells a running strategy that it guides. One that was told before, or is older than the newest, changes nothing. */
import { Failure } from "../../contracts/failure.ts";
import type { Told } from "../../contracts/strategy.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Trader } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Timestamp } from "../../domain/values/values.ts";

/** Clocks differ; a time that is further ahead is one in another unit. */
const AHEAD_MS = 60_000;

interface Guided {
  readonly trader: Trader;
  readonly market: readonly Instrument[];
  readonly now: Timestamp;
  readonly save: () => Promise<void>;
}

/** All of them, or none: throws `Invalid` naming the field, or a `Failure` where no model guides the strategy. */
export const predicted = async (
  { trader, market, now, save }: Guided,
  told: readonly Told[],
): Promise<{ readonly taken: number; readonly known: number }> => {
  if (trader.predicted === undefined)
    throw new Failure(
      "Unguided",
      "no model guides this strategy: give it a guide in the configuration",
      409,
      "UNGUIDED",
      false,
    );
  const symbols = new Set<string>(market.map(({ symbol }) => symbol));
  for (const [k, { symbol, at }] of told.entries()) {
    if (!symbols.has(symbol))
      throw new Invalid(`predictions.${k}.symbol`, `one of ${[...symbols].join(", ")}`, symbol);
    if (at !== undefined && at > now + AHEAD_MS)
      throw new Invalid(`predictions.${k}.at`, `a time in ms, not after the market's of ${now}`, at);
  }
  let taken = 0;
  for (const { symbol, at = now, score, confidence } of told)
    if (trader.predicted(symbol, { at, score, confidence })) taken += 1;
  if (taken > 0) await save();
  return { taken, known: told.length - taken };
};
