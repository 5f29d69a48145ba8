/**
 * Three nodes on nats-server under a steady rate of ticks and random faults, for as long as wanted: memory, event-loop lag,
 * ticks, orders and what must hold are told once a minute and judged at the end.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { Chance } from "../../domain/values/chance.ts";
import { startNats } from "../servers.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";
import { slopePerMinute, type Sample } from "./slope.ts";
import { shaker } from "./soak-faults.ts";
import type { Vitals } from "./vitals.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly perSecond: number;
  readonly seed: number;
  /** Between the end of one fault and the next, at most. */
  readonly faultEveryMs?: number;
  readonly sampleMs?: number;
  readonly tell: (line: string) => void;
}

export interface SoakResult {
  readonly faults: readonly string[];
  /** Ticks a second that reached the node that lived throughout, over the whole run, outages included. */
  readonly ticksPerSecond: number;
  readonly orders: number;
  readonly fills: number;
  /** MB a minute of the node that lived throughout. */
  readonly heapSlope: number;
  readonly anonSlope: number;
  readonly heapMb: number;
  readonly anonMb: number;
  readonly rssMb: number;
  /** Of all nodes, outside of the seconds in which we stopped them ourselves. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly broken: readonly string[];
}

interface Kept {
  readonly heap: Sample[];
  readonly anon: Sample[];
  readonly p99: number[];
  maxMs: number;
  latest: Vitals | undefined;
}

const ORDERS_IN_VAIN_MS = 60_000;

export const soak = async (options: SoakOptions): Promise<SoakResult> => {
  const { minutes, perSecond, seed, tell, faultEveryMs = 30_000, sampleMs = 5_000 } = options;
  const nats = await startNats();
  const cluster = await startCluster({
    ...{ strategies: 12, symbols: 3, watched: 5, speed: 20, seed },
    nats: { url: nats.url, replicas: 1 },
  });
  const kept = new Map<string, Kept>();
  const broken: string[] = [];
  const faults: string[] = [];
  try {
    const joined = async (name: string): Promise<void> => {
      kept.set(name, { heap: [], anon: [], p99: [], maxMs: 0, latest: undefined });
      const pumping = { perSecond, instruments: cluster.watched };
      await cluster.nodes.get(name)!.call("pump", pumping);
    };
    await cluster.join("one", "two", "three");
    for (const name of cluster.nodes.keys()) await joined(name);
    await cluster.complete(60_000);
    await cluster.watch.traded(performance.now());
    const begun = performance.now();
    const end = begun + minutes * 60_000;
    const over = (): boolean => performance.now() >= end;
    const disturbed = async (name: string): Promise<void> => {
      await cluster.nodes.get(name)?.call("vitals");
    };

    const shaking = (async () => {
      const chance = new Chance(`soak ${seed}`);
      const shake = shaker(chance);
      while (!over()) {
        await pause(faultEveryMs * (0.3 + 0.7 * chance.next()));
        if (over()) break;
        try {
          faults.push(await shake({ cluster, nats, joined, disturbed }));
          tell(`  ${minute(begun)} ${faults.at(-1)!}`);
        } catch (error) {
          broken.push(`${minute(begun)} ${error instanceof Error ? error.message : String(error)}`);
          tell(`  BROKEN ${broken.at(-1)!}`);
        }
      }
    })();

    let tolds = 0;
    let acceptedBefore = cluster.watch.accepted();
    let progressAt = performance.now();
    while (!over()) {
      await pause(Math.min(sampleMs, Math.max(0, end - performance.now())));
      await sample(cluster, kept, performance.now() - begun);
      const accepted = cluster.watch.accepted();
      if (accepted > acceptedBefore) progressAt = performance.now();
      acceptedBefore = accepted;
      if (performance.now() - progressAt > ORDERS_IN_VAIN_MS) {
        broken.push(`${minute(begun)} no order was accepted for a minute`);
        progressAt = performance.now();
      }
      const due = Math.floor((performance.now() - begun) / 60_000);
      if (due <= tolds && !over()) continue;
      tolds = due;
      const found = await ledger(cluster);
      broken.push(...found.broken.map((one) => `${minute(begun)} ${one}`));
      tell(line(minute(begun), kept, found));
    }
    await shaking;
    await cluster.complete(60_000);
    const last = await invariants(cluster);
    broken.push(...last.broken);
    const one = kept.get("one")!;
    const p99 = [...kept.values()].flatMap((each) => each.p99).sort((a, b) => a - b);
    return {
      faults,
      ticksPerSecond: (one.latest?.ticks ?? 0) / ((performance.now() - begun) / 1_000),
      orders: last.orders,
      fills: last.fills,
      heapSlope: slopePerMinute(lows(one.heap)),
      anonSlope: slopePerMinute(one.anon),
      heapMb: one.latest?.heapMb ?? NaN,
      anonMb: one.latest?.anonMb ?? NaN,
      rssMb: one.latest?.rssMb ?? NaN,
      lagP99Ms: p99[Math.floor(0.99 * (p99.length - 1))] ?? NaN,
      lagMaxMs: Math.max(...[...kept.values()].map(({ maxMs }) => maxMs)),
      broken,
    };
  } finally {
    for (const node of cluster.nodes.values()) node.thaw();
    await cluster.stop();
    await nats.stop();
  }
};

const minute = (begun: number): string => `${((performance.now() - begun) / 60_000).toFixed(1)} min`;

/** A garbage collector leaves saw teeth: of every six samples the lowest. */
const lows = (samples: readonly Sample[]): readonly Sample[] => {
  const found: Sample[] = [];
  for (let k = 0; k + 6 <= samples.length; k += 6)
    found.push(samples.slice(k, k + 6).reduce((low, one) => (one.value < low.value ? one : low)));
  return found;
};

/** A process that is frozen or dead answers nothing: it is passed over. */
const sample = async (cluster: Cluster, kept: ReadonlyMap<string, Kept>, atMs: number): Promise<void> => {
  await Promise.all(
    [...cluster.nodes].map(async ([name, node]) => {
      const taken = await Promise.race([
        node.call<Vitals | undefined>("vitals").catch(() => undefined),
        pause(1_000, undefined, { ref: false }),
      ]);
      const of = kept.get(name);
      if (taken === undefined || of === undefined) return;
      of.latest = taken;
      of.heap.push({ atMs, value: taken.heapMb });
      of.anon.push({ atMs, value: taken.anonMb });
      of.p99.push(taken.lagP99Ms);
      of.maxMs = Math.max(of.maxMs, taken.lagMaxMs);
    }),
  );
};

interface Ledger {
  readonly orders: number;
  readonly fills: number;
  readonly broken: readonly string[];
}

/** What can be said while it trades: no client order id twice, sub-ledgers add up to the account. */
const ledger = async (cluster: Cluster): Promise<Ledger> => {
  const broken: string[] = [];
  const { orders } = (await (await fetch(`${cluster.sandbox.adminUrl}/orders`)).json()) as {
    readonly orders: readonly { readonly clientOrderId: string }[];
  };
  const doubled = orders.length - new Set(orders.map(({ clientOrderId }) => clientOrderId)).size;
  if (doubled > 0) broken.push(`${doubled} client order ids are twice at the venue`);
  try {
    const view = await cluster.anyone().ask<PortfolioView>("portfolio", "main", "view");
    for (const { unaccounted } of view.accounts)
      if (Object.keys(unaccounted).length > 0)
        broken.push(`unaccounted: ${JSON.stringify(Object.keys(unaccounted))}`);
    return { orders: orders.length, fills: view.counters.fills, broken };
  } catch {
    return { orders: orders.length, fills: NaN, broken };
  }
};

const line = (at: string, kept: ReadonlyMap<string, Kept>, { orders, fills, broken }: Ledger): string => {
  const nodes = [...kept].map(([name, { latest, p99, maxMs }]) => {
    const now = latest;
    return now === undefined
      ? `${name} -`
      : `${name} rss ${now.rssMb.toFixed(0)} anon ${now.anonMb.toFixed(0)} heap ${now.heapMb.toFixed(0)} MB lag p99 ${(p99.at(-1) ?? NaN).toFixed(1)} max ${maxMs.toFixed(0)} ms ticks ${now.ticks} missed ${now.missed}`;
  });
  return `${at}: ${nodes.join("; ")}; orders ${orders}, fills ${fills}; ${broken.length === 0 ? "all holds" : broken.join(", ")}`;
};
