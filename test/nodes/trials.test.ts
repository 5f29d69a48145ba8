/** Parameter sets of a real strategy over candles: random walks show nothing that lasts, trends are found; days, budgets, mistakes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { overfitting } from "../../domain/performance/overfitting.ts";
import { selectTrial } from "../../domain/performance/trial-selection.ts";
import { parseGuidance } from "../../domain/strategy/guidance.ts";
import { Chance } from "../../domain/values/chance.ts";
import { searchTrials } from "../../nodes/searched-trials.ts";
import { runTrials, type Trials } from "../../nodes/trials.ts";
import { backtest } from "../../simulation/backtest/backtest.ts";
import { trialRun } from "../../simulation/walk-forward/trial-returns.ts";
import { walkForward } from "../../simulation/walk-forward/walk-forward.ts";
import { scratch } from "../cli/command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.parse("2021-01-01");
const DAYS = 200;

/** Candles of an hour whose price drifts by `drift` deviations, the other way after some 300 hours. */
const recorded = (name: string, drift: number): string => {
  const chance = new Chance(name);
  let price = 100;
  let sign = 1;
  const lines = ["ts_ms,open,high,low,close,volume"];
  for (let i = 0; i < DAYS * 24; i += 1) {
    const open = price;
    if (chance.next() < 1 / 300) sign = -sign;
    price *= Math.exp(0.008 * (chance.gaussian() + sign * drift));
    lines.push(
      [BEGIN + i * HOUR, open, Math.max(open, price), Math.min(open, price), price, 1_000].join(","),
    );
  }
  const path = join(folder.path, `${name}_USDT-1h.csv`);
  writeFileSync(path, lines.join("\n"));
  return path;
};

const request = {
  strategy: "moving-average-cross",
  params: { side: "both", exposure: 0.5 },
  spaces: ["fast", "slow"],
  convention: "next-open",
  startingBalance: 10_000,
  makerBps: 0,
  takerBps: 0,
  slippage: { model: "none" },
  seed: 1,
  epochs: 16,
  sampler: "random",
} as const;

const walked = ({ returns, settings, sets, from }: Trials) =>
  walkForward(
    returns,
    { train: 60, test: 30, gap: 1, score: "sharpe", periods: 365 },
    (trial, test) =>
      trialRun(settings, sets[trial]!, { from: from + test.from * DAY, to: from + test.to * DAY }).returns,
  );

describe("parameter sets of a strategy", () => {
  it("on a random walk none is more than luck", async () => {
    const trials = await runTrials({ ...request, path: recorded("WALK", 0) }, () => undefined);
    expect(selectTrial(trials.returns).deflated).toBeLessThan(0.95);
    expect(overfitting(trials.returns, 8).probability).toBeGreaterThan(0.3);
    const { inSample, outOfSample } = walked(trials);
    expect(inSample).toBeGreaterThan(0);
    expect(outOfSample).toBeLessThan(0.3 * inSample);
  });

  it("on trends the edge is found, and carries over", async () => {
    const told: string[] = [];
    const path = recorded("TREND", 0.35);
    const trials = await runTrials({ ...request, path }, (done, all) => told.push(`${done}/${all}`));
    expect(told.at(-1)).toBe("16/16");
    expect(trials.varied).toEqual(["fast", "slow"]);
    expect(selectTrial(trials.returns).deflated).toBeGreaterThan(0.95);
    expect(overfitting(trials.returns, 8).probability).toBeLessThan(0.3);
    expect(walked(trials).efficiency).toBeGreaterThan(0.4);
    const again = await runTrials({ ...request, path }, () => undefined);
    // Each run listens to a strategy of its own.
    expect({ ...again, settings: trials.settings }).toEqual(trials);
  });

  it("runs whole days from when all are warm, and each as the engine does", async () => {
    const path = recorded("DAYS", 0);
    const trials = await runTrials(
      { ...request, path, spaces: ["fast"], params: { slow: 50 }, sampler: "grid", epochs: 4 },
      () => undefined,
    );
    expect(trials.sets).toHaveLength(4);
    // 51 hours of warm-up: from the third midnight on.
    expect(trials).toMatchObject({ from: BEGIN + 3 * DAY, to: BEGIN + DAYS * DAY, days: DAYS - 3 });
    const { settings, sets, from, to } = trials;
    const { equity } = backtest({ ...settings, params: sets[1]!, from: from as never, to: to as never });
    const wealth = trials.returns[1]!.reduce((product, each) => product * (1 + each), 1);
    expect(wealth * 10_000).toBeCloseTo(equity.value.at(-1)!, 6);
  });

  it("is guided by predictions: without any there are no entries in any set", async () => {
    const guide = {
      guidance: parseGuidance({}, "guide"),
      file: "none",
      predictions: "ts_ms,symbol,score,confidence",
    };
    const trials = await runTrials(
      { ...request, path: recorded("DAYS", 0), epochs: 3, around: { guide } },
      () => undefined,
    );
    expect(trials.returns.every((each) => each.every((value) => value === 0))).toBe(true);
  });

  it("names a mistake", async () => {
    const path = recorded("WRONG", 0);
    const run = (more: object) => runTrials({ ...request, path, ...more }, () => undefined);
    await expect(run({ spaces: ["fats"] })).rejects.toThrow(
      "--spaces: expected parameters out of fast, slow",
    );
    await expect(run({ timerange: "20210715-20210716" })).rejects.toThrow(
      "--candles: expected candles of two days",
    );
  });
});

describe("a search for each window", () => {
  const path = recorded("TRD", 0.15);
  /** The same for 120 days; then another market. */
  const other = join(folder.path, "TRE_USDT-1h.csv");
  const chance = new Chance("another future");
  const changed = readFileSync(path, "utf8")
    .split("\n")
    .map((line, i) => {
      if (i <= 120 * 24) return line;
      const [at, open, high, low, close, volume] = line.split(",").map(Number);
      const by = 1 + 0.3 * chance.next();
      return [at, open! * by, high! * by * 1.3, low! * by * 0.7, close! * by, volume].join(",");
    });
  writeFileSync(other, changed.join("\n"));

  it.each(["tpe", "genetic"] as const)(
    "%s: equal for equal seeds, and no day after the window has a say",
    async (sampler) => {
      const asked = async (file: string, to: number) => {
        const settings = { ...request, sampler, epochs: 48, path: file };
        const found = await searchTrials(settings, "sharpe", () => undefined);
        return found.among({ from: 0, to }).map((trial) => found.sets[trial]);
      };
      const sets = await asked(path, 60);
      expect(await asked(path, 60)).toEqual(sets);
      expect(await asked(other, 60)).toEqual(sets);
      // It does learn: of other days it asks for other sets.
      expect(await asked(other, 150)).not.toEqual(sets);
    },
  );
});
