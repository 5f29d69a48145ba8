/**
 * A cluster of real processes for chaos: nats-server, the sandbox exchange in this process, engines that share one
 * account. Who runs is known here by name; what they run is asked of each, never assumed.
 */
import { connect, type NatsConnection } from "nats";
import { jetstreamJournal } from "../../adapters/journal/jetstream.ts";
import type { Journal } from "../../adapters/journal/journal.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "../e2e/processes.ts";
import { restless, twelve } from "../e2e/settings.ts";
import { eventually, startNats } from "../servers.ts";
import { watchJournal, type JournalWatch } from "./journal-watch.ts";

export interface ClusterOptions {
  readonly strategies: number;
  readonly symbols: number;
  readonly speed: number;
  readonly seed: number;
  /** Instruments beside those that are traded, each with a strategy that only watches: for ticks from the pump. */
  readonly watched?: number;
  /** Addresses of nats-server; one of its own when left out. */
  readonly nats?: { readonly url: string; readonly replicas: number };
  /** How many of the strategies trade; all when left out. The others only keep what they are told. */
  readonly trading?: number;
  /** A budget of requests; without it a sandbox whose clock runs this fast has none. */
  readonly weightPerMinute?: number;
  /** Of all processes. */
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Cluster {
  readonly nodes: ReadonlyMap<string, EngineProcess>;
  readonly sandbox: Sandbox;
  readonly symbols: readonly string[];
  /** `sandbox:BTC/USDT`: watched and not traded. */
  readonly watched: readonly string[];
  readonly strategies: readonly string[];
  readonly journal: Journal;
  readonly watch: JournalWatch;
  join(...names: readonly string[]): Promise<void>;
  /** It is gone, however that came: not counted on any more. */
  forget(name: string): void;
  /** It lives after all. */
  adopt(node: EngineProcess): void;
  /** Who runs which actor, by what the processes themselves say. */
  where(): Promise<ReadonlyMap<string, string>>;
  ownerOf(actor: string): Promise<string | undefined>;
  /** Resolves when every actor runs exactly once among those that live. */
  complete(withinMs: number): Promise<void>;
  anyone(): EngineProcess;
  stop(): Promise<void>;
}

type Where = readonly { readonly actor: string; readonly node: string }[];

export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const symbols = twelve.slice(0, options.symbols);
  const besides = twelve.slice(options.symbols, options.symbols + (options.watched ?? 0));
  const own = options.nats === undefined ? await startNats() : undefined;
  const nats = options.nats ?? { url: own!.url, replicas: 1 };
  const sandbox = await startSandbox({
    seed: options.seed,
    speed: options.speed,
    market: { kind: "synthetic", symbols: [...symbols, ...besides], stepMs: 500 },
    accounts: [
      { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "1000000" } },
    ],
  });
  const connection: NatsConnection = await connect({
    servers: nats.url.split(","),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
  });
  const journal = await jetstreamJournal({ connection, replicas: nats.replicas });
  const watch = watchJournal(connection);
  const dataDir = temporaryFolder();
  const nodes = new Map<string, EngineProcess>();
  const budget = options.weightPerMinute === undefined ? {} : { weightPerMinute: options.weightPerMinute };
  const trading = restless({ strategies: options.strategies, symbols, params: { keeps: true } });
  for (const { params } of trading.strategies.slice(options.trading ?? Infinity))
    Object.assign(params, { exposure: 0 });
  const watchers = besides.map((symbol, k) => ({
    id: `watcher-${k}`,
    strategy: "restless",
    instruments: [`sandbox:${symbol}`],
    capital: "1",
    params: { exposure: 0 },
  }));
  const wanted = symbols.length + options.strategies + 2 * besides.length + 4;
  const settings = (node: string): object => ({
    ...trading,
    strategies: [...trading.strategies, ...watchers],
    dataDir,
    node,
    nats: { url: nats.url, replicas: nats.replicas },
    venues: { sandbox: { url: sandbox.url, sandbox: {}, ...budget } },
    ...options.settings,
  });
  const whereAll = async (): Promise<Where> => {
    const lists = await Promise.all(
      [...nodes.values()].map(async ({ node, call }) =>
        (await call<{ kind: string; id: string; failed: number }[]>("actors")).map(({ kind, id }) => ({
          actor: `${kind}.${id}`,
          node,
        })),
      ),
    );
    return lists.flat();
  };
  return {
    nodes,
    sandbox,
    symbols,
    watched: besides.map((symbol) => `sandbox:${symbol}`),
    journal,
    watch,
    strategies: trading.strategies.map(({ id }) => id),
    async join(...names) {
      const started = await Promise.all(
        names.map((name) => engineProcess(settings(name), options.environment?.[name])),
      );
      for (const one of started) nodes.set(one.node, one);
    },
    adopt: (node) => void nodes.set(node.node, node),
    forget: (name) => void nodes.delete(name),
    where: async () => new Map((await whereAll()).map(({ actor, node }) => [actor, node])),
    ownerOf: async (actor) => (await whereAll()).find((one) => one.actor === actor)?.node,
    complete: (withinMs) =>
      eventually(
        `${wanted} actors, each once, among ${[...nodes.keys()].join(", ")}`,
        async () => {
          const where = await whereAll();
          return where.length === wanted && new Set(where.map(({ actor }) => actor)).size === wanted;
        },
        withinMs,
      ),
    anyone: () => [...nodes.values()][0]!,
    async stop() {
      for (const node of nodes.values()) await node.kill();
      watch.stop();
      await journal.close();
      await connection.close();
      await sandbox.stop();
      await own?.stop();
    },
  };
};
