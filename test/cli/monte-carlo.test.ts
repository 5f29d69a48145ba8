/** `shoal monte-carlo` on trades and returns: seeded, told as JSON and as a table, mistakes named. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
const trades = file(
  "trades.csv",
  `profit\n${Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? -15 : 10)).join("\n")}\n`,
);

describe("shoal monte-carlo", () => {
  it("answers the same for the same seed, and the shuffle keeps the total", async () => {
    const args = ["monte-carlo", "--trades", trades, "--starting-balance", "1000", "--runs", "200", "--json"];
    const [one, two] = await Promise.all([shoalHere(args), shoalHere(args)]);
    expect(one.code).toBe(0);
    expect(one.out).toBe(two.out);
    expect(one.json).toMatchObject({
      returns: 40,
      compound: false,
      runs: 200,
      seed: 1,
      observed: { total: expect.closeTo(0.15, 9) as number },
    });
    const methods = one.json["methods"] as Record<string, { total: { percentiles: Record<string, number> } }>;
    expect(Object.keys(methods)).toEqual(["shuffle", "bootstrap", "stationary"]);
    expect(methods["shuffle"]!.total.percentiles["95"]).toBeCloseTo(0.15, 9);
  });

  it("prints a table", async () => {
    const returns = file("returns.txt", "0.01\n-0.02\n0.03\n0.01\n");
    const { out } = await shoalHere([
      "monte-carlo",
      "--returns",
      returns,
      "--method",
      "block,none",
      "--block",
      "2",
      "--skip",
      "0.5",
    ]);
    expect(out).toMatch(/^observed: total 2\.97 %, drawdown 2\.00 %; returns compound; 1000 runs each$/m);
    expect(out).toMatch(/^block \(2\) /m);
    expect(out).toMatch(/^none /m);
  });

  it.each([
    [
      ["--trades", trades],
      "--starting-balance: expected a number, as a trade has a profit but no profitRatio",
    ],
    [[], "--returns: expected a file of returns, or --trades"],
    [
      ["--trades", trades, "--method", "magic"],
      "expected some of shuffle, bootstrap, block, stationary, none",
    ],
    [
      ["--trades", trades, "--starting-balance", "1", "--block", "41"],
      "block: expected a whole number from 1 to 40",
    ],
    [["--trades", trades, "--skip", "2"], "expected a number from 0 to 0.999"],
  ])("%j is refused", async (args, message) => {
    const { code, err } = await shoalHere(["monte-carlo", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
