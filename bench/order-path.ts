/**
 * One node of the engine for the order path's figure: the actors, journal, tick store and placement that ship, put
 * together as nodes/engine.ts does, before a bench venue that takes and fills every order at once, and under a bench
 * strategy that aims at each trade. Also the program of the second node (order-path.bench.ts forks it).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { connect, type NatsConnection } from "nats";
import type { OpenedMarket } from "../actors/exchange.actor.ts";
import type { OpenedAccount } from "../actors/execution.actor.ts";
import { hostActor } from "../actors/host.actor.ts";
import { systemClock } from "../adapters/clock/clock.ts";
import { jetstreamJournal } from "../adapters/journal/jetstream.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import { lmdbJournal } from "../adapters/journal/lmdb.ts";
import { duckdbTickStore } from "../adapters/ticks/duckdb.ts";
import type { AccountSink, Capabilities, MarketSink } from "../adapters/venue/venue.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import {
  asset,
  minus,
  money,
  notional,
  plus,
  price,
  quantity,
  type InstrumentId,
  type Timestamp,
  type VenueId,
} from "../domain/values/values.ts";
import { Activity } from "../mixins/activity.ts";
import { MarketRoad } from "../mixins/market-road.ts";
import { insides } from "../mixins/moleculer-insides.ts";
import { MoleculerWire } from "../mixins/moleculer-wire.ts";
import { placement } from "../mixins/placement.ts";
import { bus } from "../moleculer.config.ts";
import { planOf } from "../nodes/desired.ts";
import { kinds } from "../nodes/kinds.ts";
import { parseSettings } from "../nodes/settings.ts";

export const INSTRUMENT = "bench:BTC/USDT" as InstrumentId;
export const PRICE = 50_000;
export const STREAM = "portfolio.main";
const [BTC, USDT] = [asset("BTC"), asset("USDT")];

const instrument: Instrument = {
  id: INSTRUMENT,
  venue: "bench" as VenueId,
  symbol: "BTC/USDT",
  base: BTC,
  quote: USDT,
  tickSize: price("0.01"),
  lotSize: quantity("0.00001"),
  quantityMin: quantity("0.00001"),
  quantityMax: quantity("0"),
  notionalMin: money("10"),
  makerBps: 0,
  takerBps: 0,
  status: "trading",
};

const capabilities: Capabilities = {
  orderTypes: ["market"],
  timeInForce: ["GTC"],
  ...{ watchTrades: true, watchQuotes: false, watchBooks: false, watchAccount: true },
  ...{ findByClientId: true, requestDeadline: true, requestDeadlineMs: 1_000, shorts: false },
};

/** In and out again, a trade each. */
const eachTrade: Strategy = {
  name: "each-trade",
  about: "aims at each trade",
  genes: {},
  needs: () => ({ timeframes: [], warmupCandles: 0, trades: true }),
  start: () => ({
    onCandle: () => undefined,
    onTrade: (_trade, i, desk) => desk.aim(i, desk.position(i) > 0 ? 0 : 0.5, "bench"),
    save: () => ({}),
    load: () => undefined,
  }),
};

const settings = parseSettings({
  venues: { bench: { url: "http://127.0.0.1:1", quotes: false } },
  accounts: { main: { venue: "bench" } },
  portfolios: { main: { accounts: ["main"] } },
  strategies: [{ id: "bench", strategy: "each-trade", instruments: [INSTRUMENT], capital: 10_000 }],
});

/** Takes and fills every order at once, without a network. `placed` hears the moment the order reached it. */
const benchVenue = (placed: (atNs: bigint) => void) => {
  let market: MarketSink | undefined;
  let account: AccountSink;
  let trades = 0;
  const balances = new Map([
    [USDT, money("100000")],
    [BTC, money("0")],
  ]);
  const openedMarket: OpenedMarket = {
    venue: "bench" as VenueId,
    capabilities,
    instruments: () => Promise.resolve([instrument]),
    candles: () => Promise.resolve([]),
    watch: (_, sink) => Promise.resolve(void (market = sink)),
    health: () => [],
    clockOffsetMs: () => 0,
    clockOffMs: () => 0,
    whole: () => true,
    status: () => ({ breakers: [], slowDowns: { slowed: 0, banned: 0 } }),
    close: () => Promise.resolve(),
  };
  const openedAccount: OpenedAccount = {
    capabilities,
    place(order) {
      placed(process.hrtime.bigint());
      const at = Date.now() as Timestamp;
      const paid = price(PRICE.toString());
      const worth = notional(paid, order.quantity);
      const [gets, gives] = order.side === "buy" ? [BTC, USDT] : [USDT, BTC];
      const [got, gave] = order.side === "buy" ? [order.quantity, worth] : [worth, order.quantity];
      balances.set(gets, plus(balances.get(gets)!, got as never));
      balances.set(gives, minus(balances.get(gives)!, gave as never));
      setImmediate(() => {
        const { account: owner, instrument: traded, id, side, quantity: filled } = order;
        account.fill({
          ...{
            tradeId: `${(trades += 1)}`,
            account: owner,
            instrument: traded,
            order: id,
            side,
            price: paid,
          },
          ...{ quantity: filled, notional: worth, fee: money("0"), feeAsset: USDT, liquidity: "taker", at },
        });
        account.report({ account: owner, instrument: traded, order: id, status: "filled", filled, at });
      });
      return Promise.resolve({ type: "accepted", venueOrderId: order.id, at });
    },
    cancel: () => Promise.resolve({ type: "accepted", venueOrderId: "", at: Date.now() as Timestamp }),
    find: () => Promise.resolve(undefined),
    openOrders: () => Promise.resolve([]),
    fills: () => Promise.resolve([]),
    balances: () => Promise.resolve(new Map(balances)),
    watch: (sink) => Promise.resolve(void (account = sink)),
    health: () => [],
    clockOffMs: () => 0,
    status: () => ({ weightUsed: 0, breakers: [], slowDowns: { slowed: 0, banned: 0 } }),
    close: () => Promise.resolve(),
  };
  return { openedMarket, openedAccount, sink: () => market };
};

