/**
 * Three processes whose wall clocks are stepped, and whose processors burn: nobody takes a living host for dead, leases and
 * owners stay, a killed one is noticed within two seconds all the same, and nothing is lost or doubled.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LeaseCounts } from "../../adapters/leases/leases.ts";
import { eventually, findServer } from "../servers.ts";
import type { EngineProcess } from "../e2e/processes.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";

const STEP_MS = 30_000;
const BURN_MS = 15_000;
/** 2 s, and one stretch in which the event loop of the one who looks is blocked. */
const NOTICED_MS = 2_300;
/** Stepped by more than `haltedMs` an account stands still until the clock was compared anew and was calm for 10 s. */
const TRADES_AGAIN_MS = 40_000;

describe.skipIf(findServer("nats-server") === undefined)("clocks and processors", () => {
  let cluster: Cluster;
  const burners: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await startCluster({ strategies: 12, symbols: 3, speed: 60, seed: 21 });
    await cluster.join("one", "two", "three");
    await cluster.complete(20_000);
    await cluster.watch.traded(performance.now());
  }, 60_000);
  afterAll(async () => {
    for (const burner of burners) burner.kill("SIGKILL");
    await cluster.stop();
  });

  const hostsOf = async ({ call }: EngineProcess): Promise<readonly string[]> =>
    (await call<readonly { readonly id: string }[]>("hosts")).map(({ id }) => id).sort();
  const owners = async (): Promise<ReadonlyMap<string, string>> =>
    new Map([...(await cluster.where())].filter(([actor]) => /^(portfolio|execution)\./.test(actor)).sort());
  const lapses = async (): Promise<readonly number[]> =>
    Promise.all(
      [...cluster.nodes.values()].map(async ({ call }) => (await call<LeaseCounts>("leaseCounts")).lapsed),
    );
  const tradesAgain = async (since: number): Promise<number> => {
    let at = NaN;
    void cluster.watch.traded(since).then((moment) => (at = moment));
    await eventually("an order", () => !Number.isNaN(at), TRADES_AGAIN_MS);
    return at - since;
  };

  it.each([STEP_MS, -2 * STEP_MS, STEP_MS])(
    "every wall clock steps by %i ms: no lease lapses, owners stay, trading goes on",
    async (ms) => {
      const [before, lapsed] = [await owners(), await lapses()];
      const at = performance.now();
      await Promise.all([...cluster.nodes.values()].map(({ call }) => call("stepWallClock", ms)));
      const tookMs = await tradesAgain(at + 100);
      console.info(
        `clocks stepped by ${ms} ms: an order placed after it was accepted ${Math.round(tookMs)} ms later`,
      );
      expect(await lapses()).toEqual(lapsed);
      expect(await owners()).toEqual(before);
    },
    60_000,
  );

  it("one clock of three is wrong by half a minute: the same", async () => {
    const [before, lapsed] = [await owners(), await lapses()];
    const name = before.get("execution.main")!;
    await cluster.nodes.get(name)!.call("stepWallClock", STEP_MS);
    await tradesAgain(performance.now() + 100);
    await cluster.nodes.get(name)!.call("stepWallClock", -STEP_MS);
    await tradesAgain(performance.now() + 100);
    expect(await lapses()).toEqual(lapsed);
    expect(await owners()).toEqual(before);
  }, 100_000);

  it("all burn, and four strangers with them: nobody is taken for dead; one that is killed is, within 2 s", async () => {
    const [before, lapsed] = [await owners(), await lapses()];
    const names = [...cluster.nodes.keys()].sort();
    for (let n = 0; n < 4; n += 1) burners.push(spawn(process.execPath, ["-e", "for (;;);"]));
    // Half of its time each event loop is blocked, 300 ms at a stretch.
    const burning = { forMs: BURN_MS, sliceMs: 300, restMs: 300 };
    await Promise.all([...cluster.nodes.values()].map(({ call }) => call("burn", { ...burning, forMs: 1 })));
    for (const { call } of cluster.nodes.values()) void call("burn", burning);
    const end = performance.now() + BURN_MS;
    let looks = 0;
    await eventually(
      "the burn to end",
      async () => {
        for (const node of cluster.nodes.values()) expect(await hostsOf(node)).toEqual(names);
        looks += 1;
        return performance.now() > end - 5_000;
      },
      2 * BURN_MS,
    );
    expect(looks).toBeGreaterThan(5);
    expect(await lapses()).toEqual(lapsed);
    expect(await owners()).toEqual(before);

    const victim = names.find((name) => ![...before.values()].includes(name)) ?? names[0]!;
    const killedAt = performance.now();
    await cluster.nodes.get(victim)!.kill();
    cluster.forget(victim);
    const left = names.filter((name) => name !== victim);
    await Promise.all(
      [...cluster.nodes.values()].map((node) =>
        eventually(
          `${victim} is missed`,
          async () => JSON.stringify(await hostsOf(node)) === JSON.stringify(left),
          NOTICED_MS,
        ),
      ),
    );
    console.info(
      `${victim} was missed ${Math.round(performance.now() - killedAt)} ms after its end, under burn; ${looks} looks before`,
    );
    for (const burner of burners.splice(0)) burner.kill("SIGKILL");
    await cluster.complete(30_000);
  }, 90_000);

  it("nothing was lost, nothing doubled", async () => {
    const { broken, orders } = await invariants(cluster);
    expect(broken).toEqual([]);
    expect(orders).toBeGreaterThan(30);
  }, 60_000);
});
