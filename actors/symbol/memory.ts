/**
 * The newest final candles of one instrument in memory, and the older ones from the venue when somebody warms up.
 * A minute without trades has no candle, here as in the stream, so the venue's empty ones are left out.
 */
import { openOf, timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

const KEPT = 2_000;
/** What the exchange actor answers at most. */
const FETCHED_MOST = 5_000;

type Fetch = (timeframe: Timeframe, since: Timestamp, limit: number) => Promise<readonly Candle[]>;

/** Asked for at once when anything is asked: many strategies warm up on one instrument. */
const FETCHED_LEAST = 200;

/** Candles of one timeframe, oldest first, without a hole between them but for quiet times. */
interface Kept {
  candles: Candle[];
  /** The venue has been asked for everything that opens from here on. */
  askedFrom: number;
}

export class CandleMemory {
  readonly #kept = new Map<Timeframe, Kept>();
  #fetch: Fetch = () => Promise.resolve([]);
  #now: () => Timestamp = () => 0 as Timestamp;

  /** Where older candles come from, and what time the market has. */
  onMissing(fetch: Fetch, now: () => Timestamp): void {
    this.#fetch = fetch;
    this.#now = now;
  }

  keep(timeframe: Timeframe, candle: Candle): void {
    const kept = this.#of(timeframe);
    if (candle.openAt <= (kept.candles.at(-1)?.openAt ?? -1)) return;
    kept.candles.push(candle);
    if (kept.candles.length <= 2 * KEPT) return;
    kept.candles.splice(0, kept.candles.length - KEPT);
    kept.askedFrom = kept.candles[0]!.openAt;
  }

  /** The newest `limit` final candles that open after `after` and before `before`, oldest first. */
  async history(
    timeframe: Timeframe,
    limit: number,
    after = -1,
    before = Infinity,
  ): Promise<readonly Candle[]> {
    if (limit === 0) return [];
    const kept = this.#of(timeframe);
    const enough = (): boolean =>
      kept.candles.length >= limit ||
      kept.askedFrom <= after + 1 ||
      (kept.candles[0]?.openAt ?? Infinity) <= after;
    if (!enough()) await this.#fetchOlder(timeframe, kept, limit, after);
    return kept.candles.filter(({ openAt }) => openAt > after && openAt < before).slice(-limit);
  }

  async #fetchOlder(timeframe: Timeframe, kept: Kept, limit: number, after: number): Promise<void> {
    const span = timeframes[timeframe];
    const now = this.#now();
    // Twice as far back as wanted: quiet minutes have no candle.
    const back = Math.min(2 * Math.max(limit, FETCHED_LEAST), FETCHED_MOST - 1);
    const since = Math.max(0, after + 1, openOf(now, timeframe) - back * span) as Timestamp;
    if (since >= kept.askedFrom) return;
    const told = await this.#fetch(timeframe, since, back + 1);
    const oldest = kept.candles[0]?.openAt ?? Infinity;
    const before = told.filter(({ openAt, volume }) => volume > 0 && openAt + span <= now && openAt < oldest);
    kept.candles.unshift(...before);
    kept.askedFrom = since;
  }

  #of(timeframe: Timeframe): Kept {
    let kept = this.#kept.get(timeframe);
    if (kept === undefined) this.#kept.set(timeframe, (kept = { candles: [], askedFrom: Infinity }));
    return kept;
  }
}