export interface PathNode {
  readonly journal: Journal;
  /** Of the exchange actor, once it listens; undefined where it does not run. */
  sink(): MarketSink | undefined;
  idle(): Promise<void>;
  hosts(): number;
  actors(): readonly string[];
  stop(): Promise<void>;
}

export interface PathOptions {
  readonly hostId: string;
  readonly roles: readonly string[];
  readonly natsUrl?: string;
  readonly placed: (atNs: bigint) => void;
  /** Called when the node has joined, before it takes its actors. */
  readonly joined?: (hosts: () => number) => Promise<void>;
}

export const startPathNode = async (options: PathOptions): Promise<PathNode> => {
  const { hostId, roles, natsUrl } = options;
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const activity = new Activity();
  const broker = new ServiceBroker(
    bus({ hostId, roles, ...(natsUrl === undefined ? {} : { natsUrl }), metrics: { enabled: true } }),
  );
  const locate = placement();
  const wire = new MoleculerWire(broker, { kinds: ["host", ...kinds], locate, activity });
  const road = new MarketRoad(broker, wire);
  await broker.start();
  await options.joined?.(() => wire.hosts().length);
  const journal =
    natsUrl === undefined
      ? lmdbJournal({ path: join(folder, "journal") })
      : await jetstreamJournal({ connection: insides(broker).transit?.tx.client as NatsConnection });
  const ticks = await duckdbTickStore({ path: join(folder, "ticks.duckdb") });
  const venue = benchVenue(options.placed);
  const ports = {
    clock: systemClock,
    chance: () => 0.5,
    ...{ activity, road, journal, ticks, lockStep: false },
    marketNow: () => Date.now() as Timestamp,
    onMarketTime: () => undefined,
    afterReading: (run: () => void) => void setImmediate(run),
    openMarket: () => Promise.resolve(venue.openedMarket),
    openAccount: () => Promise.resolve(venue.openedAccount),
    replay: () => false,
    simulated: () => true,
  };
  const plan = await planOf(settings, ports, () => Promise.resolve(eachTrade));
  const host = hostActor({
    ...{ wire, clock: systemClock, locate, kinds, desired: plan.wanted, make: plan.make },
  });
  await host.start();
  return {
    journal,
    sink: venue.sink,
    idle: () => activity.idle(),
    hosts: () => wire.hosts().length,
    actors: () => host.actors().map(({ kind }) => kind),
    async stop() {
      await host.leave();
      await journal.close();
      await ticks.close();
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** What the other node tells: it is up, an order reached its venue (ns of the machine's monotonic clock), it is idle. */
export type Told =
  { readonly up: readonly string[] } | { readonly placedNs: string } | { readonly idle: true };

const serve = async (natsUrl: string, roles: readonly string[]): Promise<void> => {
  const raw = await connect({ servers: natsUrl, noAsyncTraces: true });
  raw.subscribe("trip", { callback: (_, message) => message.respond(message.data) });
  const send = (told: Told): void => void process.send!(told);
  const node = await startPathNode({
    hostId: "two",
    roles,
    natsUrl,
    placed: (atNs) => send({ placedNs: atNs.toString() }),
  });
  process.on("message", (asked) => {
    if (asked === "settle") void node.idle().then(() => send({ idle: true }));
    else void node.stop().then(() => process.exit(0));
  });
  process.on("disconnect", () => process.exit(1));
  send({ up: node.actors() });
};

if (process.send !== undefined && process.argv[2] !== undefined && process.argv[1]?.endsWith("order-path.ts"))
  await serve(process.argv[2], process.argv[3]!.split(","));
