/** `shoal hyperopt` as a process: killed in the middle it goes on; its best does in a backtest what the search said. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeCandles } from "../nodes/candle-csv.ts";
import { begin, scratch, shoal, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());
const candles = writeCandles(join(folder.path, "BTC_USDT-1h.csv"), 500);
const args = (dataDir: string, workers: number, epochs = 120) => [
  ...[
    "hyperopt",
    "--strategy",
    "moving-average-cross",
    "--candles",
    candles,
    "--epochs",
    String(epochs),
    "--seed",
    "7",
  ],
  ...["--batch", "8", "-j", String(workers), "--data-dir", join(folder.path, dataDir), "--json"],
];

const trialsIn = (dataDir: string): string | undefined => {
  const parent = join(folder.path, dataDir, "hyperopt");
  const name = existsSync(parent) ? readdirSync(parent)[0] : undefined;
  const path = name === undefined ? undefined : join(parent, name, "trials.jsonl");
  return path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : undefined;
};

/** What does not depend on the run. */
const lasting = (answer: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(answer).filter(
      ([name]) => !["elapsedMs", "resumed", "workers", "trialsFile"].includes(name),
    ),
  );

describe("shoal hyperopt", () => {
  it("killed in the middle and resumed gives the answer of an uninterrupted run, with 1 worker and with 2", async () => {
    const whole = await shoal(args("whole", 1));
    expect(whole.err).toBe("");
    expect(whole.json).toMatchObject({ evaluations: 120, resumed: 0 });
    const lines = trialsIn("whole")!.split("\n").slice(1);
    expect(whole.json["evaluationsHash"]).toBe(createHash("sha256").update(lines.join("\n")).digest("hex"));

    const broken = begin(args("broken", 2));
    const enough = 17;
    for (;;) {
      if ((trialsIn("broken")?.split("\n").length ?? 0) > enough) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    broken.child.kill("SIGKILL");
    await broken.ended;
    const kept = trialsIn("broken")!.split("\n").length - 2;
    expect(kept).toBeGreaterThanOrEqual(enough - 1);
    expect(kept).toBeLessThan(120);

    const resumed = await shoal(args("broken", 2));
    expect(resumed.json["resumed"]).toBe(kept);
    expect(lasting(resumed.json)).toEqual(lasting(whole.json));
    expect(resumed.err).toMatch(/^going on after \d+ trials of /);
  });

  it("the best does in a backtest of the same time what the search said", async () => {
    const found = await shoal([...args("best", 2, 24)]);
    const { params, exact } = found.json["best"] as {
      params: object;
      exact: { figures: { trades: number; totalReturn: number; sharpe: number } };
    };
    const backtest = await shoalHere([
      ...["backtesting", "--strategy", "moving-average-cross", "--candles", candles],
      ...["--params", JSON.stringify(params), "--timerange", `${String(found.json["from"])}-`, "--json"],
    ]);
    expect(backtest.json["profitTotalRatio"]).toBeCloseTo(exact.figures.totalReturn, 12);
    expect(backtest.json["metrics"]).toMatchObject({ sharpe: exact.figures.sharpe });
    expect(backtest.json["trades"]).toHaveLength(exact.figures.trades);
  });

  it("list and show tell the trials of the newest search", async () => {
    const dataDir = join(folder.path, "best");
    const list = await shoalHere(["hyperopt-list", "--data-dir", dataDir, "--most", "3", "--json"]);
    const trials = list.json["trials"] as readonly { index: number; losses: { sharpe: number } }[];
    expect(list.json["evaluations"]).toBe(24);
    expect(trials.map(({ losses }) => losses.sharpe)).toEqual(
      trials.map(({ losses }) => losses.sharpe).sort((a, b) => a - b),
    );
    const best = JSON.parse(readFileSync(join(String(list.json["dir"]), "best.json"), "utf8")) as object;
    const show = await shoalHere(["hyperopt-show", "--data-dir", dataDir, "--json"]);
    expect(show.json).toMatchObject({ index: trials[0]!.index, params: best, losses: trials[0]!.losses });
    const text = await shoalHere(["hyperopt-show", "--data-dir", dataDir, "-n", "99"]);
    expect([text.code, text.err]).toEqual([2, "--index: expected a trial from 0 to 23, found 99\n"]);
  });

  it("prints the best for people, and how to run it", async () => {
    const { out, code } = await shoalHere(args("text", 1, 20).filter((arg) => arg !== "--json"));
    expect(code).toBe(0);
    expect(out).toMatch(
      /^moving-average-cross, tpe: 20 trials in [\d.]+ s, \d+ rated, \d+ impossible combinations left out$/m,
    );
    expect(out).toMatch(/^deflated Sharpe ratio after 20 trials: /m);
    expect(out).toMatch(
      /^the same with shoal backtesting, the same candles and costs: --strategy moving-average-cross --params '\{"exposure":/m,
    );
  });

  it("fails with its reason when no trial could be rated, and names a wrong option", async () => {
    const none = await shoalHere([...args("none", 1, 10), "--min-trades", "100000"]);
    expect(none.code).toBe(1);
    expect(none.json).toMatchObject({ best: null, unrated: { "fewer than 100000 trades": 10 } });
    expect(none.err).toMatch(/no trial could be rated: fewer than 100000 trades/);
    const wrong = await shoalHere([...args("wrong", 1, 10), "--loss", "luck"]);
    expect(wrong.code).toBe(2);
    expect(wrong.json).toMatchObject({ error: { field: "loss" } });
  });
});
