/** The other process of actors-remote.bench.ts: an actor, a bare Moleculer service, a raw NATS echo, two tick consumers. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { connect } from "nats";
import { command, contract } from "../contracts/contract.ts";
import { defineActor } from "../mixins/actor.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { bus } from "../moleculer.config.ts";

/** What the peer tells when asked. */
export interface Tally {
  readonly cpuUs: number;
  readonly road: number;
  readonly gaps: number;
  readonly raw: number;
  /** 99th percentile since the last question, ms. */
  readonly p99Ms: number;
}

export interface Order {
  readonly price: number;
  readonly quantity: number;
  readonly side: string;
  readonly instrument: string;
  readonly at: number;
}

export const PeerContract = contract({
  kind: "counter",
  answers: { add: command<Order, number>((raw) => raw as Order) },
  tells: {},
});

export const INSTRUMENTS = 200;
/** Every actor lives on the peer. */
export const onPeer = (kind: string, id: string): string => (kind === "host" ? id : "peer");
export const bareBroker = (nodeID: string, url: string): ServiceBroker =>
  new ServiceBroker({
    nodeID,
    namespace: "bare",
    logger: false,
    transporter: { type: "NATS", options: { url } } as never,
  });

const serve = async (url: string, metrics: boolean): Promise<void> => {
  let total = 0;
  const broker = new ServiceBroker(
    bus({ hostId: "peer", roles: ["*"], natsUrl: url, metrics: { enabled: metrics } }),
  );
  const wire = new MoleculerWire(broker, { kinds: ["counter"], locate: onPeer });
  const road = new MarketRoad(broker, wire);
  await broker.start();
  await wire.open(
    defineActor(PeerContract, "one", { handlers: { add: ({ quantity }) => (total += quantity) } }),
  );

  const bare = bareBroker("bare-peer", url);
  bare.createService({
    name: "counter",
    actions: { add: (ctx: { params: Order }) => (total += ctx.params.quantity) },
  } as unknown as ServiceSchema);
  await bare.start();

  const raw = await connect({ servers: url, noAsyncTraces: true });
  const text = new TextDecoder();
  raw.subscribe("raw.add", {
    callback: (_, message) => {
      total += (JSON.parse(text.decode(message.data)) as Order).quantity;
      raw.publish(message.reply!, Buffer.from(String(total)));
    },
  });

  let [roadTicks, rawTicks] = [0, 0];
  let lateMs: number[] = [];
  for (let i = 0; i < INSTRUMENTS; i += 1)
    road.subscribe(`market.i${i}`, ({ trades, at }) => {
      for (const trade of trades) total += trade.price;
      roadTicks += trades.length;
      lateMs.push(performance.timeOrigin + performance.now() - at);
    });
  raw.subscribe("raw.ticks", {
    callback: (_, message) => {
      const trades = JSON.parse(text.decode(message.data)) as { price: number }[];
      for (const trade of trades) total += trade.price;
      rawTicks += trades.length;
    },
  });
  await raw.flush();

  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    lateMs.sort((a, b) => a - b);
    const p99Ms = lateMs[Math.floor(lateMs.length * 0.99)] ?? 0;
    lateMs = [];
    process.send!({
      cpuUs: user + system,
      road: roadTicks,
      gaps: road.missed,
      raw: rawTicks,
      p99Ms,
    } satisfies Tally);
  });
  process.on("disconnect", () => process.exit(0));
  process.send!("ready");
};

if (process.send !== undefined && process.argv[2] !== undefined)
  await serve(process.argv[2], process.argv[3] === "metrics");
