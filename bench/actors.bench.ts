/** P7 and P10: actors of one process. Commands and ticks to a local actor; a thousand actors started, kept, announced. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { contract, command, nothing, query, ref } from "../contracts/contract.ts";
import type { Trade } from "../domain/market/tick.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import type { Batch } from "../mixins/market-codec.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { bus } from "../moleculer.config.ts";
import { inTurn, median, type Figure, type Result } from "./figure.ts";

const CounterContract = contract({
  kind: "counter",
  answers: {
    add: command<number, number>((raw) => {
      if (typeof raw !== "number") throw new TypeError("add: expected a number");
      return raw;
    }),
    total: query<void, number>(nothing),
  },
  tells: {},
});

const counter = (id: string): Actor => {
  let total = 0;
  return defineActor(CounterContract, id, { handlers: { add: (n) => (total += n), total: () => total } });
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};
const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** As it ships: metrics on. */
const node = async () => {
  const broker = new ServiceBroker(bus({ hostId: "bench", roles: ["*"], metrics: { enabled: true } }));
  const wire = new MoleculerWire(broker, { kinds: ["counter"] });
  const road = new MarketRoad(broker, wire);
  await broker.start();
  return { broker, wire, road };
};

const bareBroker = async (): Promise<ServiceBroker> => {
  const broker = new ServiceBroker({ nodeID: "bare", logger: false });
  let total = 0;
  broker.createService({
    name: "counter",
    actions: { add: (ctx: { params: { n: number } }) => (total += ctx.params.n) },
    events: { ticked: (ctx: { params: Trade }) => void (total += ctx.params.price) },
  } as unknown as ServiceSchema);
  await broker.start();
  return broker;
};

const perItem = (n: number, run: () => Promise<void> | void) => async (): Promise<number> => {
  const before = cpuUs();
  await run();
  return (cpuUs() - before) / n;
};

const local = async (): Promise<Result[]> => {
  const { broker, wire, road } = await node();
  const bare = await bareBroker();
  await wire.open(counter("one"));
  const N = 100_000;
  const commands = await inTurn(
    perItem(N, async () => {
      for (let i = 0; i < N; i += 1) await ref(wire, CounterContract, "one").add(1);
    }),
    perItem(N, async () => {
      for (let i = 0; i < N; i += 1) await bare.call("counter.add", { n: 1 });
    }),
  );

  let seen = 0;
  await wire.open(
    defineActor(CounterContract, "trader", {
      handlers: { add: (n) => n, total: () => seen },
      start({ mailbox }) {
        const onBatch = (batch: Batch): void => {
          for (const trade of batch.trades) seen += trade.price;
        };
        road.subscribe("market.x", (batch) => void mailbox.post(onBatch, batch));
      },
    }),
  );
  const trade: Trade = { at: 1 as never, price: 2, quantity: 3, side: "buy", id: 4 };
  const batch: Batch = { trades: [trade], at: 1 as never };
  const ticks = await inTurn(
    perItem(N * 5, () => {
      for (let i = 0; i < N * 5; i += 1) road.publish("market.x", batch);
    }),
    perItem(N, async () => {
      for (let i = 0; i < N; i += 1) await bare.broadcastLocal("ticked", trade);
    }),
  );
  await broker.stop();
  await bare.stop();
  const unit = "us CPU";
  return [
    {
      figure: "P7",
      what: "a command to a local actor",
      ...commands,
      unit,
      referenceName: "bare local Moleculer call",
      target: "at most 3 us",
      met: commands.ours <= 3,
    },
    {
      figure: "P7",
      what: "a tick to a local trader",
      ...ticks,
      unit,
      referenceName: "bare local Moleculer event",
      target: "at most 0.3 us",
      met: ticks.ours <= 0.3,
    },
  ];
};

interface Crowd {
  readonly ms: number;
  readonly bytes: number;
  readonly packet: number;
}

const crowd = async (count: number): Promise<Crowd> => {
  const { broker, wire } = await node();
  const before = heapBytes();
  const started = performance.now();
  for (let i = 0; i < count; i += 1) await wire.open(counter(`c${i}`));
  const ms = performance.now() - started;
  const bytes = (heapBytes() - before) / count;
  const sums = await Promise.all(
    Array.from({ length: count }, (_, i) => ref(wire, CounterContract, `c${i}`).add(i)),
  );
  if (sums.some((sum, i) => sum !== i)) throw new Error("an actor gave a wrong sum");
  const packet = JSON.stringify(broker.getLocalNodeInfo()).length;
  await broker.stop();
  return { ms, bytes, packet };
};

/** The same number of services, registered as Moleculer does by itself. */
const registered = async (count: number): Promise<Crowd> => {
  const broker = new ServiceBroker({ nodeID: "bare", logger: false });
  await broker.start();
  const before = heapBytes();
  const started = performance.now();
  for (let i = 0; i < count; i += 1)
    broker.createService({
      name: `c${i}`,
      actions: { add: (ctx: { params: { n: number } }) => ctx.params.n, total: () => 0 },
    } as unknown as ServiceSchema);
  await broker.waitForServices(`c${count - 1}`, 60_000, 1);
  const ms = performance.now() - started;
  const bytes = (heapBytes() - before) / count;
  const packet = JSON.stringify(broker.getLocalNodeInfo()).length;
  await broker.stop();
  return { ms, bytes, packet };
};

const crowds = async (): Promise<Result[]> => {
  const ours: Crowd[] = [];
  const theirs: Crowd[] = [];
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = [await crowd(1_000), await registered(1_000)];
    if (round === 0) continue; // Warm-up.
    ours.push(a);
    theirs.push(b);
  }
  const { ms } = await crowd(5_000);
  const line = (
    what: string,
    of: (crowd: Crowd) => number,
    unit: string,
    target: string,
    max: number,
    note?: string,
  ): Result => ({
    figure: "P10",
    what,
    ours: median(ours.map(of)),
    reference: median(theirs.map(of)),
    ratio: median(ours.map((each, i) => of(each) / of(theirs[i]!))),
    unit,
    referenceName: "registered services",
    target,
    met: median(ours.map(of)) <= max,
    ...(note === undefined ? {} : { note }),
  });
  return [
    line(
      "1,000 actors started",
      (each) => each.ms,
      "ms",
      "at most 1 s",
      1_000,
      `5,000 in ${Math.round(ms)} ms, all answered`,
    ),
    line("memory of an actor", (each) => each.bytes, "bytes", "under 10 KB", 10_000),
    line("the node's registry packet with 1,000", (each) => each.packet, "bytes", "at most 20 KB", 20_000),
  ];
};

export const figure: Figure = {
  name: "P7 P10 actors",
  async run() {
    return [...(await local()), ...(await crowds())];
  },
};
