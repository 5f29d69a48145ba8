/**
 * P11: from the moment the exchange actor's sink has a trade to the moment the order reaches the account's port, through
 * symbol, strategy, portfolio (journaled) and execution; against one durable append of the same entry to the same
 * journal, in turn, tick by tick. On two nodes the market's batch, the proposal and the order cross NATS.
 */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import type { Entry, Journal } from "../adapters/journal/journal.ts";
import type { Timestamp } from "../domain/values/values.ts";
import { eventually, findServer, startNats } from "../test/servers.ts";
import { median, type Figure, type Result } from "./figure.ts";
import { INSTRUMENT, PRICE, startPathNode, STREAM, type PathNode, type Told } from "./order-path.ts";

const ROUNDS = 10;
const TICKS = 150;

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const us = (ns: bigint): number => Number(ns) / 1_000;

/** Of one round, us. */
interface Round {
  readonly path: readonly number[];
  readonly append: readonly number[];
  readonly trip: readonly number[];
}

/** The newest order's own entry, so that the reference writes the same bytes. */
const orderEntry = async (journal: Journal): Promise<Entry> => {
  for await (const entry of journal.read(STREAM))
    if (entry.turns.some(({ command }) => (command as { type: string }).type === "Propose")) return entry;
  throw new Error("no order was journaled");
};

class Path {
  readonly #node: PathNode;
  readonly #settle: () => Promise<void>;
  #placed: (atNs: bigint) => void = () => undefined;
  #entry: Entry | undefined;
  #appended = 0;
  #trade = 0;

  constructor(node: PathNode, settle: () => Promise<void>) {
    this.#node = node;
    this.#settle = settle;
  }

  placed(atNs: bigint): void {
    this.#placed(atNs);
  }

  async #tick(): Promise<number> {
    const at = Date.now() as Timestamp;
    const trade = { at, price: PRICE, quantity: 0.01, side: "buy", id: (this.#trade += 1) } as const;
    const order = new Promise<bigint>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("no order in 5 s")), 5_000);
      this.#placed = (atNs) => {
        clearTimeout(late);
        resolve(atNs);
      };
    });
    const sink = this.#node.sink()!;
    const from = process.hrtime.bigint();
    sink.trades(INSTRUMENT, [trade]);
    const took = us((await order) - from);
    await this.#settle();
    return took;
  }

  async #append(): Promise<number> {
    this.#entry ??= await orderEntry(this.#node.journal);
    const from = process.hrtime.bigint();
    this.#appended = await this.#node.journal.append("reference", this.#entry, this.#appended);
    return us(process.hrtime.bigint() - from);
  }

  async rounds(trip?: () => Promise<unknown>): Promise<readonly Round[]> {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [path, append, trips]: [number[], number[], number[]] = [[], [], []];
      for (let i = 0; i < TICKS; i += 1) {
        path.push(await this.#tick());
        append.push(await this.#append());
        const from = process.hrtime.bigint();
        await trip?.();
        trips.push(us(process.hrtime.bigint() - from));
      }
      if (round > 0) rounds.push({ path, append, trip: trips }); // The first warms up.
    }
    return rounds;
  }
}

const lines = (where: string, store: string, rounds: readonly Round[], two: boolean): Result[] => {
  const all = (of: keyof Round): number[] => rounds.flatMap((round) => [...round[of]]);
  const line = (name: string, q: number, times: number): Result => {
    /** Allowed beyond the appends: what the hops between nodes cost. */
    const hops = ({ trip }: Round): number => (two ? 1.5 * quantile(trip, q) : 0);
    const over = (appendQ: number): number =>
      median(
        rounds.map((round) => (quantile(round.path, q) - hops(round)) / quantile(round.append, appendQ)),
      );
    const trip = two ? `raw round trip p50 ${Math.round(quantile(all("trip"), 0.5))} us; ` : "";
    return {
      figure: "P11",
      what: `tick in to order out, ${where}, ${name}`,
      ours: quantile(all("path"), q),
      reference: quantile(all("append"), 0.5),
      unit: "us",
      referenceName: `one durable append (${store}), p50`,
      ratio: over(0.5),
      target: `at most ${times} times${two ? " beyond 1.5 raw NATS round trips" : ""}`,
      met: over(0.5) <= times,
      note: `${trip}${q === 0.5 ? "" : `against the append's own p99 ${over(q).toPrecision(3)}; `}append p99 ${Math.round(quantile(all("append"), 0.99))} us`,
    };
  };
  return [line("p50", 0.5, 2), line("p99", 0.99, 5)];
};

const alone = async (): Promise<Result[]> => {
  const node = await startPathNode({ hostId: "one", roles: ["*"], placed: (atNs) => path.placed(atNs) });
  const path = new Path(node, () => node.idle());
  const rounds = await path.rounds();
  await node.stop();
  return lines("one node", "lmdb", rounds, false);
};

/** A raw round trip to the other process: the server's, there and back. */
const tripper = (raw: NatsConnection): (() => Promise<unknown>) => {
  let answered: () => void = () => undefined;
  raw.subscribe("trip.back", { callback: () => answered() });
  return () =>
    new Promise<void>((resolve) => {
      answered = resolve;
      raw.publish("trip", Buffer.from(JSON.stringify({ order: INSTRUMENT })), { reply: "trip.back" });
    });
};

const told = <K extends string>(peer: ChildProcess, name: K): Promise<Extract<Told, Record<K, unknown>>> =>
  new Promise((resolve) => {
    const listen = (message: Told): void => {
      if (!(name in message)) return;
      peer.off("message", listen);
      resolve(message as Extract<Told, Record<K, unknown>>);
    };
    peer.on("message", listen);
  });

const together = async (): Promise<Result[]> => {
  if (findServer("nats-server") === undefined) return [];
  const nats = await startNats();
  const peer = fork(join(import.meta.dirname, "order-path.ts"), [nats.url, "symbol,strategy,execution"]);
  const up = told(peer, "up");
  const node = await startPathNode({
    hostId: "one",
    roles: ["exchange", "recorder", "portfolio"],
    natsUrl: nats.url,
    placed: () => undefined,
    joined: (hosts) => eventually("the other node", () => hosts() === 2),
  });
  await up;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 2; i += 1) {
      const idle = told(peer, "idle");
      peer.send("settle");
      await Promise.all([idle, node.idle()]);
    }
  };
  const path = new Path(node, settle);
  peer.on("message", (message: Told) => {
    if ("placedNs" in message) path.placed(BigInt(message.placedNs));
  });
  const raw = await connect({ servers: nats.url, noAsyncTraces: true });
  await eventually("the exchange", () => node.sink() !== undefined);
  const rounds = await path.rounds(tripper(raw));
  await raw.close();
  const gone = new Promise((resolve) => peer.once("exit", resolve));
  peer.send("stop");
  await gone;
  await node.stop();
  await nats.stop();
  return lines("two nodes", "JetStream", rounds, true);
};

export const figure: Figure = {
  name: "P11 order path",
  async run() {
    return [...(await alone()), ...(await together())];
  },
};
