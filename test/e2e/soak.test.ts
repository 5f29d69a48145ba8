/**
 * Five minutes of soak with faults, beside whatever else is tested: what must hold and what must not grow. At another rate or
 * for longer by hand: `node test/chaos/soak.ts --minutes 45 --rate 20000`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { slopePerMinute } from "../chaos/slope.ts";
import { soak, type SoakResult } from "../chaos/soak-run.ts";
import { findServer } from "../servers.ts";

const MINUTES = 5;

describe("the slope", () => {
  const line = (perMinute: number, noise: (k: number) => number) =>
    Array.from({ length: 30 }, (_, k) => ({ atMs: k * 60_000, value: 100 + k * perMinute + noise(k) }));

  it("is the growth per minute, whatever the first third did", () => {
    expect(slopePerMinute(line(2, () => 0))).toBeCloseTo(2, 10);
    expect(slopePerMinute(line(0, (k) => (k < 10 ? k * 50 : 0)))).toBeCloseTo(0, 10);
    expect(slopePerMinute(line(0, (k) => (k % 2) * 3))).toBeCloseTo(0, 1);
    expect(slopePerMinute(line(1, () => 0).slice(0, 3))).toBe(0);
  });
});

/** Begun with the first test of this run, or here; and what it said meanwhile. */
const soaked = async (): Promise<readonly [SoakResult, string]> => {
  const folder = process.env["SHOAL_SOAK"];
  if (folder === undefined) {
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    return [await soak({ ...{ minutes: MINUTES, perSecond: 3_000, seed: 4 }, tell }), told.join("\n")];
  }
  const answer = join(folder, "answer.json");
  const said = (): string => readFileSync(join(folder, "log"), "utf8");
  while (!existsSync(answer)) {
    if (!lives(Number(process.env["SHOAL_SOAK_PID"]))) throw new Error(`the soak ended early:\n${said()}`);
    await pause(200);
  }
  await pause(200); // It writes at once, and small.
  return [JSON.parse(readFileSync(answer, "utf8")) as SoakResult, said()];
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(findServer("nats-server") === undefined)("soak", () => {
  it("five minutes on three nodes with faults: nothing broken, and nothing kept for every tick", async () => {
    const [result, said] = await soaked();
    expect(result.broken, said).toEqual([]);
    expect(result.faults.length, said).toBeGreaterThanOrEqual(3);
    expect(result.orders).toBeGreaterThan(20);
    // Five minutes tell no slope; this would be told by something that is kept for every tick.
    expect(result.heapMb).toBeLessThan(250);
  }, 480_000);
});
