/** `shoal overfitting` on a file of trials: noise does not pass, a planted edge does, mistakes are named. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readTrials } from "../../cli/performance/trials-file.ts";
import { Chance } from "../../domain/values/chance.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

/** 400 days of 20 trials; the last earns `edge` deviations a day. */
const matrix = (edge: number): string => {
  const chance = new Chance("trials");
  const rows = Array.from({ length: 400 }, (_, day) => [
    new Date(1_600_000_000_000 + day * 86_400_000).toISOString().slice(0, 10),
    ...Array.from({ length: 20 }, (_each, trial) => 0.01 * (chance.gaussian() + (trial === 19 ? edge : 0))),
  ]);
  return [["date", ...Array.from({ length: 20 }, (_, i) => `set${i}`)], ...rows]
    .map((row) => row.join(","))
    .join("\n");
};

describe("shoal overfitting", () => {
  it("says that the best of random walks is luck", async () => {
    const { code, json } = await shoalHere([
      "overfitting",
      "--returns",
      file("noise.csv", matrix(0)),
      "--json",
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      trials: 20,
      tried: 20,
      returns: 400,
      blocks: 16,
      combinations: 12_870,
      passes: false,
    });
    expect(json["pbo"]).toBeGreaterThan(0.2);
    expect(json["deflatedSharpe"]).toBeLessThan(0.95);
    expect(json["realityCheckP"]).toBeGreaterThan(0.05);
  });

  it("finds a planted edge, also as text", async () => {
    const path = file("edge.csv", matrix(0.3));
    const { json } = await shoalHere(["overfitting", "--returns", path, "--json"]);
    expect(json).toMatchObject({ best: { name: "set19" }, passes: true });
    expect(json["pbo"]).toBeLessThan(0.05);
    expect(json["realityCheckP"]).toBeLessThan(0.01);
    const { out } = await shoalHere(["overfitting", "--returns", path, "--blocks", "8"]);
    expect(out).toMatch(/^best of 20 trials: set19, Sharpe \d/);
    expect(out).toMatch(/^Choices +70 /m);
    expect(out).toMatch(/passes: more than luck explains\n$/);
  });

  it("names a mistake", async () => {
    const { code, err } = await shoalHere(["overfitting", "--returns", file("bad.csv", "a,b\n0.1,x\n")]);
    expect(code).toBe(2);
    expect(err).toMatch(/bad\.csv:2: expected a return as a ratio .* found "x"/);
  });
});

describe("files of trials", () => {
  it("with and without header and times", () => {
    expect(readTrials("--returns", file("a.csv", "2021-01-01,0.1,0.2\n2021-01-02,0.3,0.4\n"))).toEqual({
      names: ["trial 1", "trial 2"],
      returns: [Float64Array.of(0.1, 0.3), Float64Array.of(0.2, 0.4)],
    });
    expect(readTrials("--returns", file("b.csv", "0.1;0.2\n0.3;0.4\n")).returns).toHaveLength(2);
    expect(() => readTrials("--returns", file("c.csv", "date,a\n2021-01-01,0.1\n"))).toThrow(
      "expected two columns of returns or more",
    );
  });
});
