/** Features that look ahead are caught, by chance or by cut data; honest ones are not, nor is noise more often than the level says. */
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { cutDifferences } from "../../../simulation/bias/cut-data.ts";
import { foresight, type Feature } from "../../../simulation/bias/foresight.ts";
import { ranksOf } from "../../../simulation/bias/ranks.ts";

const plan = { horizon: 3, shifts: 60, seed: 1, limit: 0.25 };
const COUNT = 1_500;

const candlesOf = (seed: string) => {
  const chance = new Chance(seed);
  const open = new Float64Array(COUNT);
  const close = new Float64Array(COUNT);
  let price = 100;
  for (let i = 0; i < COUNT; i += 1) {
    open[i] = price;
    close[i] = price *= Math.exp(0.01 * chance.gaussian());
  }
  return {
    open,
    close,
    high: open.map((each, i) => Math.max(each, close[i]!) * 1.001),
    low: open.map((each, i) => Math.min(each, close[i]!) * 0.999),
    volume: Float64Array.from({ length: COUNT }, () => chance.wait(10)),
  };
};

const candles = candlesOf("foresight");
const { close } = candles;
const column = (name: string, of: (t: number) => number): Feature => ({
  name,
  values: Float64Array.from({ length: COUNT }, (_, t) => of(t)),
});
const mean = (from: number, to: number): number =>
  from < 0 || to > COUNT ? NaN : close.subarray(from, to).reduce((sum, each) => sum + each, 0) / (to - from);

describe("foresight of features", () => {
  it("names what uses later candles", () => {
    const found = foresight(
      [
        column("next close", (t) => close[t + 1] ?? NaN),
        column("next return", (t) => close[t + 1]! / close[t]!),
        column("centred mean", (t) => mean(t - 2, t + 3)),
        column("signal", (t) => (close[t + 2]! > close[t + 1]! && t % 3 === 0 ? 1 : 0)),
        column("later volume", (t) => candles.volume[t + 2] ?? NaN),
      ],
      candles,
      plan,
    );
    expect(found.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["next close", "biased"],
      ["next return", "biased"],
      ["centred mean", "biased"],
      ["signal", "biased"],
      ["later volume", "biased"],
    ]);
    expect(found[0]).toMatchObject({ form: "change", equals: "close 1 later" });
    expect(found[0]!.ahead[0]!.effect).toBeGreaterThan(0.95);
    expect(found[0]!.ahead[1]!.adjusted).toBeGreaterThan(0.05);
    expect(found[1]).toMatchObject({ form: "value", equals: null });
    // Of a third of the candles those that rise: half of them are picked, all of the rising half.
    expect(found[3]!.ahead[1]!.effect).toBeGreaterThan(0.4);
    expect(found[3]!.ahead[0]!.adjusted).toBeGreaterThan(0.05);
    expect(found[4]!.equals).toBe("volume 2 later");
  });

  it("finds nothing in what is honest", () => {
    const found = foresight(
      [
        column("close", (t) => close[t]!),
        column("mean", (t) => mean(t - 9, t + 1)),
        column("momentum", (t) => close[t]! / (close[t - 5] ?? NaN)),
        column("volume", (t) => candles.volume[t]!),
        column("signal", (t) => (close[t]! > close[t - 1]! ? 1 : 0)),
        column("constant", () => 1),
      ],
      candles,
      plan,
    );
    expect(found.map(({ verdict }) => verdict)).toEqual(new Array(6).fill("none found"));
    expect(found[5]!.ahead[0]!.effect).toBeNaN();
  });

  it("takes noise for more than chance as rarely as it says", () => {
    const chance = new Chance("noise");
    // Slow noise: a test that took its rows for independent would find it everywhere.
    let slow = 0;
    const noise = Array.from({ length: 40 }, (_, i) =>
      column(`noise ${i}`, () => (slow = 0.95 * slow + chance.gaussian())),
    );
    const found = foresight(noise, candles, { ...plan, horizon: 1 });
    expect(found.filter(({ verdict }) => verdict !== "none found")).toHaveLength(0);
    const pValues = found.map(({ ahead }) => ahead[0]!.pValue);
    // Of 40: 20 below 0.5, deviation 3.
    expect(pValues.filter((p) => p < 0.5).length).toBeGreaterThan(9);
    expect(pValues.filter((p) => p < 0.5).length).toBeLessThan(31);
  });

  it("an edge that a market may have is suspicious, no more", () => {
    const chance = new Chance("edge");
    const [found] = foresight(
      [column("edge", (t) => Math.log((close[t + 1] ?? NaN) / close[t]!) / 0.01 + 6 * chance.gaussian())],
      candles,
      plan,
    );
    expect(found).toMatchObject({ verdict: "suspicious", equals: null });
    expect(Math.abs(found!.ahead[0]!.effect)).toBeLessThan(0.25);
  });

  it("ranks share what is equal", () => {
    expect([...ranksOf([5, 1, 5, 3])]).toEqual([1, -1.5, 1, -0.5]);
  });
});

describe("columns on cut data", () => {
  const scaled = (count: number): Feature => {
    const most = Math.max(...close.subarray(0, count));
    return { name: "scaled", values: close.subarray(0, count).map((each) => each / most) };
  };
  const centred = (count: number): Feature => ({
    name: "centred",
    values: Float64Array.from({ length: count }, (_, t) =>
      t + 3 > count ? close[count - 1]! : mean(t - 2, t + 3),
    ),
  });
  const honest = (count: number): Feature => ({
    name: "honest",
    values: Float64Array.from({ length: count }, (_, t) => mean(t - 4, t + 1)),
  });

  it("differ where they look ahead, and tell how far", () => {
    const at = close.indexOf(Math.max(...close)) - 5;
    const found = cutDifferences(
      [scaled(COUNT), centred(COUNT), honest(COUNT)],
      [scaled(at), centred(at), honest(at)],
      1e-9,
    );
    expect(found.map(({ name, reach, differing }) => [name, reach, differing])).toEqual([
      ["scaled", at, at],
      ["centred", 2, 2],
      ["honest", 0, 0],
    ]);
    expect(found[1]!.first).toEqual({ row: at - 2, full: mean(at - 4, at + 1), cut: close[at - 1] });
  });
});
