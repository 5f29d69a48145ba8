/**
 * After something of the raw stream was lost, or before its first trade, our own candles cannot be trusted: those that
 * were open then lack trades, and some may have closed unseen. Until a candle begins that has all its trades, the
 * venue's own candles are told instead, in order and none twice. What cannot be fetched now is fetched later.
 */
import { openOf, timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Timestamp } from "../../domain/values/values.ts";

/** Where another node had the symbol before, what closed in this market time may not have been told by it. */
const HANDED_OVER_MS = 600_000;
const FETCHED_MOST = 1_000;
/** Market time after which a venue that did not answer is asked again. */
const AGAIN_MS = 5_000;

type Fetch = (timeframe: Timeframe, since: Timestamp, limit: number) => Promise<readonly Candle[]>;

export class Gaps {
  /** Frames whose next candle is the venue's. */
  readonly #pending = new Set<Timeframe>();
  /** Open time of the last candle told; of each pending frame, up to which open candle the venue was asked. */
  readonly #told = new Map<Timeframe, number>();
  readonly #askedTo = new Map<Timeframe, number>();
  readonly #frames: readonly Timeframe[];
  /** The first trade heard since; Infinity before it. */
  #heardFrom = -1;
  #notBefore = 0;

  constructor(frames: readonly Timeframe[]) {
    this.#frames = frames;
  }

  get none(): boolean {
    return this.#pending.size === 0;
  }

  lost(): void {
    this.#heardFrom = Infinity;
    for (const frame of this.#frames) {
      this.#pending.add(frame);
      const asked = this.#askedTo.get(frame);
      if (asked !== undefined && !this.#told.has(frame)) this.#told.set(frame, asked - timeframes[frame]);
    }
    this.#askedTo.clear();
  }

  heard(at: Timestamp): void {
    if (this.#heardFrom === Infinity) this.#heardFrom = at;
  }

  /** Nobody waits for what closed before `at`: the stream begins here. */
  begin(at: Timestamp): void {
    for (const frame of this.#frames) this.#askedTo.set(frame, openOf(at, frame));
  }

  /** Everything that opened before was told by another node some time ago, the last of it perhaps not. */
  takeOver(at: Timestamp): void {
    for (const frame of this.#frames) {
      const span = timeframes[frame];
      this.#told.set(frame, openOf(at, frame) - (Math.ceil(HANDED_OVER_MS / span) + 1) * span);
    }
  }

  told({ timeframe, candle }: ClosedCandle): void {
    this.#told.set(timeframe, candle.openAt);
  }

  /** Nothing that opened before this is still to be told. */
  wholeBefore(timeframe: Timeframe, closedBefore: Timestamp): number {
    if (!this.#pending.has(timeframe)) return openOf(closedBefore, timeframe);
    return this.#askedTo.get(timeframe) ?? (this.#told.get(timeframe) ?? -Infinity) + timeframes[timeframe];
  }

  /** Those that may be told as they are. */
  whole(ours: readonly ClosedCandle[]): readonly ClosedCandle[] {
    return this.none ? ours : ours.filter(({ timeframe }) => !this.#pending.has(timeframe));
  }

  isDue(closedBefore: Timestamp): boolean {
    if (closedBefore < this.#notBefore) return false;
    for (const frame of this.#pending)
      if (openOf(closedBefore, frame) > (this.#askedTo.get(frame) ?? -1)) return true;
    return false;
  }

  /**
   * Candles to tell instead of those of ours: what ended by `closedBefore`. A frame whose venue does not answer is left
   * out whole, so that nothing is told over the hole; the error is told.
   */
  async mend(
    ours: readonly ClosedCandle[],
    closedBefore: Timestamp,
    fetch: Fetch,
    failed: (error: unknown) => void,
  ): Promise<readonly ClosedCandle[]> {
    const mended = [...this.whole(ours)];
    for (const timeframe of this.#frames) {
      const open = openOf(closedBefore, timeframe);
      if (!this.#pending.has(timeframe) || open <= (this.#askedTo.get(timeframe) ?? -1)) continue;
      const span = timeframes[timeframe];
      const since = Math.max(
        (this.#told.get(timeframe) ?? (this.#askedTo.get(timeframe) ?? open) - span) + span,
        0,
      );
      // None when a batch tells an older time than the candles already told: nothing is missing then.
      const wanted = Math.min(FETCHED_MOST, (open - since) / span + 1);
      try {
        const found = wanted < 1 ? [] : await fetch(timeframe, since as Timestamp, wanted);
        const whole = new Map<number, Candle>();
        for (const candle of found)
          if (candle.volume > 0 && candle.openAt >= since && candle.openAt + span <= closedBefore)
            whole.set(candle.openAt, { ...candle, final: true });
        for (const { candle, timeframe: frame } of ours) {
          if (frame !== timeframe || whole.has(candle.openAt)) continue;
          // It lacks trades, and that it had some says that the venue has not told all: never a part for the whole.
          if (candle.openAt <= this.#heardFrom) throw new Error(`no ${frame} candle of ${candle.openAt} yet`);
          whole.set(candle.openAt, candle);
        }
        for (const [, candle] of [...whole].sort(([a], [b]) => a - b)) mended.push({ timeframe, candle });
      } catch (error) {
        this.#notBefore = closedBefore + AGAIN_MS;
        failed(error);
        continue;
      }
      this.#askedTo.set(timeframe, open);
      if (open > this.#heardFrom) this.#pending.delete(timeframe);
    }
    return mended.sort((a, b) => endOf(a) - endOf(b) || timeframes[a.timeframe] - timeframes[b.timeframe]);
  }
}

const endOf = ({ timeframe, candle }: ClosedCandle): number => candle.openAt + timeframes[timeframe];
