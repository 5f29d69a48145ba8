/**
 * When a rule over several timeframes is looked at: once for each moment at which candles close, behind the coarsest of them, so that all
 * that closes together is answered together (finer candles are told first). A candle told behind a later one, as after a gap, is known from
 * the next close on.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import { openOf, timeframes } from "../market/candle.ts";
import type { Timestamp } from "../values/values.ts";
import { readNumber } from "../values/read.ts";

export class Closes {
  private readonly wanted: readonly Timeframe[];
  /** When the newest candle closed that was told. */
  private until = 0;

  constructor(wanted: Iterable<Timeframe>) {
    this.wanted = [...wanted];
  }

  /** Whether this candle is the last that closes at its moment. */
  isLast({ openAt }: Pick<Candle, "openAt">, timeframe: Timeframe): boolean {
    const span = timeframes[timeframe];
    const at = openAt + span;
    if (at < this.until) return false;
    this.until = at;
    const { wanted } = this;
    for (let k = 0; k < wanted.length; k += 1)
      if (timeframes[wanted[k]!] > span && closesAt(at, wanted[k]!)) return false;
    return true;
  }

  save(): unknown {
    return this.until;
  }

  /** Nothing where it was saved before there was such a thing. */
  load(saved: unknown, field: string): void {
    this.until = saved === undefined ? 0 : readNumber(saved, field);
  }
}

/** Whether a candle of the timeframe may close at this moment, ms. */
export const closesAt = (at: number, timeframe: Timeframe): boolean =>
  openOf(at as Timestamp, timeframe) === at;
