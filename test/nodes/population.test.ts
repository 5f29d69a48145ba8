/** A population from request to answer: the same by any number of threads, its survivors as the engine has them, odd requests refused. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { population, type PopulationRequest } from "../../nodes/population.ts";
import { populationThreads } from "../../nodes/population/reckon.ts";
import { tasksOver } from "../../nodes/population/tasks.ts";
import { refused } from "../refused.ts";
import { writeCandles } from "./candle-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-population-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const candles = writeCandles(join(folder, "BTC_USDT-1h.csv"), 1_500);

/** Reckons in this thread: what threads do is asked once. */
const inProcess: typeof populationThreads = (data) => {
  const answer = tasksOver(data);
  return { evaluate: (tasks) => Promise.resolve(tasks.map(answer)), close: () => Promise.resolve() };
};

const run = (request: Partial<PopulationRequest> = {}, open = inProcess) =>
  population(
    {
      strategy: "trend-pullback",
      path: candles,
      params: { exposure: 0.9 },
      sets: 300,
      seed: 1,
      workers: 1,
      loss: "sharpe",
      keep: 3,
      tradesMin: 1,
      makerBps: 10,
      takerBps: 10,
      slippage: { model: "none" },
      startingBalance: 10_000,
      tell: () => undefined,
      show: () => undefined,
      ...request,
    },
    open,
  );

/** What does not depend on the run. */
const lasting = (answer: Awaited<ReturnType<typeof run>>) => ({
  ...answer,
  workers: 0,
  elapsedMs: 0,
  strategyCandlesPerSecond: 0,
});

describe("a population", () => {
  it("is the same by this thread and by two others; other seeds give others", async () => {
    const [one, other] = [await run(), await run({ seed: 2 })];
    const two = await run({ workers: 2 }, populationThreads);
    expect(lasting(two)).toEqual(lasting(one));
    expect(lasting(await run({ workers: 7 }))).toEqual(lasting(one));
    expect(other.populationHash).not.toBe(one.populationHash);
    expect(one).toMatchObject({ sets: 300, candles: 1_500, strategyCandles: 450_000 });
    expect(one.survivors).toHaveLength(3);
    const [best, second] = one.survivors;
    expect(best!.losses!["sharpe"]).toBeLessThan(second!.losses!["sharpe"]!);
    // Lots of 1e-8 at prices near 100: exact money is near to the doubles, but not the same.
    expect(best!.exact.difference.trades).toBe(0);
    expect(Math.abs(best!.exact.difference.profit!)).toBeLessThan(0.01);
    expect(best!.exact.difference.profit).not.toBe(0);
    expect(one.honesty!.trials).toBe(300);
  });

  it("finds the same best behind a screen, and tells how it did", async () => {
    const [all, screened] = [await run(), await run({ screen: 30 })];
    const two = await run({ screen: 30, workers: 2 });
    expect(screened.survivors).toEqual(all.survivors);
    expect(screened).toMatchObject({ sets: 300, rated: all.rated, screen: { passed: 30, lastPlace: 3 } });
    expect(screened.screen!.lossDifference).toBeGreaterThan(0);
    expect(screened.screen!.lossDifference).toBeLessThan(0.01);
    expect(screened.honesty!.deflatedSharpe).toBeCloseTo(all.honesty!.deflatedSharpe!, 4);
    expect(screened.populationHash).not.toBe(all.populationHash);
    expect(lasting(two)).toEqual(lasting(screened));
    expect(all.screen).toBeNull();
  });

  it("takes rules out of a file, and random numbers for their letters", async () => {
    const strategy = "composite";
    const [first, second, third] = [
      { enter: "close > ema(20); rsi(5) < a", exit: "rsi(5) > 70" },
      { enter: "close crosses above sma(9) or not rsi(3) > 20", exit: "", a: 3 },
      { enter: "4h: close > ema(5); rsi(3) < a", exit: "4h: close < sma(3)" },
    ];
    const lines = [first, second, third].map((rule) => JSON.stringify(rule));
    const setsFile = write("rules.jsonl", `${lines.join("\n\n")}\n`);
    const params = { a: 60, exposure: 0.9 };
    const filed = await run({ strategy, setsFile, params });
    expect(filed).toMatchObject({ strategy, sets: 3, rated: 3, screen: null });
    const found = [...filed.survivors].sort((a, b) => a.index - b.index);
    expect(found.map((one) => one.params)).toMatchObject([
      { ...first, ...params },
      { ...params, ...second },
      { ...third, ...params },
    ]);
    // The engine has run each again, in doubles and exactly; that the doubles are the bulk's is asked by it.
    for (const { exact } of found) expect(exact.difference.trades).toBe(0);
    for (const { figures } of found) expect(figures!.trades).toBeGreaterThan(10);
    const drawn = await run({ strategy, params: { ...first, exposure: 0.9 }, spaces: ["a"], sets: 40 });
    expect(new Set(drawn.survivors.map((each) => each.params["a"])).size).toBe(3);
    expect(lasting(await run({ strategy, setsFile, params, workers: 2 }))).toEqual(lasting(filed));
  });

  it.each<[string, Partial<PopulationRequest>]>([
    ["--strategy", { strategy: "mean-reversion" }],
    ["--loss", { loss: "sqn" }],
    ["--loss", { loss: "win-rate", screen: 10 }],
    ["--screen", { screen: 2 }],
    ["--screen", { strategy: "composite", screen: 10 }],
    ["--params.enter clause 1", { strategy: "composite", params: { enter: "30m: close > a" } }],
    ["--sets-file", { setsFile: join(folder, "none.jsonl") }],
    ["--sets-file", { setsFile: write("empty.jsonl", "\n") }],
    ["broken.jsonl line 2", { setsFile: write("broken.jsonl", '{"fast":3}\n{"fast":') }],
    ["range.jsonl line 1.fast", { setsFile: write("range.jsonl", '{"fast":-3}') }],
    ["frame.jsonl line 1.timeframe", { setsFile: write("frame.jsonl", '{"timeframe":"4h"}') }],
    ["--spaces", { spaces: ["timeframe", "fast"] }],
    ["--params", { params: { timeframe: "4h" } }],
    ["slippage", { slippage: { model: "square-root", factor: 1 } }],
    ["candles", { timerange: "20300101-" }],
  ])("refuses %s", async (field, request) => {
    const error: unknown = await run(request).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(
      refused(() => {
        throw error;
      }),
    ).toBe(field);
  });
});
