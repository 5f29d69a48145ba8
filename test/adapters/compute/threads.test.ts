/** Worker threads: answers in order, deaths told and made good, failures with their reason. */
import { afterEach, describe, expect, it } from "vitest";
import { shareCandles, sharedTable } from "../../../adapters/compute/shared-candles.ts";
import type { Compute } from "../../../adapters/compute/compute.ts";
import { threads } from "../../../adapters/compute/threads.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";

const program = new URL("./doubling-process.ts", import.meta.url);
const told: string[] = [];
let open: Compute<number, { readonly twice: number }> | undefined;

/** `deaths`: by task, how many threads it ends. */
const start = (workers: number, deaths: Readonly<Record<number, number>> = {}) => {
  const deadly = new SharedArrayBuffer(4 * 32);
  for (const [task, times] of Object.entries(deaths)) new Int32Array(deadly)[Number(task)] = times;
  return (open = threads({ program, data: { deadly }, workers, tell: (line) => told.push(line) }));
};
const twices = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ twice: 2 * (from + i) }));
const tasks = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

afterEach(async () => {
  await open?.close();
  told.length = 0;
});

describe("threads", () => {
  it.each([[1], [3]])(
    "answer in the order of the tasks with %i of them, batch after batch",
    async (workers) => {
      const compute = start(workers);
      expect(await compute.evaluate(tasks(0, 12))).toEqual(twices(0, 12));
      expect(await compute.evaluate(tasks(20, 31))).toEqual(twices(20, 31));
      expect(await compute.evaluate([])).toEqual([]);
      expect(told).toEqual([]);
    },
  );

  it("one that dies is told of and replaced, its task done again", async () => {
    const compute = start(2, { 4: 2, 6: 1 });
    expect(await compute.evaluate(tasks(0, 10))).toEqual(twices(0, 10));
    expect(told).toHaveLength(3);
    expect(told[0]).toBe("a worker thread died (exit code 7); its task is done again");
  });

  it("a task that always ends its thread is given up", async () => {
    const compute = start(2, { 4: 99 });
    await expect(compute.evaluate(tasks(0, 10))).rejects.toThrow(
      "a task ended 3 worker threads one after the other: exit code 7",
    );
  });

  it("what a task throws is the reason, and the next batch does not mix with the failed one", async () => {
    const compute = start(2);
    await expect(compute.evaluate([1, 13, 2, 3, 4])).rejects.toThrow("13 cannot be doubled");
    expect(await compute.evaluate(tasks(5, 12))).toEqual(twices(5, 12));
  });

  it("a closed pool refuses, and what was under way is told", async () => {
    const compute = start(1);
    const under = expect(compute.evaluate(tasks(0, 5))).rejects.toThrow("closed");
    await compute.close();
    await under;
    await expect(compute.evaluate([1])).rejects.toThrow("closed");
  });

  it("a program that cannot start is given up with its reason", async () => {
    open = threads({
      program: new URL("./no-such-program.ts", import.meta.url),
      data: {},
      workers: 1,
      tell: (line) => told.push(line),
    });
    await expect(open.evaluate([1])).rejects.toThrow(/no-such-program/);
  });
});

describe("shared candles", () => {
  it("are the same numbers in memory that threads share", () => {
    const table = new CandleTable(8);
    table.push(60_000, 1, 3, 0.5, 2, 10, 4);
    table.push(120_000, 2, 2.5, 1.5, 1.75, 0, 0);
    const view = sharedTable(shareCandles(table));
    expect(view.length).toBe(2);
    expect([0, 1].every((row) => view.sameAs(row, table, row))).toBe(true);
    expect([...view.trades]).toEqual([4, 0]);
    expect(view.close.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
