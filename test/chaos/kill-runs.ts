/**
 * Seeded kill -9 runs. Seeds share a cluster batch by batch: each kills as its plan says, waits until the survivors trade,
 * and brings the dead back; at the end of a batch trading is halted and everything compared. A batch replays by its first
 * seed and its number.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { EngineProcess } from "../e2e/processes.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants, type Findings } from "./invariants.ts";
import { killPlan, type KillPlan, type Shot } from "./kill-plan.ts";

/** P12: from the kill to trading elsewhere. */
export const TAKE_OVER_MS = 5_000;
const FUSE_MS = 4_000;

export interface KillRun {
  readonly seed: number;
  /** `appended #3 of three (portfolio.main)`, `two after 512 ms`. */
  readonly what: readonly string[];
  /** From the last kill to the first order placed afterwards and accepted, with every actor running again. */
  readonly takeOverMs: number;
  /** Of those that lived on, when it took too long: their leases and what they said. */
  readonly survivors: string;
}

export interface Batch extends Findings {
  readonly runs: readonly KillRun[];
  readonly wallMs: number;
}

export interface KillOptions {
  readonly from: number;
  readonly seeds: number;
  readonly tell?: (run: KillRun) => void;
  /** P12 where left out; more on a machine that has other things to do. */
  readonly takeOverMs?: number;
}

export const killBatch = async (options: KillOptions): Promise<Batch> => {
  const { from, seeds, tell, takeOverMs = TAKE_OVER_MS } = options;
  const begun = performance.now();
  const cluster = await startCluster({ strategies: 12, symbols: 3, speed: 60, seed: from });
  try {
    await cluster.join("one", "two", "three");
    await cluster.complete(20_000);
    await cluster.watch.traded(performance.now());
    const broken: string[] = [];
    const runs: KillRun[] = [];
    for (let seed = from; seed < from + seeds; seed += 1) {
      const run = await killRun(cluster, killPlan(seed), takeOverMs);
      runs.push(run);
      tell?.(run);
      if (run.takeOverMs > takeOverMs)
        broken.push(
          `seed ${seed}: took over in ${Math.round(run.takeOverMs)} ms (${run.what.join("; ")})${run.survivors}`,
        );
    }
    const found = await invariants(cluster);
    return {
      ...found,
      broken: [...broken, ...found.broken],
      runs,
      wallMs: performance.now() - begun,
    };
  } finally {
    await cluster.stop();
  }
};

/** A kill that has happened: of whom, when, and how. */
interface Killed {
  readonly name: string;
  readonly at: number;
  readonly how: string;
}

const killRun = async (cluster: Cluster, plan: KillPlan, boundMs: number): Promise<KillRun> => {
  const killed: Killed[] = [
    plan.aim === undefined ? await shoot(cluster, plan.first) : await aim(cluster, plan),
  ];
  if (plan.second !== undefined && cluster.nodes.size > 1) killed.push(await shoot(cluster, plan.second));
  const { at } = killed.at(-1)!;
  const traded = cluster.watch.traded(at);
  await cluster.complete(30_000);
  const placedMs = performance.now() - at;
  const tradedAt = await Promise.race([traded, pause(30_000, undefined, { ref: false })]);
  if (tradedAt === undefined) throw new Error(`seed ${plan.seed}: nobody trades 30 s after the kill`);
  const takeOverMs = Math.max(placedMs, tradedAt - at);
  const survivors =
    takeOverMs <= boundMs ? "" : ` placed after ${Math.round(placedMs)} ms${await told(cluster)}`;
  await cluster.join(
    ...killed.map(({ name }) => (plan.sameName ? name : `seed-${plan.seed}-${name}`.slice(0, 30))),
  );
  await cluster.complete(20_000);
  return { seed: plan.seed, what: killed.map(({ how }) => how), takeOverMs, survivors };
};

const told = async ({ nodes }: Cluster): Promise<string> => {
  const all = [...nodes.values()].map(async ({ node, call, output }) => {
    const said = output().split("\n").slice(-20).join("\n    ");
    return `\n  ${node}: leases ${JSON.stringify(await call("leaseCounts"))}\n    ${said}`;
  });
  return (await Promise.all(all)).join("");
};

/** From outside, whoever it hits, whatever it does. */
const shoot = async (cluster: Cluster, { afterMs, victim }: Shot): Promise<Killed> => {
  await pause(afterMs);
  const names = [...cluster.nodes.keys()].sort();
  const name = names[Math.floor(victim * names.length)]!;
  const node = cluster.nodes.get(name)!;
  const at = performance.now();
  await node.kill();
  cluster.forget(name);
  return { name, at, how: `${name} after ${afterMs} ms` };
};

/** From inside, at the point in the life of an order; whoever has the actor that passes it. */
const aim = async (cluster: Cluster, { aim: aimed, seed }: KillPlan): Promise<Killed> => {
  const { point, nth } = aimed!;
  const actor = point === "appended" ? "portfolio.main" : "execution.main";
  const name = (await cluster.ownerOf(actor))!;
  const node: EngineProcess = cluster.nodes.get(name)!;
  await node.call("armFuse", { point, nth });
  const burnt = await Promise.race([node.gone.then(() => true), pause(FUSE_MS, false, { ref: false })]);
  const at = performance.now();
  if (!burnt) throw new Error(`seed ${seed}: no order passed ${point} within ${FUSE_MS} ms`);
  cluster.forget(name);
  return { name, at, how: `${name} (${actor}) ${point} #${nth}` };
};
