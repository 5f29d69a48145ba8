/** The verbs of honesty on a strategy and candles: overfitting, lookahead-analysis and recursive-analysis with `--strategy`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Chance } from "../../domain/values/chance.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const path = join(folder.path, "BTC_USDT-4h.csv");
const chance = new Chance("strategy honesty");
let price = 100;
const lines = Array.from({ length: 6 * 150 }, (_, i) => {
  const open = price;
  price *= Math.exp(0.01 * chance.gaussian());
  const at = Date.parse("2021-01-01") + i * 14_400_000;
  return [at, open, Math.max(open, price), Math.min(open, price), price, 10].join(",");
});
writeFileSync(path, ["ts_ms,open,high,low,close,volume", ...lines].join("\n"));

const cross = ["--strategy", "moving-average-cross", "--candles", path, "--json"];

describe("a strategy", () => {
  it("is judged by its parameter sets: on a random walk the best is luck", async () => {
    const { code, json } = await shoalHere([
      ...["overfitting", ...cross, "--spaces", "fast", "--params", '{"slow":40,"side":"both"}'],
      ...["--epochs", "8", "--fee-bps", "0", "--groups", "5"],
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject({ trials: 8, tried: 8, returns: 143, passes: false });
    expect((json["best"] as { name: string }).name).toMatch(/^fast=\d+$/);
    const cpcv = json["cpcv"] as { chosen: Record<string, number> };
    expect(cpcv).toMatchObject({ groups: 5, testGroups: 2, splits: 10, loss: "sharpe" });
    expect(cpcv).toHaveProperty("paths.length", 4);
    expect(Object.values(cpcv.chosen).reduce((sum, times) => sum + times, 0)).toBe(10);
  });

  it("decides the same on cut candles, and after its own warm-up", async () => {
    const ahead = await shoalHere(["lookahead-analysis", ...cross, "--cuts", "3"]);
    expect(ahead.json).toMatchObject({ hasBias: false, repeatable: true });
    expect(ahead.json["cuts"]).toHaveLength(3);
    const begun = await shoalHere([
      "recursive-analysis",
      ...cross,
      "--startup-candles",
      "20,100",
      "--traded",
      "60",
    ]);
    expect(begun.json).toMatchObject({ warmupCandles: 50, points: 5, enough: true });
    const startups = begun.json["startups"] as readonly { candles: number; differing: number }[];
    expect(startups.map(({ candles }) => candles)).toEqual([20, 50, 100]);
    expect(startups[0]!.differing).toBeGreaterThan(0);
  });
});
