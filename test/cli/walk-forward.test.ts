/** `shoal walk-forward`: a table of windows, one JSON answer, mistakes by name. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Chance } from "../../domain/values/chance.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const path = join(folder.path, "BTC_USDT-4h.csv");
const chance = new Chance("walk-forward");
let price = 100;
const lines = Array.from({ length: 6 * 120 }, (_, i) => {
  const open = price;
  price *= Math.exp(0.01 * chance.gaussian());
  const at = Date.parse("2021-01-01") + i * 14_400_000;
  return [at, open, Math.max(open, price), Math.min(open, price), price, 10].join(",");
});
writeFileSync(path, ["ts_ms,open,high,low,close,volume", ...lines].join("\n"));

const run = (...more: readonly string[]) =>
  shoalHere([
    ...["walk-forward", "--strategy", "mean-reversion", "--candles", path, "--spaces", "entry,exit"],
    ...["--sampler", "random", "--epochs", "6", "--train-days", "20", "--test-days", "10", ...more],
  ]);

describe("shoal walk-forward", () => {
  it("tells every window, what they join to, and how many were tried", async () => {
    const { code, json, err } = await run("--json", "--params", '{"memory":20}', "--anchored");
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(json).toMatchObject({
      strategy: "mean-reversion",
      trials: 6,
      anchored: true,
      varied: ["entry", "exit"],
    });
    const windows = json["windows"] as readonly Record<string, unknown>[];
    expect(windows.length).toBeGreaterThan(2);
    expect(windows[0]).toMatchObject({ params: { memory: 20, timeframe: "4h" } });
    const equity = json["equity"] as readonly (readonly [number, number])[];
    expect((json["metrics"] as { totalReturn: number }).totalReturn).toBeCloseTo(
      equity.at(-1)![1] / 10_000 - 1,
      9,
    );
    expect(json["pValue"]).toBeGreaterThan(0);
  });

  it("by a sampler that learns has a search for each window", async () => {
    const { code, json } = await run("--json", "--sampler", "tpe");
    expect(code).toBe(0);
    const windows = json["windows"] as readonly unknown[];
    expect(json["trials"]).toBeGreaterThanOrEqual(6);
    expect(json["trials"]).toBeLessThanOrEqual(6 * windows.length);
    const sets = expect.stringContaining("in sample alone") as unknown;
    expect(json).toMatchObject({ sampler: "tpe", conventions: { sets } });
  });

  it("as a table; and names a mistake", async () => {
    const { out } = await run();
    expect(out).toMatch(/^mean-reversion: 6 parameter sets, \d+ days, .* rolling windows$/m);
    expect(out).toMatch(/^a year in sample .* efficiency /m);
    const { code, err } = await run("--train-days", "200");
    expect(code).toBe(2);
    expect(err).toMatch(/train: expected at most \d+, so that a test fits, found 200/);
  });
});
