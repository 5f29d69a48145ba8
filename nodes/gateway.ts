/**
 * HTTP and WebSocket for people and programs: moleculer-web with one table of routes. It answers from the first moment
 * of the process; what needs the engine is refused (503 STARTING) until `use` hands it over. Every call but the open
 * ones needs a token with the route's scope.
 */
import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Service, ServiceBroker } from "moleculer";
import ApiGateway from "moleculer-web";
import { Invalid } from "../domain/values/invalid.ts";
import { logOf } from "../mixins/moleculer-insides.ts";
import { controls } from "./controls.ts";
import type { Engine } from "./engine.ts";
import { freePort, reachable } from "./free-port.ts";
import { auditor } from "./gateway/audit.ts";
import { Desk, type Request } from "./gateway/desk.ts";
import { RateLimit } from "./gateway/rate-limit.ts";
import type { Route } from "./gateway/route.ts";
import { routes } from "./gateway/routes.ts";
import { EventStream } from "./gateway/stream.ts";
import { Door, openTokens, writeAddress, type Token } from "./gateway/tokens.ts";
import { overview } from "./overview.ts";
import type { Settings } from "./settings.ts";

export interface GatewayOptions {
  /** Of this process: `gateway.json` lies there. */
  readonly dataDir: string;
  /** As `openTokens` gave them, where they have been read before (the log takes them out of its lines). */
  readonly tokens?: readonly Token[];
  /** Where the metrics are, by name. */
  readonly metrics?: () => Readonly<Record<string, string>>;
}

export interface Gateway {
  readonly url: string;
  /** Requests so far, by `<method> <path> <status>`. */
  readonly requests: ReadonlyMap<string, number>;
  readonly stream: EventStream;
  /** The engine has started: everything answers from now on. */
  use(engine: Engine): void;
  stop(): Promise<void>;
}

const hello = `Shoal.
The API is described at /api/v1/openapi.json; live events come over the WebSocket /api/v1/stream.
Tokens lie in gateway.json in the data folder. See docs/guides/operating.md.
`;

/** Throws `Invalid` for a taken port or a broken `gateway.json`. */
export const startGateway = async (
  broker: ServiceBroker,
  settings: Settings,
  options: GatewayOptions,
): Promise<Gateway> => {
  const { host, requestsPerMinute } = settings.gateway;
  const port = settings.gateway.port === 0 ? 0 : await freePort(host, settings.gateway.port);
  if (port === undefined) throw new Invalid("gateway.port", "a port that is free", settings.gateway.port);
  const tokens = options.tokens ?? openTokens(options.dataDir);
  const log = logOf(broker);
  const desk = new Desk({
    node: broker.nodeID,
    door: new Door(tokens),
    limit: new RateLimit(requestsPerMinute),
    log,
    metrics: options.metrics ?? (() => ({})),
  });
  const service = broker.createService(serviceOf(desk, host, port) as never);
  const { server } = service as Service & { readonly server: Server };
  // Not waitForServices: another node's gateway would do for it.
  if (!server.listening) await once(server, "listening");
  desk.url = `http://${reachable(host)}:${(server.address() as AddressInfo).port}`;
  const stream = new EventStream({
    server,
    node: broker.nodeID,
    log,
    admit: (request, authorization) => desk.admit(request, "read", authorization),
  });
  writeAddress(options.dataDir, { url: desk.url, pid: process.pid }, tokens);
  return {
    url: desk.url,
    requests: desk.requests,
    stream,
    use(engine) {
      const ask = overview(engine);
      desk.audit = auditor(engine.journal, engine.marketNow, broker.nodeID);
      desk.behind = { engine, ask, act: controls(engine, ask) };
      stream.attach(engine);
    },
    async stop() {
      stream.stop();
      const closed = broker.destroyService(service);
      server.closeAllConnections();
      await closed;
    },
  };
};

/** Names in braces become moleculer-web's; the last one of a deep path takes slashes too. */
const aliasOf = ({ method, path, deep }: Route): string => {
  const own = deep === true ? path.replace(/\{(\w+)\}$/, "*$1") : path;
  return `${method} ${own.replace(/\{(\w+)\}/g, ":$1")}`;
};

interface Alias {
  readonly method: string;
  readonly fullPath: string;
  toString(): string;
}

interface Web {
  readonly aliases: readonly Alias[];
  resolveAlias(path: string, method: string): false | { readonly alias: Alias; readonly params: object };
  readonly broker: ServiceBroker & {
    readonly ContextFactory: {
      create(broker: ServiceBroker, endpoint: null, params: object, options: object): unknown;
    };
  };
  readonly actions: Record<string, unknown>;
}

/**
 * A request runs as a call on the bus, whose metrics, tracing and tracking were measured at two thirds of its time. They are
 * for the bus; the desk counts requests itself.
 */
function besideTheBus(this: Web): void {
  const { broker } = this;
  const { handler } = (
    ApiGateway.actions as unknown as Record<"rest", { handler: (context: unknown) => unknown }>
  ).rest;
  this.actions["rest"] = (params: object, options: object) =>
    handler.call(this, broker.ContextFactory.create(broker, null, params, options));
  // One look for a path without names in it, instead of some thirty expressions; and no coloured name for a log that is off.
  const plain = this.aliases.filter(({ fullPath }) => !/[:*]/.test(fullPath));
  const found = new Map(plain.map((alias) => [`${alias.method} ${alias.fullPath}`, { alias, params: {} }]));
  for (const alias of this.aliases) alias.toString = () => alias.fullPath;
  const { resolveAlias } = this;
  this.resolveAlias = (path, method) =>
    found.get(`${method} ${path}`) ?? resolveAlias.call(this, path, method);
}

const serviceOf = (desk: Desk, host: string, port: number): unknown => ({
  name: "gateway",
  mixins: [ApiGateway],
  // Nobody calls the gateway over the bus.
  actions: { listAliases: false, addRoute: false, removeRoute: false },
  created: besideTheBus,
  settings: {
    ip: host,
    port,
    // Its own lines would hold the query string.
    logRequest: null,
    logResponse: null,
    logRequestParams: null,
    logRouteRegistration: null,
    requestTimeout: 30_000,
    onError: (_request: Request, response: ServerResponse, error: unknown) => desk.refuse(response, error),
    routes: [
      {
        path: "/api/v1",
        mergeParams: false,
        mappingPolicy: "restrict",
        logging: false,
        bodyParsers: { json: { limit: "64kb" } },
        aliases: Object.fromEntries(
          routes.map((route) => [
            aliasOf(route),
            (request: Request, response: ServerResponse) => void desk.serve(route, request, response),
          ]),
        ),
      },
      {
        path: "/",
        mappingPolicy: "restrict",
        logging: false,
        aliases: {
          "GET /": (_request: Request, response: ServerResponse) =>
            void response.setHeader("Content-Type", "text/plain; charset=utf-8").end(hello),
        },
      },
    ],
  },
});
