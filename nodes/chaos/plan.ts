/**
 * What goes wrong in one simulated run, drawn from the seed: when, to whom, for how long. A plan is data and can be
 * printed, so that a failing seed says what it did.
 */
import { Chance } from "../../domain/values/chance.ts";
import type { Trouble } from "./network.ts";

export type Fault =
  /** kill -9; after `forMs` the host comes back, or another one takes its place. */
  | { readonly type: "crash"; readonly host: number; readonly forMs: number }
  /** kill -9 of whoever does it, at the nth entry stored, order sent or order taken from now on. */
  | { readonly type: "crash-at"; readonly moment: Moment; readonly nth: number; readonly forMs: number }
  /** SIGSTOP, later SIGCONT. */
  | { readonly type: "freeze"; readonly host: number; readonly forMs: number }
  /** Cut off from all other hosts and from the store: out, in, or both ways. */
  | { readonly type: "isolate"; readonly host: number; readonly way: Way; readonly forMs: number }
  /** Two hosts do not hear each other, though both reach the store. */
  | {
      readonly type: "part";
      readonly host: number;
      readonly other: number;
      readonly way: Way;
      readonly forMs: number;
    }
  | { readonly type: "no-venue"; readonly host: number; readonly way: Way; readonly forMs: number }
  /** The store has no leader. */
  | { readonly type: "no-store"; readonly forMs: number }
  /** The whole bus is gone, and everybody knows it. */
  | { readonly type: "no-bus"; readonly forMs: number }
  | { readonly type: "network"; readonly trouble: Trouble; readonly forMs: number }
  /** Shares of requests that the venue answers with an error before and after it has carried them out. */
  | {
      readonly type: "venue";
      readonly refusedRatio: number;
      readonly brokenRatio: number;
      readonly forMs: number;
    }
  | { readonly type: "drop-streams" }
  | { readonly type: "clock-step"; readonly host: number; readonly byMs: number }
  | { readonly type: "join" }
  | { readonly type: "leave"; readonly host: number };

export type Way = "out" | "in" | "both";
/** Between append, send and answer: where orders get lost or doubled. */
export type Moment = "stored" | "sent" | "taken";

export interface Planned {
  readonly atMs: number;
  readonly fault: Fault;
}

export interface Plan {
  readonly seed: number;
  readonly hosts: number;
  /** Of each host's wall clock against the venue's. */
  readonly skewMs: readonly number[];
  readonly faults: readonly Planned[];
  /** After this all faults are over. */
  readonly calmAtMs: number;
}

const BEGIN_MS = 1_200;
const SPAN_MS = 5_000;

export const planOfSeed = (seed: number): Plan => {
  const chance = new Chance(seed).fork("plan");
  const hosts = 2 + chance.integer(3);
  const count = 1 + chance.integer(4);
  const faults = Array.from({ length: count }, () => ({
    atMs: Math.round(BEGIN_MS + SPAN_MS * chance.next()),
    fault: draw(chance, hosts),
  }));
  faults.sort((a, b) => a.atMs - b.atMs);
  return {
    ...{ seed, hosts, faults, calmAtMs: BEGIN_MS + SPAN_MS + 1_000 },
    skewMs: Array.from({ length: hosts + 8 }, () => Math.round(400 * (chance.next() - 0.5))),
  };
};

const ways: readonly Way[] = ["out", "in", "both", "both"];
const moments: readonly Moment[] = ["stored", "sent", "taken"];

const draw = (chance: Chance, hosts: number): Fault => {
  const host = chance.integer(hosts);
  const way = ways[chance.integer(ways.length)]!;
  const forMs = Math.round(200 + 4_500 * chance.next() ** 2);
  switch (chance.integer(16)) {
    case 0:
    case 1:
      return { type: "crash", host, forMs };
    case 2:
    case 3:
    case 4:
      return {
        ...{ type: "crash-at", moment: moments[chance.integer(moments.length)]!, nth: 1 + chance.integer(6) },
        forMs,
      };
    case 5:
    case 6:
      return { type: "freeze", host, forMs };
    case 7:
    case 8:
      return { type: "isolate", host, way, forMs };
    case 9:
      return { type: "part", host, other: (host + 1 + chance.integer(hosts - 1)) % hosts, way, forMs };
    case 10:
      return { type: "no-venue", host, way, forMs };
    case 11:
      return chance.next() < 0.6 ? { type: "no-store", forMs } : { type: "no-bus", forMs };
    case 12:
      return {
        type: "network",
        trouble: {
          ...{ lossRatio: 0.2 * chance.next(), repeatRatio: 0.2 * chance.next() },
          ...{ slowRatio: 0.2 * chance.next(), slowMs: 3_000 * chance.next() },
        },
        forMs,
      };
    case 13:
      return { type: "venue", refusedRatio: 0.4 * chance.next(), brokenRatio: 0.4 * chance.next(), forMs };
    case 14:
      return chance.next() < 0.5
        ? { type: "drop-streams" }
        : { type: "clock-step", host, byMs: Math.round(6_000 * (chance.next() - 0.5)) };
    default:
      return chance.next() < 0.5 ? { type: "join" } : { type: "leave", host };
  }
};

/** For people: one line a fault. */
export const planText = ({ seed, hosts, faults, calmAtMs }: Plan): string =>
  [
    `seed ${seed}: ${hosts} hosts, calm from ${calmAtMs} ms on`,
    ...faults.map(({ atMs, fault: { type, ...rest } }) => `  ${atMs} ms  ${type} ${JSON.stringify(rest)}`),
  ].join("\n");
