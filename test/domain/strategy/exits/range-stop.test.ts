import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadState, saveState } from "../../../../domain/indicators/state.ts";
import {
  RangeStop,
  readRangeStop,
  type RangeStopRule,
} from "../../../../domain/strategy/exits/range-stop.ts";
import { refused } from "../../../refused.ts";
import "../../../seed.ts";

/** A stop that has seen candles of a range of 4 around 100. */
const calm = (rule: RangeStopRule): RangeStop => {
  const stop = new RangeStop(rule);
  for (let k = 0; k <= rule.length; k += 1) stop.candle(102, 98, 100);
  return stop;
};

describe("stops by the average range", () => {
  it("atr stays where it was set", () => {
    const stop = calm({ kind: "atr", ranges: 2, length: 3 });
    expect(stop.level).toBeNaN();
    stop.opened(100, false);
    expect(stop.level).toBe(92);
    stop.candle(122, 118, 120);
    stop.follow(122);
    expect(stop.level).toBe(92);
    stop.ended();
    expect(stop.level).toBeNaN();
  });

  it("chandelier hangs from the highest high", () => {
    const stop = calm({ kind: "chandelier", ranges: 3, length: 3 });
    stop.opened(100, false);
    expect(stop.level).toBe(88);
    // True range 10: the average is (4 * 2 + 10) / 3 = 6, and 110 - 18 = 92.
    stop.candle(110, 106, 108);
    stop.follow(110);
    expect(stop.level).toBe(92);
    // A wider range would put it lower: it stays.
    stop.candle(110, 80, 90);
    stop.follow(110);
    expect(stop.level).toBe(92);
  });

  it("stands above a short, and hangs from the lowest low", () => {
    const atr = calm({ kind: "atr", ranges: 2, length: 3 });
    atr.opened(100, true);
    expect(atr.level).toBe(108);
    const hangs = calm({ kind: "chandelier", ranges: 3, length: 3 });
    hangs.opened(100, true);
    expect(hangs.level).toBe(112);
    // True range 10, the average 6: 90 + 18. A wider range would put it higher: it stays.
    hangs.candle(94, 90, 92);
    hangs.follow(90);
    expect(hangs.level).toBe(108);
    hangs.candle(120, 90, 110);
    hangs.follow(90);
    expect(hangs.level).toBe(108);
  });

  it("gets its level as soon as there is a range", () => {
    const stop = new RangeStop({ kind: "atr", ranges: 1, length: 2 });
    stop.candle(102, 98, 100);
    stop.opened(100, false);
    expect(stop.level).toBeNaN();
    stop.candle(102, 98, 100);
    stop.candle(102, 98, 100);
    stop.follow(102);
    expect(stop.level).toBe(98);
  });

  it("never loosens while a position stands, whatever the candles", () =>
    fc.assert(
      fc.property(
        fc.constantFrom("atr" as const, "chandelier" as const),
        fc.array(fc.tuple(fc.integer({ min: 50, max: 150 }), fc.integer({ min: 0, max: 40 })), {
          minLength: 5,
        }),
        (kind, candles) => {
          const stop = new RangeStop({ kind, ranges: 2, length: 3 });
          let before = Number.NaN;
          stop.opened(100, false);
          for (const [k, [low, span]] of candles.entries()) {
            stop.candle(low + span, low, low + span / 2);
            stop.follow(low + span);
            if (k % 3 === 2) stop.opened(low + span / 2, false);
            expect(stop.level < before).toBe(false);
            expect(Number.isNaN(stop.level) && !Number.isNaN(before)).toBe(false);
            before = stop.level;
            const again = new RangeStop({ kind, ranges: 2, length: 3 });
            loadState(again, JSON.parse(JSON.stringify(saveState(stop))), "saved");
            expect(again).toEqual(stop);
          }
        },
      ),
    ));

  it("is read from text", () => {
    expect(readRangeStop("atr:2", "s")).toEqual({ kind: "atr", ranges: 2, length: 14 });
    expect(readRangeStop("chandelier:3:10", "s")).toEqual({ kind: "chandelier", ranges: 3, length: 10 });
    for (const text of ["atr", "atr:", "atr:0", "percent:2", "atr:2:0", "atr:2:1.5", "atr:2:14:1"])
      expect(refused(() => readRangeStop(text, "s"))).toBe("s");
  });
});
