/** Candles in memory and from the venue make one history, and the venue is asked once for many who warm up. */
import { describe, expect, it } from "vitest";
import { CandleMemory } from "../../actors/symbol/memory.ts";
import type { Candle } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

const MINUTE = 60_000;
const candle = (minute: number, volume = 1): Candle => ({
  openAt: (minute * MINUTE) as Timestamp,
  open: minute,
  high: minute,
  low: minute,
  close: minute,
  volume,
  trades: 1,
  final: true,
});
const minutes = (candles: readonly Candle[]): number[] => candles.map(({ openAt }) => openAt / MINUTE);

/** A venue that has minutes 0 to 999, quiet in every tenth, asked at minute 1,000 and a bit. */
const asked = () => {
  const memory = new CandleMemory();
  const asks: number[] = [];
  memory.onMissing(
    (_frame, since, limit) => {
      asks.push(limit);
      const first = Math.ceil(since / MINUTE);
      return Promise.resolve(
        Array.from({ length: Math.min(limit, 1_001 - first) }, (_, k) =>
          candle(first + k, (first + k) % 10 === 0 ? 0 : 1),
        ),
      );
    },
    () => (1_000 * MINUTE + 5) as Timestamp,
  );
  return { memory, asks };
};

describe("candle memory", () => {
  it("takes the newest closed candles of the venue, without quiet minutes and without the open one", async () => {
    const { memory } = asked();
    expect(minutes(await memory.history("1m", 3))).toEqual([997, 998, 999]);
    expect(minutes(await memory.history("1m", 11))).toEqual([
      988, 989, 991, 992, 993, 994, 995, 996, 997, 998, 999,
    ]);
  });

  it("asks once for many who want the same, and joins what was built since", async () => {
    const { memory, asks } = asked();
    await memory.history("1m", 100);
    memory.keep("1m", candle(1_000));
    for (let n = 0; n < 50; n += 1) await memory.history("1m", 100);
    expect(minutes(await memory.history("1m", 2))).toEqual([999, 1_000]);
    expect(asks.length).toBe(1);
  });

  it("resumes after the candle that was seen last, from memory or from the venue", async () => {
    const { memory, asks } = asked();
    expect(minutes(await memory.history("1m", 1_000, 995 * MINUTE))).toEqual([996, 997, 998, 999]);
    memory.keep("1m", candle(1_000));
    memory.keep("1m", candle(1_001));
    expect(minutes(await memory.history("1m", 1_000, 999 * MINUTE))).toEqual([1_000, 1_001]);
    expect(asks.length).toBe(1);
    expect(minutes(await memory.history("1m", 1_000, 996 * MINUTE, 999 * MINUTE))).toEqual([997, 998]);
    expect(minutes(await memory.history("1m", 1_000, 990 * MINUTE))).toEqual([
      991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000, 1_001,
    ]);
  });

  it("forgets the oldest and can fetch them again", async () => {
    const { memory } = asked();
    for (let minute = 1_001; minute <= 5_100; minute += 1) memory.keep("1m", candle(minute));
    expect(minutes(await memory.history("1m", 2))).toEqual([5_099, 5_100]);
    expect((await memory.history("1m", 5_000)).length).toBeLessThanOrEqual(5_000);
  });
});
