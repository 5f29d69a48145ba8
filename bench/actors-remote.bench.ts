/**
 * P8 and P9: two processes and a nats-server of their own. Commands to an actor on the other node against bare Moleculer
 * calls and raw NATS round trips; ticks on the market road against JSON batches of 50 on a raw subject.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { connect, type NatsConnection } from "nats";
import { ref } from "../contracts/contract.ts";
import type { Trade } from "../domain/market/tick.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { bus } from "../moleculer.config.ts";
import { eventually, findServer, startNats, type Server } from "../test/servers.ts";
import { bareBroker, INSTRUMENTS, onPeer, PeerContract, type Order, type Tally } from "./actors-peer.ts";
import { inTurn, median, type Figure, type Result } from "./figure.ts";

interface World {
  readonly nats: Server;
  readonly peer: ChildProcess;
  readonly broker: ServiceBroker;
  readonly wire: MoleculerWire;
  readonly road: MarketRoad;
  readonly bare: ServiceBroker;
  readonly raw: NatsConnection;
}

const order: Order = {
  price: 60_123.45,
  quantity: 0.25,
  side: "buy",
  instrument: "binance:BTC/USDT",
  at: 1_700_000_000_000,
};

const tally = async ({ peer }: World): Promise<Tally> => {
  peer.send("tell");
  return ((await once(peer, "message")) as [Tally])[0];
};
/** CPU of both processes and of the server, us. */
const cpuUs = async (world: World, withServer = true): Promise<number> => {
  const { user, system } = process.cpuUsage();
  const own = user + system + (await tally(world)).cpuUs;
  if (!withServer) return own;
  const stat = readFileSync(`/proc/${world.nats.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return own + (Number(stat[11]) + Number(stat[12])) * 10_000; // utime and stime in ticks of 10 ms
};

const start = async (metrics: boolean): Promise<World> => {
  const nats = await startNats();
  const peer = fork(join(import.meta.dirname, "actors-peer.ts"), [nats.url, metrics ? "metrics" : "bare"]);
  await once(peer, "message");
  const broker = new ServiceBroker(
    bus({ hostId: "main", roles: [], natsUrl: nats.url, metrics: { enabled: metrics } }),
  );
  const wire = new MoleculerWire(broker, { kinds: ["counter"], locate: onPeer });
  const road = new MarketRoad(broker, wire);
  await broker.start();
  const bare = bareBroker("bare-main", nats.url);
  await bare.start();
  await bare.waitForServices("counter");
  await eventually("the peer", () => wire.hosts().length === 2);
  return {
    nats,
    peer,
    broker,
    wire,
    road,
    bare,
    raw: await connect({ servers: nats.url, noAsyncTraces: true }),
  };
};

const stop = async ({ nats, peer, broker, bare, raw }: World): Promise<void> => {
  await raw.close();
  await Promise.all([broker.stop(), bare.stop()]);
  peer.disconnect();
  await once(peer, "exit");
  await nats.stop();
};

const pipelined =
  (world: World, count: number, call: () => Promise<unknown>) => async (): Promise<number> => {
    const before = await cpuUs(world);
    let left = count;
    const caller = async (): Promise<void> => {
      while ((left -= 1) >= 0) await call();
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    return ((await cpuUs(world)) - before) / count;
  };
const oneByOne = (count: number, call: () => Promise<unknown>) => async (): Promise<number> => {
  const took: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const started = performance.now();
    await call();
    took.push((performance.now() - started) * 1_000);
  }
  return median(took);
};

/** The least a round trip can cost: publish, and a table of replies kept by hand, without time-out or error. */
const rawCaller = (raw: NatsConnection): (() => Promise<unknown>) => {
  const waiting = new Map<string, (value: unknown) => void>();
  let n = 0;
  raw.subscribe("raw.reply.*", {
    callback: (_, message) => {
      waiting.get(message.subject)?.(message.data);
      waiting.delete(message.subject);
    },
  });
  return () =>
    new Promise((resolve) => {
      const reply = `raw.reply.${(n += 1)}`;
      waiting.set(reply, resolve);
      raw.publish("raw.add", Buffer.from(JSON.stringify(order)), { reply });
    });
};

const commands = async (world: World, metrics: boolean): Promise<Result[]> => {
  const actor = ref(world.wire, PeerContract, "one");
  const ours = (): Promise<unknown> => actor.add(order);
  const bare = (): Promise<unknown> => world.bare.call("counter.add", order);
  const cpu = await inTurn(pipelined(world, 6_000, ours), pipelined(world, 6_000, bare));
  const line = {
    figure: "P8",
    what: `a command to an actor on another node${metrics ? ", metrics on" : ""}`,
  };
  const pipe = {
    ...line,
    ...cpu,
    unit: "us CPU, all processes",
    referenceName: "bare Moleculer call",
    target: "ratio at most 1.5",
    met: cpu.ratio <= 1.5,
  };
  if (metrics) return [pipe];
  const body = (): Uint8Array => Buffer.from(JSON.stringify(order));
  const p50 = await inTurn(
    oneByOne(400, ours),
    oneByOne(400, () => world.raw.request("raw.add", body())),
  );
  const byHand = await oneByOne(2_000, rawCaller(world.raw))();
  return [
    pipe,
    {
      ...line,
      ...p50,
      unit: "us p50, one by one",
      referenceName: "raw NATS request",
      note: `a table of replies kept by hand: ${byHand.toFixed(0)} us`,
      target: "ratio at most 1.3",
      met: p50.ratio <= 1.3,
    },
  ];
};

const RATE = 100_000;
const trade = (id: number): Trade => ({
  at: 1_700_000_000_000 as never,
  price: 60_000 + (id % 97) / 10,
  quantity: 0.01 * (id % 13),
  side: id % 2 === 0 ? "buy" : "sell",
  id,
});

/** 100,000 ticks a second, told millisecond by millisecond, for `ms`. */
const paced = async (ms: number, send: (from: number, count: number) => void): Promise<number> => {
  const started = performance.now();
  let sent = 0;
  for (let now = 0; now < ms; now = performance.now() - started) {
    const due = Math.floor((now * RATE) / 1_000);
    if (due > sent) send(sent, due - sent);
    sent = Math.max(sent, due);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return sent;
};

const ticks = async (world: World): Promise<Result[]> => {
  const late: number[] = [];
  const measured =
    (seen: (tally: Tally) => number, send: (from: number, count: number) => void) =>
    async (): Promise<number> => {
      const before = await cpuUs(world, false);
      const had = seen(await tally(world));
      const sent = await paced(1_000, send);
      let told!: Tally;
      await eventually("every tick", async () => seen((told = await tally(world))) - had >= sent);
      late.push(told.p99Ms);
      return ((await cpuUs(world, false)) - before) / sent;
    };
  const ours = measured(
    ({ road }) => road,
    (from, count) => {
      // One batch an instrument and millisecond, as a symbol actor tells it.
      const at = (performance.timeOrigin + performance.now()) as never;
      for (let n = 0; n < count; n += 2)
        world.road.publish(`market.i${(((from + n) / 2) % INSTRUMENTS) | 0}`, {
          trades: n + 1 < count ? [trade(from + n), trade(from + n + 1)] : [trade(from + n)],
          at,
        });
    },
  );
  const reference = measured(
    ({ raw }) => raw,
    (from, count) => {
      for (let n = 0; n < count; n += 50)
        world.raw.publish(
          "raw.ticks",
          Buffer.from(
            JSON.stringify(Array.from({ length: Math.min(50, count - n) }, (_, i) => trade(from + n + i))),
          ),
        );
    },
  );
  const before = await tally(world);
  const cpu = await inTurn(ours, reference);
  const { gaps } = await tally(world);
  const p99 = median(late.filter((_, i) => i % 2 === 0));
  return [
    {
      figure: "P9",
      what: `ticks over NATS at ${RATE.toLocaleString("en")}/s`,
      ...cpu,
      unit: "us CPU a tick, producer and consumer",
      referenceName: "raw JSON batches of 50",
      target: "at most 2.5 us, no gap, p99 below 25 ms",
      met: cpu.ours <= 2.5 && gaps === before.gaps && p99 < 25,
      note: `${gaps - before.gaps} gaps, p99 ${p99.toFixed(1)} ms`,
    },
  ];
};

export const figure: Figure = {
  name: "P8 P9 actors over NATS",
  async run() {
    if (findServer("nats-server") === undefined) return [];
    const results: Result[] = [];
    for (const metrics of [false, true]) {
      const world = await start(metrics);
      results.push(...(await commands(world, metrics)));
      if (!metrics) results.push(...(await ticks(world)));
      await stop(world);
    }
    return results;
  },
};
