/** What holds for outside signals on any candles, by both conventions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignals } from "../../../simulation/signals/read-signals.ts";
import { freqtradeFills, nextOpenFills } from "../../../simulation/signals/fills.ts";
import { directionOf, ENTER_LONG, ENTER_SHORT } from "../../../simulation/signals/signals.ts";
import { simulateSignals } from "../../../simulation/signals/simulate.ts";
import { fileOf, FRAME, type Row, type Settings, START } from "./scenario.ts";

const orNone = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 });

const rows: fc.Arbitrary<readonly Row[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: -3, max: 3 }),
      up: fc.integer({ min: 0, max: 8 }),
      down: fc.integer({ min: 0, max: 8 }),
      close: fc.integer({ min: -8, max: 8 }),
      signals: orNone(fc.subarray(["L", "l", "S", "s"]).map((each) => each.join(""))),
      entry: orNone(fc.integer({ min: -6, max: 6 })),
      exit: orNone(fc.integer({ min: -6, max: 6 })),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map((steps) => {
    let last = 100;
    return steps.map(({ gap, up, down, close, signals, entry, exit }): Row => {
      const open = Math.max(20, last + gap);
      const [high, low] = [open + up, open - down];
      last = Math.min(high, Math.max(low, open + close));
      if (signals === undefined) return [open, high, low, last];
      const prices = {
        ...(entry === undefined ? {} : { entry: last + entry }),
        ...(exit === undefined ? {} : { exit: last + exit }),
      };
      return [open, high, low, last, signals, prices];
    });
  });

const settings: fc.Arbitrary<Settings> = fc.record({
  stoploss: fc.constantFrom(-0.02, -0.05, -0.3, null),
  roi: fc.constantFrom({}, { "0": 0.03 }, { "0": 0.1, "10": 0.02, "22": -0.01, "40": -1 }),
  trailingStop: fc.boolean(),
  trailingStopPositive: fc.constant(0.01),
  trailingStopPositiveOffset: fc.constantFrom(0, 0.03),
  trailingOnlyOffsetIsReached: fc.boolean(),
  unfilledTimeoutMinutes: fc.constantFrom(0, 10, 60),
  adjustEntryPrice: fc.constantFrom(null, 98),
  leverage: fc.constantFrom(1, 3),
  feeBps: fc.constantFrom(0, 10),
});

describe.each([
  ["freqtrade", freqtradeFills],
  ["next-open", nextOpenFills],
] as const)("%s", (_name, fills) => {
  it("opens after a signal and closes inside of a candle, one trade at a time, without a future", () => {
    fc.assert(
      fc.property(rows, settings, fc.nat(), (candles, chosen, cut) => {
        const run = readSignals(fileOf(candles, chosen));
        const { trades, orders } = simulateSignals(run, fills);
        const row = (at: number): number => (at - START) / FRAME;
        trades.forEach(({ openAt, closeAt, openPrice, closePrice, side }, k) => {
          const [opens, closes] = [row(openAt), row(closeAt)];
          expect(opens).toBeGreaterThanOrEqual(1);
          expect(closes).toBeGreaterThanOrEqual(opens);
          const wanted = side === "long" ? 1 : -1;
          const signalled = run.signals.flags.slice(0, opens).some((flags) => directionOf(flags) === wanted);
          expect(signalled).toBe(true);
          const [, high, low] = candles[closes]!;
          expect(closePrice).toBeLessThanOrEqual(high);
          expect(closePrice).toBeGreaterThanOrEqual(low);
          expect(openPrice).toBeGreaterThan(0);
          if (k > 0) expect(openAt).toBeGreaterThanOrEqual(trades[k - 1]!.closeAt);
        });
        expect(orders.length).toBe(2 * trades.length);
        // What has ended before a candle does not depend on it, or on any later one.
        const first = 2 + (cut % (candles.length - 1));
        const known = simulateSignals(readSignals(fileOf(candles.slice(0, first), chosen)), fills);
        const ended = (trade: { closeAt: number }): boolean => row(trade.closeAt) < first - 1;
        expect(known.trades.filter(ended)).toEqual(trades.filter(ended));
      }),
      { numRuns: 150 },
    );
  });
});

it("knows which signals contradict each other", () => {
  for (let flags = 0; flags < 16; flags += 1) {
    const long = (flags & 1) > 0 && (flags & 2) === 0 && (flags & 4) === 0;
    const short = (flags & 4) > 0 && (flags & 8) === 0 && (flags & 1) === 0;
    expect(directionOf(flags)).toBe(long ? 1 : short ? -1 : 0);
  }
  expect([ENTER_LONG, ENTER_SHORT]).toEqual([1, 4]);
});
