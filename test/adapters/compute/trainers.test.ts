/** Trainers over a real NATS server: answers in order and once, whoever dies; data fetched once; the unlike refused. */
import { connect, type NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Compute } from "../../../adapters/compute/compute.ts";
import { pack, unpack } from "../../../adapters/compute/parcel.ts";
import { threads } from "../../../adapters/compute/threads.ts";
import { openTrainer, type Trainer } from "../../../adapters/compute/trainer.ts";
import { QUEUE } from "../../../adapters/compute/trainer-messages.ts";
import { trainers } from "../../../adapters/compute/trainers.ts";
import { eventually, findServer, startNats, type Server } from "../../servers.ts";

const program = new URL("./doubling-process.ts", import.meta.url);
type Found = { readonly twice: number };
const twices = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ twice: 2 * (from + i) }));
const tasks = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("a parcel", () => {
  it("gives back what threads would be given, shared memory as shared memory, once for two mentions", () => {
    const buffer = new SharedArrayBuffer(16);
    new Float64Array(buffer).set([1.5, NaN]);
    const data = { tick: 5n, none: undefined, markets: [{ buffer }, { buffer, at: new Float64Array([7]) }] };
    const { names, parts } = pack(data);
    expect(names.map(({ bytes }) => bytes)).toEqual([expect.any(Number), 16]);
    const back = unpack(names.map(({ hash }) => parts.get(hash)!)) as typeof data;
    expect(back).toEqual(data);
    expect(back.markets[0]!.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(back.markets[1]!.buffer).toBe(back.markets[0]!.buffer);
  });
});

describe.skipIf(findServer("nats-server") === undefined)("trainers", () => {
  let nats: Server;
  const open: { close(): Promise<unknown> }[] = [];
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);

  const line = async (): Promise<NatsConnection> => {
    const connection = await connect({ servers: nats.url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
    open.push(connection);
    return connection;
  };
  const search = async (code = "a1", deaths: Readonly<Record<number, number>> = {}) => {
    const deadly = new SharedArrayBuffer(4 * 32);
    for (const [task, times] of Object.entries(deaths)) new Int32Array(deadly)[Number(task)] = times;
    const settings = { about: "doubles", likeness: { code }, data: { deadly }, tell, ackWaitMs: 1_500 };
    const compute: Compute<number, Found> = await trainers({ connection: await line(), ...settings });
    open.push(compute);
    return compute;
  };
  const trainer = async (
    name: string,
    code = "a1",
  ): Promise<{ trainer: Trainer; connection: NatsConnection }> => {
    const connection = await line();
    const opened = openTrainer({
      ...{ connection, name, tell },
      threads: 2,
      likeness: () => ({ code }),
      open: (data) => threads({ program, data, workers: 1, tell }),
    });
    open.push(opened);
    return { trainer: opened, connection };
  };

  beforeAll(async () => {
    nats = await startNats();
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    told.length = 0;
  });
  afterAll(() => nats.stop());

  it("answer in the order of the tasks, batch after batch, and leave nothing in the queue", async () => {
    const compute = await search();
    const { trainer: one } = await trainer("one");
    const { trainer: two } = await trainer("two");
    expect(await compute.evaluate(tasks(0, 12))).toEqual(twices(0, 12));
    expect(await compute.evaluate(tasks(20, 31))).toEqual(twices(20, 31));
    expect(await compute.evaluate([])).toEqual([]);
    // A trainer counts when it hears that its answer was heard.
    await eventually("all to be counted", () => one.stats().done + two.stats().done === 23);
    expect(one.stats()).toMatchObject({ failed: 0, threads: 2, searches: 1, refused: 0 });
    await compute.close();
    await eventually("the search to be over there", () => one.stats().searches === 0);
    const manager = await (await line()).jetstreamManager();
    expect((await manager.streams.info(QUEUE)).state).toMatchObject({ messages: 0, consumer_count: 0 });
  });

  it("the tasks of one that is gone without a word are given to another, and counted once", async () => {
    const compute = await search();
    // Takes tasks and never answers: its connection goes while it evaluates.
    const { connection } = await trainer("one");
    const answered = compute.evaluate(tasks(14, 38));
    await eventually("it to take some", () => told.some((each) => each.startsWith("helps")));
    await connection.close();
    const { trainer: two } = await trainer("two");
    expect(await answered).toEqual(twices(14, 38));
    expect(two.stats().done).toBeGreaterThan(0);
  });

  it("fetch the same data once, whatever the search", async () => {
    const { trainer: one } = await trainer("one");
    for (let k = 0; k < 2; k += 1) {
      const compute = await search();
      expect(await compute.evaluate([1])).toEqual(twices(1, 2));
      await compute.close();
    }
    expect(one.stats().fetchedBytes).toBeGreaterThanOrEqual(128);
    expect(one.stats().fetchedBytes).toBeLessThan(256);
  });

  it("one of another code is refused with its reason, and the search waits for one that is alike", async () => {
    const compute = await search();
    const { trainer: other } = await trainer("other", "b2");
    const answered = compute.evaluate(tasks(0, 4));
    const refusal = "trainer other is refused: its code is b2, the search's a1";
    await eventually("the refusal", () => told.includes(refusal));
    expect(told).toContain("the search for doubles is not helped: its code is b2, the search's a1");
    expect(other.stats()).toMatchObject({ searches: 0, refused: 1, done: 0 });
    await trainer("same");
    expect(await answered).toEqual(twices(0, 4));
    expect(other.stats().done).toBe(0);
  });

  it("what a task throws is the reason, once others have tried", async () => {
    const compute = await search();
    const { trainer: one } = await trainer("one");
    await expect(compute.evaluate([1, 13, 2])).rejects.toThrow("13 cannot be doubled");
    expect(one.stats().failed).toBe(3);
    expect(await compute.evaluate(tasks(5, 8))).toEqual(twices(5, 8));
  });

  it("a server that lost the tasks gets them again", async () => {
    const compute = await search();
    const answered = compute.evaluate(tasks(0, 3));
    const manager = await (await line()).jetstreamManager();
    await eventually(
      "the tasks to lie there",
      async () => (await manager.streams.info(QUEUE)).state.messages === 3,
    );
    await manager.streams.delete(QUEUE);
    await trainer("one");
    expect(await answered).toEqual(twices(0, 3));
  }, 30_000);
});
