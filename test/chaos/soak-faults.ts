/** What happens to the cluster while it soaks, drawn from a seed: kills, frozen processes, a NATS that dies, a venue in trouble. */
import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../domain/values/chance.ts";
import type { Server } from "../servers.ts";
import type { Cluster } from "./cluster.ts";

export interface Shaken {
  readonly cluster: Cluster;
  readonly nats: Server;
  /** Set up as the others are, once it has joined. */
  joined(name: string): Promise<void>;
  /** Its event loop stood still, by us. */
  disturbed(name: string): Promise<void>;
}

type Fault = (shaken: Shaken, chance: Chance) => Promise<string>;

/** `one` is never killed: its memory is the one that is looked at. */
const spared = "one";

const kill: Fault = async ({ cluster, joined }, chance) => {
  const names = [...cluster.nodes.keys()].filter((name) => name !== spared);
  const name = names[chance.integer(names.length)]!;
  const node = cluster.nodes.get(name)!;
  cluster.forget(name);
  await node.kill();
  await cluster.complete(60_000);
  await cluster.join(name);
  await joined(name);
  return `kill -9 of ${name}, started again`;
};

const freeze: Fault = async ({ cluster, disturbed }, chance) => {
  const names = [...cluster.nodes.keys()];
  const name = names[chance.integer(names.length)]!;
  const ms = 2_500 + chance.integer(4_000);
  const node = cluster.nodes.get(name)!;
  node.freeze();
  await pause(ms);
  node.thaw();
  await disturbed(name);
  return `${name} frozen for ${ms} ms`;
};

const natsDies: Fault = async ({ nats }, chance) => {
  const ms = 300 + chance.integer(3_000);
  await nats.kill();
  await pause(ms);
  await nats.restart();
  return `nats-server killed, back after ${ms} ms`;
};

const plans = [
  { match: "/api/v3/order", loseRatio: 0.3 },
  { errorRatio: 0.1, errorStatus: 503 },
  { latencyMs: [0, 400] },
  { match: "/api/v3/order", errorRatio: 0.2, errorStatus: 504 },
] as const;

const trouble: Fault = async ({ cluster }, chance) => {
  const ask = async (plan: object): Promise<void> => {
    const answer = await fetch(`${cluster.sandbox.adminUrl}/faults`, {
      method: "POST",
      body: JSON.stringify(plan),
    });
    if (!answer.ok) throw new Error(`the sandbox refuses ${JSON.stringify(plan)}: ${await answer.text()}`);
  };
  const plan = plans[chance.integer(plans.length)]!;
  const ms = 2_000 + chance.integer(5_000);
  await ask(plan);
  await pause(ms);
  await ask({});
  await ask({ drop: chance.next() < 0.5 ? "user" : "market" });
  return `venue with ${JSON.stringify(plan)} for ${ms} ms, then its sockets cut`;
};

const faults: readonly Fault[] = [kill, freeze, natsDies, trouble];

/** Carries out the next one and says what it was. Every kind comes once before any comes again. */
export const shaker = (chance: Chance): ((shaken: Shaken) => Promise<string>) => {
  let left: Fault[] = [];
  return (shaken) => {
    if (left.length === 0) left = [...faults];
    const [fault] = left.splice(chance.integer(left.length), 1);
    return fault!(shaken, chance);
  };
};
