/** A search from request to answer, in this process: equal whoever evaluates, resumed as if never broken off, honest. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bestOf, keptSearch } from "../../nodes/search/kept.ts";
import { samplerNames, type PreparedSearch } from "../../nodes/search/prepare.ts";
import type { Evaluator } from "../../nodes/search/evaluator.ts";
import { evaluate } from "../../simulation/search/evaluate.ts";
import { readGuide } from "../../nodes/guide.ts";
import { hyperopt, type HyperoptRequest } from "../../nodes/hyperopt.ts";
import { writeCandles } from "./candle-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-search-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const candles = writeCandles(join(folder, "BTC_USDT-1h.csv"), 600);
let runs = 0;

/** Evaluates in this thread: what threads do is asked once, in the first test, and by test/cli. */
const inProcess = ({ testing, judgement }: PreparedSearch): Evaluator => ({
  evaluate: (tasks) =>
    Promise.resolve(tasks.map(({ params, accounting }) => evaluate(testing, params, accounting, judgement))),
  close: () => Promise.resolve(),
});

const requestOf = (request: Partial<HyperoptRequest>): HyperoptRequest => ({
  strategy: "moving-average-cross",
  path: candles,
  params: { kind: "sma", side: "long", exposure: 0.95 },
  sampler: "random",
  objectives: ["sharpe"],
  tradesMin: 1,
  epochs: 24,
  batch: 8,
  seed: 1,
  convention: "next-open",
  makerBps: 10,
  takerBps: 10,
  slippage: { model: "none" },
  startingBalance: 10_000,
  workers: 1,
  root: join(folder, String(++runs)),
  fresh: false,
  survivors: 3,
  tell: () => undefined,
  show: () => undefined,
  ...request,
});
const search = (request: Partial<HyperoptRequest> = {}) => hyperopt(requestOf(request), inProcess);

