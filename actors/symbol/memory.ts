/**
 * The newest final candles of one instrument in memory, and the older ones from the venue when somebody warms up.
 * A minute without trades has no candle, here as in the stream, so the venue's empty ones are left out.
 */
import { openOf, timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

const KEPT = 2_000;

type Fetch = (timeframe: Timeframe, since: Timestamp, limit: number) => Promise<readonly Candle[]>;

export class CandleMemory {
  readonly #kept = new Map<Timeframe, Candle[]>();
  #fetch: Fetch = () => Promise.resolve([]);
  #now: () => Timestamp = () => 0 as Timestamp;

  /** Where older candles come from, and what time the market has. */
  onMissing(fetch: Fetch, now: () => Timestamp): void {
    this.#fetch = fetch;
    this.#now = now;
  }

  keep(timeframe: Timeframe, candle: Candle): void {
    const kept = this.#kept.get(timeframe) ?? [];
    this.#kept.set(timeframe, kept);
    kept.push(candle);
    if (kept.length > 2 * KEPT) kept.splice(0, kept.length - KEPT);
  }

  /** The newest `limit` final candles that open after `after`, oldest first. */
  async history(timeframe: Timeframe, limit: number, after = -1): Promise<readonly Candle[]> {
    if (limit === 0) return [];
    const kept = this.#kept.get(timeframe) ?? [];
    const oldest = kept[0];
    if (kept.length >= limit || (oldest !== undefined && oldest.openAt <= after))
      return kept.filter(({ openAt }) => openAt > after).slice(-limit);
    const span = timeframes[timeframe];
    const now = this.#now();
    // Twice as far back as wanted: quiet minutes have no candle.
    const since = Math.max(0, after + 1, openOf(now, timeframe) - 2 * limit * span) as Timestamp;
    const told = await this.#fetch(timeframe, since, Math.min(1_000, 2 * limit + 1));
    const before = told.filter(
      ({ openAt, volume }) =>
        volume > 0 &&
        openAt > after &&
        openAt + span <= now &&
        (oldest === undefined || openAt < oldest.openAt),
    );
    return [...before, ...(this.#kept.get(timeframe) ?? []).filter(({ openAt }) => openAt > after)].slice(
      -limit,
    );
  }
}
