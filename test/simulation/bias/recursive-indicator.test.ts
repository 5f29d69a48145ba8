/** Where a calculation begins: windows forget, averages fade by their weight, sums never agree. */
import { describe, expect, it } from "vitest";
import { catalogue } from "../../../domain/indicators/catalogue.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { judgedCandles, recursiveIndicator } from "../../../simulation/bias/recursive-indicator.ts";

const chance = new Chance("recursive");
const close = new Float64Array(2_000);
const volume = new Float64Array(2_000);
let price = 100;
for (let i = 0; i < close.length; i += 1) {
  close[i] = price *= Math.exp(0.01 * chance.gaussian());
  volume[i] = chance.wait(5);
}

const analysed = (
  name: string,
  params: object,
  inputs: readonly Float64Array[],
  startups = [20, 50, 200, 500],
) => {
  const of = catalogue.get(name)!;
  return recursiveIndicator(of, parseValues(of, params), inputs, { startups, points: 4, tolerance: 0.001 });
};

describe("recursive analysis of indicators", () => {
  it("a window forgets what is before it", () => {
    const [sma] = analysed("sma", { timeperiod: 20 }, [close]);
    expect(sma!.needs).toBe(20);
    expect(sma!.startups.map(({ off }) => off)).toEqual([0, 0, 0, 0]);
    expect(analysed("sma", { timeperiod: 30 }, [close])[0]).toMatchObject({
      needs: 50,
      startups: [{ candles: 20, value: NaN, off: Infinity }, { off: 0 }, { off: 0 }, { off: 0 }],
    });
  });

  it("an exponential average fades by (1 - weight) a candle", () => {
    const [ema] = analysed("ema", { timeperiod: 20 }, [close], [20, 50, 130, 500]);
    const [, at50, at130] = ema!.startups;
    expect(ema!.needs).toBe(130);
    // 80 candles more, each of which leaves 19/21 of what the beginning was off; chance moves that by what it was off.
    const fall = Math.log(at130!.off / at50!.off) / 80;
    expect(fall).toBeGreaterThan(Math.log(19 / 21) - 0.02);
    expect(fall).toBeLessThan(Math.log(19 / 21) + 0.02);
    expect(at50!.percent).toBeCloseTo((at50!.value / ema!.value - 1) * 100, 9);
  });

  it("a sum from the first candle on never agrees", () => {
    const [obv] = analysed("obv", {}, [close, volume]);
    expect(obv!.needs).toBeNull();
    expect(obv!.startups.every(({ off }) => off > 0.1)).toBe(true);
  });

  it("judges candles up to the last, and wants enough before them", () => {
    const plan = { startups: [10, 50], points: 3, tolerance: 0.001 };
    expect(judgedCandles(200, plan)).toEqual([100, 150, 200]);
    expect(judgedCandles(1_000, { ...plan, points: 1 })).toEqual([1_000]);
    expect(() => judgedCandles(99, plan)).toThrow(
      "candles: expected at least 100, twice the most startup candles",
    );
    expect(() => judgedCandles(200, { ...plan, startups: [50, 10] })).toThrow(
      "startups: expected whole numbers",
    );
  });
});
