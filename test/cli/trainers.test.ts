/** `shoal hyperopt --nats` with real trainer processes: one is killed in the middle, and the hash is that of one thread. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCandles } from "../nodes/candle-csv.ts";
import { eventually, findServer, freePort, startNats, type Server } from "../servers.ts";
import { begin, scratch, shoal, shoalHere, type Running } from "./command.ts";

describe.skipIf(findServer("nats-server") === undefined)("shoal hyperopt --nats", () => {
  const folder = scratch();
  const candles = writeCandles(join(folder.path, "BTC_USDT-1h.csv"), 2_000);
  const trainers: Running[] = [];
  let nats: Server;

  const trainer = (node: string): Running => {
    const args = [
      "start",
      "--role",
      "trainer",
      "--nats",
      nats.url,
      "--node",
      node,
      "--threads",
      "1",
      "--json",
    ];
    const running = begin([...args, "--data-dir", join(folder.path, "trainers")], { cwd: folder.path });
    trainers.push(running);
    running.child.stderr!.on("data", (data: Buffer) => {
      lines[node] = (lines[node] ?? "") + data.toString();
    });
    return running;
  };
  /** What each says, by its node: both may speak at once. */
  const lines: Record<string, string> = {};
  const search = (dataDir: string, ...more: readonly string[]) => [
    ...["hyperopt", "--strategy", "moving-average-cross", "--candles", candles, "--epochs", "64", "--json"],
    ...["--seed", "7", "--batch", "8", "--data-dir", join(folder.path, dataDir), ...more],
  ];
  const trialsIn = (dataDir: string): number => {
    const parent = join(folder.path, dataDir, "hyperopt");
    const name = existsSync(parent) ? readdirSync(parent)[0] : undefined;
    const path = name === undefined ? "" : join(parent, name, "trials.jsonl");
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 2 : 0;
  };

  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(async () => {
    for (const { child, ended } of trainers) {
      child.kill("SIGKILL");
      await ended;
    }
    await nats.stop();
    folder.remove();
  });

  it("loses nothing when a trainer is killed, and goes on after it was killed itself", async () => {
    const [one, two] = [trainer("one"), trainer("two")];
    const alone = shoal(search("alone", "-j", "1"));
    const broken = begin(search("far", "--nats", nats.url));
    await eventually("the first trials", () => trialsIn("far") >= 8, 150_000);
    broken.child.kill("SIGKILL");
    await broken.ended;
    expect(trialsIn("far")).toBeLessThan(64);

    // A thread here helps, so that the trainer that is killed is not the only one at work.
    const resumed = begin(search("far", "--nats", nats.url, "-j", "1"));
    await eventually("some more trials", () => trialsIn("far") >= 24, 150_000);
    one.child.kill("SIGKILL");
    const [found, expected] = await Promise.all([resumed.ended, alone]);
    expect(found.json["resumed"]).toBeGreaterThanOrEqual(8);
    expect(found.json["evaluationsHash"]).toBe(expected.json["evaluationsHash"]);
    expect(found.json["best"]).toEqual(expected.json["best"]);
    expect(found.err).toMatch(/^trainer two helps with 1 thread$/m);

    const url = /(http:\S+) (http:\S+)/.exec(lines["two"]!)![2]!;
    const series = await (await fetch(url)).text();
    expect(Number(/^shoal_trainer_tasks_done_total\S* (\d+)/m.exec(series)![1])).toBeGreaterThan(0);
    two.child.kill("SIGTERM");
    const ended = await two.ended;
    expect([ended.code, ended.json["tasksFailed"]]).toEqual([0, 0]);
    expect(ended.json["tasksDone"]).toBeGreaterThan(0);
  }, 400_000);

  it("says with 3 that there is no server, and with 2 that nobody would evaluate", async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    const away = await shoalHere(search("away", "--nats", url));
    expect([away.code, away.err]).toEqual([3, expect.stringContaining(`NATS at ${url} cannot be reached`)]);
    const nobody = await shoalHere(search("nobody", "-j", "0"));
    expect([nobody.code, nobody.err]).toEqual([
      2,
      expect.stringContaining("--workers: expected at least one"),
    ]);
  });
});