describe("a search", () => {
  it("is the same whoever evaluates: this thread, one other or three", async () => {
    const request: Partial<HyperoptRequest> = { sampler: "genetic", epochs: 48 };
    const here = await search(request);
    for (const workers of [1, 3]) {
      const there = await hyperopt(requestOf({ ...request, workers }));
      expect(there.evaluationsHash).toBe(here.evaluationsHash);
      expect(there.best).toEqual(here.best);
    }
    expect(here.evaluations).toBe(48);
  });

  it.each(samplerNames)("%s: equal for equal seeds", async (sampler) => {
    const [one, same, other] = [
      await search({ sampler }),
      await search({ sampler }),
      await search({ sampler, seed: 2 }),
    ];
    expect(same.evaluationsHash).toBe(one.evaluationsHash);
    expect(other.evaluationsHash !== one.evaluationsHash).toBe(sampler !== "grid");
  });

  it("tells the best, runs it exactly, and deflates its Sharpe ratio by all trials", async () => {
    const found = await search();
    const trials = readFileSync(found.trialsFile, "utf8").trimEnd().split("\n").slice(1);
    const losses = trials.map(
      (line) => (JSON.parse(line) as { losses: number[] | null }).losses?.[0] ?? Infinity,
    );
    expect(found.best!.losses).toEqual({ sharpe: Math.min(...losses) });
    expect(found.best!.index).toBe(losses.indexOf(Math.min(...losses)));
    expect(found.best!.params).toMatchObject({ kind: "sma", timeframe: "1h", exposure: 0.95 });
    expect(found.best!.exact.figures!.trades).toBe(found.best!.figures!.trades);
    expect(Math.abs(found.best!.exact.difference.totalReturn!)).toBeLessThan(1e-4);
    expect(found.honesty!.trials).toBe(24);
    expect(found.honesty!.deflatedSharpe!).toBeLessThan(found.honesty!.probabilisticSharpe!);
    expect(JSON.parse(readFileSync(join(found.trialsFile, "../best.json"), "utf8"))).toEqual(
      found.best!.params,
    );
  });

  it("goes on where it was broken off, from any line, as if nothing had happened", async () => {
    const whole = await search({ sampler: "tpe", epochs: 40 });
    const text = readFileSync(whole.trialsFile, "utf8");
    for (const kept of [1, 13, 39]) {
      const dir = join(folder, `broken-${kept}`);
      mkdirSync(dir);
      // The line behind is half written.
      const lines = text.split("\n").slice(0, kept + 1);
      writeFileSync(join(dir, "trials.jsonl"), `${lines.join("\n")}\n{"index":${kept},"par`);
      const again = await search({ sampler: "tpe", epochs: 40, dir });
      expect(again).toMatchObject({ resumed: kept, evaluations: 40, evaluationsHash: whole.evaluationsHash });
      expect(again.best).toEqual(whole.best);
    }
  });

  it("a longer search goes on where a shorter one ended; one that was finished begins anew", async () => {
    const root = join(folder, "longer");
    await search({ root, epochs: 10 });
    const longer = await search({ root, epochs: 24 });
    expect(longer.resumed).toBe(10);
    expect(longer.evaluationsHash).toBe((await search()).evaluationsHash);
    expect((await search({ root, epochs: 24 })).resumed).toBe(0);
  });

  it("finds out that its trials are another program's", async () => {
    const { trialsFile } = await search();
    const text = readFileSync(trialsFile, "utf8").trimEnd().split("\n").slice(0, 12);
    text[1] = text[1]!.replace(/"trades":(\d+)/, (_, n: string) => `"trades":${Number(n) + 1}`);
    writeFileSync(trialsFile, `${text.join("\n")}\n`);
    await expect(search({ dir: join(trialsFile, "..") })).rejects.toThrow(
      /expected trials of this very program and strategy \(--fresh begins anew\), found "it finds something else for trial 0"/,
    );
  });

  it("of several objectives tells the front", async () => {
    const found = await search({ objectives: ["profit", "drawdown"], survivors: 100 });
    const front = (found as { front: readonly { losses: Record<string, number> }[] }).front;
    expect(front.length).toBeGreaterThan(1);
    const kept = keptSearch(join(found.trialsFile, "../.."), "--dir");
    expect(bestOf(kept, true).map(({ index }) => index)).toEqual(
      (found as { front: readonly { index: number }[] }).front.map(({ index }) => index),
    );
    expect(kept.evaluationsHash).toBe(found.evaluationsHash);
    for (const [i, { losses }] of front.entries())
      for (const { losses: other } of front.slice(i + 1)) {
        expect(other["profit"]!).toBeGreaterThanOrEqual(losses["profit"]!);
        expect(other["drawdown"]!).toBeLessThanOrEqual(losses["drawdown"]!);
      }
  });

  it("is guided by predictions in each trial, in threads as here, and is another search with others", async () => {
    const written = (name: string, every: number) => {
      const rows = Array.from(
        { length: 600 / every },
        (_, k) => `${Date.UTC(2021, 0, 1) + k * every * 3_600_000},BTC/USDT,${Math.sin(k * every)},0.8`,
      );
      const path = join(folder, `${name}.csv`);
      writeFileSync(path, ["ts_ms,symbol,score,confidence", ...rows].join("\n"));
      return readGuide(path, undefined, { predictions: "--predictions", guide: "--guide" });
    };
    const request: Partial<HyperoptRequest> = { around: { guide: written("one", 3) }, epochs: 16 };
    const here = await search(request);
    const there = await hyperopt(requestOf({ ...request, workers: 1 }));
    expect(there.evaluationsHash).toBe(here.evaluationsHash);
    expect(here.evaluationsHash).not.toBe((await search({ epochs: 16 })).evaluationsHash);
    const dir = join(there.trialsFile, "..");
    await expect(search({ dir, epochs: 32, around: { guide: written("other", 5) } })).rejects.toThrow(
      /guide/,
    );
  });

  it("lives with a strategy that throws for some parameters, and says so", async () => {
    const strategiesDir = join(folder, "strategies");
    mkdirSync(strategiesDir);
    writeFileSync(
      join(strategiesDir, "brittle.mjs"),
      `export const strategy = {
        name: "brittle", about: "", genes: { n: { kind: "integer", min: 1, max: 6, unit: "", default: 1, about: "" } },
        needs: () => ({ timeframes: ["1h"], warmupCandles: 0 }),
        start: ({ n }) => { let i = 0; return {
          onCandle(candle, k, timeframe, desk) {
            if (n > 4) throw new Error("cannot count to " + n);
            i += 1;
            if (i % (20 * n) === 0) desk.aim(0, (i / (20 * n)) % 2 === 1 ? 0.9 : 0, "turn");
          }, save: () => ({}), load: () => undefined } },
      };`,
    );
    const found = await search({
      strategy: "brittle",
      strategiesDir,
      params: {},
      objectives: ["profit"],
      sampler: "grid",
    });
    expect(found).toMatchObject({
      evaluations: 6,
      exhausted: true,
      rated: 4,
      unrated: { "failed: cannot count to 5": 1, "failed: cannot count to 6": 1 },
    });
    expect(found.best!.params["n"]).toBeLessThan(5);
  });

  it.each([
    [{ objectives: ["luck"] }, /^loss: expected some of/],
    [{ objectives: ["profit", "profit"] }, /^--loss: expected each objective once/],
    [{ spaces: ["fast", "speed"] }, /^spaces: expected parameters out of fast, slow, .*found "speed"/],
    [{ spaces: ["kind"] }, /^--spaces: expected parameters that --params does not fix, found "kind"/],
    [{ params: { fast: 1 } }, /^params.fast: expected a whole number from 2 to 200/],
    [{ params: [] }, /^--params: expected an object/],
    [{ strategy: "luck" }, /^strategy: expected one of/],
    [{ path: "/nowhere" }, /^--candles: expected a file or folder that exists/],
    [{ timerange: "20210101" }, /^--timerange: expected a range/],
  ] as readonly (readonly [Partial<HyperoptRequest>, RegExp])[])("refuses %j", async (request, message) => {
    await expect(search(request)).rejects.toThrow(message);
  });
});
