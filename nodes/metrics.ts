/**
 * Two endpoints for Prometheus. Moleculer's own metrics by its reporter; trading metrics by moleculer-prometheus, whose
 * action metrics come from the Event trace exporter (the event it waits for is gone since 0.14). Trading metrics are
 * collected when scraped, at most once a second. Ports: `metrics.port` and the next, free ones for 0 or when taken.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrokerOptions, Service, ServiceBroker } from "moleculer";
import prometheus from "moleculer-prometheus";
import { logOf } from "../mixins/moleculer-insides.ts";
import type { Engine } from "./engine.ts";
import { freePort, reachable } from "./free-port.ts";
import type { Gateway } from "./gateway.ts";
import { Board, type Instrument } from "./metrics/board.ts";
import { catalog, PREFIX, type Name } from "./metrics/catalog.ts";
import { collector } from "./metrics/collect.ts";
import { countOrders } from "./metrics/order-news.ts";
import type { Settings } from "./settings.ts";

/** For the broker, before it is made. */
export interface MetricsPlan {
  readonly broker: Pick<BrokerOptions, "metrics" | "tracing">;
  readonly host: string;
  readonly ports: { readonly moleculer: number; readonly trading: number };
}

export interface Metrics {
  readonly urls: Readonly<Record<"moleculer" | "trading", string>>;
  use(engine: Engine, gateway: Gateway | undefined): void;
  stop(): Promise<void>;
}

const COLLECT_MS = 1_000;

export const planMetrics = async ({
  metrics: { port },
  gateway: { host },
}: Settings): Promise<MetricsPlan> => {
  // The reporter forgets its host where its port is 0: one is looked for. The other is left to the system, since between a
  // look and the use of its answer others may come.
  const moleculer = (await freePort(host, port)) ?? (await freePort(host, 0))!;
  const trading = port === 0 ? 0 : ((await freePort(host, port + 1)) ?? 0);
  return {
    host,
    ports: { moleculer, trading },
    broker: {
      metrics: { enabled: true, reporter: [{ type: "Prometheus", options: { host, port: moleculer } }] },
      tracing: {
        enabled: true,
        exporter: { type: "Event", options: { interval: 1 } },
        // Messages hold orders and balances: they do not belong into spans.
        tags: { action: { params: false } },
      },
    } as unknown as MetricsPlan["broker"],
  };
};

/** Once the broker has started. A port taken meanwhile costs the endpoint, never the process. */
export const startMetrics = async (broker: ServiceBroker, { host, ports }: MetricsPlan): Promise<Metrics> => {
  const log = logOf(broker);
  let collect: (board: Board) => Promise<void> | void = () => undefined;
  let end = (): void => undefined;
  let collectedAt = -Infinity;
  let collecting = Promise.resolve();
  const scrape = (): Promise<void> => {
    if (performance.now() - collectedAt < COLLECT_MS) return collecting;
    collectedAt = performance.now();
    collecting = (async () => {
      board.clear();
      await collect(board);
    })().catch((error: unknown) => log.warn("Metrics could not be collected", { error }));
    return collecting;
  };
  const server = createServer();
  let service!: Service;
  // Not waitForServices: another node's endpoint would do for it.
  await new Promise<void>((started) => {
    const schema = serviceOf(server, { host, port: ports.trading }, scrape);
    service = broker.createService({ ...schema, started } as never);
  });
  const board = new Board(instrumentsOf(service));
  const url = (at: Server | undefined, planned: number): string => {
    const { port } = (at?.address() ?? { port: planned }) as AddressInfo;
    return `http://${reachable(host)}:${port}/metrics`;
  };
  return {
    urls: {
      moleculer: url(reportersOf(broker)[0], ports.moleculer),
      trading: url(server, ports.trading),
    },
    use(engine, gateway) {
      collect = collector(engine, gateway);
      end = countOrders(engine, board);
    },
    async stop() {
      end();
      collect = () => undefined;
      await broker.destroyService(service);
      server.closeAllConnections();
    },
  };
};

const reportersOf = (broker: ServiceBroker): readonly Server[] => {
  const { metrics } = broker as unknown as {
    readonly metrics?: { readonly reporter?: readonly { readonly server?: Server }[] };
  };
  return (metrics?.reporter ?? []).flatMap(({ server }) => server ?? []);
};

/** At once after the broker was made: its reporter listens already, and an error nobody hears ends the process. */
export const guardReporter = (broker: ServiceBroker): void => {
  const told = (error: Error): void => logOf(broker).warn("Moleculer's metrics cannot be scraped", { error });
  for (const server of reportersOf(broker)) server.on("error", told);
};

const instrumentsOf = (service: Service): Readonly<Record<Name, Instrument>> => {
  const { metrics } = service as unknown as { readonly metrics: Readonly<Record<string, Instrument>> };
  return Object.fromEntries(
    Object.keys(catalog).map((name) => [name, metrics[PREFIX + name]!]),
  ) as unknown as Readonly<Record<Name, Instrument>>;
};

/** Polka, as the mixin made it. */
interface Polka {
  server: Server;
  readonly handler: RequestListener;
  listen: () => Promise<void>;
  use(middleware: (request: unknown, response: unknown, next: () => void) => void): void;
}

interface Span {
  readonly type: string;
  readonly name: string;
  readonly duration: number;
  readonly service?: { readonly fullName?: string };
  readonly tags: { readonly action?: { readonly name: string } };
  readonly error?: {
    readonly code?: string | number;
    readonly name?: string;
    readonly type?: string;
  } | null;
}

type Update = (name: string, method: string, labels: object, value?: number) => void;

const serviceOf = (
  server: Server,
  at: { readonly host: string; readonly port: number },
  scrape: () => Promise<void>,
): object => ({
  name: "prometheus",
  mixins: [prometheus],
  settings: {
    metrics: Object.fromEntries(Object.entries(catalog).map(([name, series]) => [PREFIX + name, series])),
  },
  created(this: { readonly server: Polka; readonly logger: { warn(...words: unknown[]): void } }) {
    const polka = this.server;
    polka.server = server;
    // Polka's own would end the process when the port is taken, and open it to the whole network.
    polka.listen = () =>
      new Promise<void>((resolve) => {
        server.on("request", polka.handler);
        server.once("listening", resolve);
        server.on("error", (error) => {
          this.logger.warn("Trading metrics cannot be scraped", error);
          resolve();
        });
        server.listen(at.port, at.host);
      });
    polka.use((_request, _response, next) => void scrape().then(next));
  },
  events: {
    "$tracing.spans"(
      this: { readonly broker: ServiceBroker; readonly update: Update },
      context: { readonly params: readonly Span[] },
    ) {
      for (const { type, name, tags, service, duration, error } of context.params) {
        if (type !== "action") continue;
        const labels = {
          action: tags.action?.name ?? name,
          service: service?.fullName ?? "",
          nodeID: this.broker.nodeID,
        };
        this.update("moleculer_req_total", "inc", labels);
        this.update("moleculer_req_duration_ms", "observe", labels, duration);
        if (error === undefined || error === null) continue;
        const { code, name: errorName, type: errorType } = error;
        const what = {
          errorCode: String(code ?? ""),
          errorName: errorName ?? "",
          errorType: errorType ?? "",
        };
        this.update("moleculer_req_errors_total", "inc", { ...labels, ...what });
      }
    },
  },
});
