/** After a loss the venue's candles are told, and never a part of one of ours for the whole. */
import { describe, expect, it } from "vitest";
import { Gaps } from "../../actors/symbol/gaps.ts";
import type { Candle } from "../../domain/market/candle.ts";
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Timestamp } from "../../domain/values/values.ts";

const MINUTE = 60_000;
const time = (minutes: number): Timestamp => (1_700_000_040_000 + minutes * MINUTE) as Timestamp;
const candle = (minute: number, volume: number): Candle => ({
  openAt: time(minute),
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume,
  trades: 1,
  final: true,
});
const ours = (minute: number, volume: number): ClosedCandle => ({
  timeframe: "1m",
  candle: candle(minute, volume),
});
const volumes = (told: readonly ClosedCandle[]): readonly (readonly [number, number])[] =>
  told.map(({ candle: { openAt, volume } }) => [(openAt - time(0)) / MINUTE, volume]);

describe("gaps", () => {
  /** Told up to minute 0, then a loss in minute 1, and the next trade heard in its middle. */
  const lostInMinuteOne = (): Gaps => {
    const gaps = new Gaps(["1m"]);
    gaps.begin(time(0));
    gaps.told(ours(0, 5));
    gaps.lost();
    gaps.heard((time(1) + 30_000) as Timestamp);
    return gaps;
  };
  const errors: unknown[] = [];
  const failed = (error: unknown): void => void errors.push(error);

  it("tell the venue's candle in place of ours", async () => {
    const gaps = lostInMinuteOne();
    const told = await gaps.mend([ours(1, 2)], time(2), () => Promise.resolve([candle(1, 7)]), failed);
    expect(volumes(told)).toEqual([[1, 7]]);
    expect(gaps.none).toBe(true);
  });

  it("do not tell ours when the venue's answer lacks it, and ask again", async () => {
    const gaps = lostInMinuteOne();
    errors.length = 0;
    expect(await gaps.mend([ours(1, 2)], time(2), () => Promise.resolve([]), failed)).toEqual([]);
    expect(String(errors)).toMatch(/no 1m candle of \d+ yet/);
    expect(gaps.none).toBe(false);
    expect(gaps.isDue((time(2) + 1_000) as Timestamp)).toBe(false);
    const later = (time(2) + 5_000) as Timestamp;
    expect(gaps.isDue(later)).toBe(true);
    const told = await gaps.mend([], later, () => Promise.resolve([candle(1, 7)]), failed);
    expect(volumes(told)).toEqual([[1, 7]]);
  });

  it("trust one of ours that began after the first trade heard, also when the venue is late with it", async () => {
    const gaps = lostInMinuteOne();
    const venue = (): Promise<readonly Candle[]> => Promise.resolve([candle(1, 7)]);
    const told = await gaps.mend([ours(1, 2), ours(2, 9)], time(3), venue, failed);
    expect(volumes(told)).toEqual([
      [1, 7],
      [2, 9],
    ]);
  });
});
