/**
 * The bus: NATS, time-outs, breakers, bulkheads, metrics, tracing. Nothing else. Without `natsUrl` there is no
 * transporter and everything runs in this process. Moleculer switches all of this off by default and puts its
 * time-out outside of its breaker and of its tracker, so that time-outs never open the one and stay in the other for
 * ever: the internal middlewares are ordered anew.
 * Retries stay off: mixins/moleculer-wire.ts alone knows what may be repeated.
 */
import type { BrokerOptions } from "moleculer";
import { actorsStayLocal } from "./mixins/actors-stay-local.ts";
import { deadline } from "./mixins/deadline.ts";
import { FastDiscoverer } from "./mixins/fast-discoverer.ts";
import { natsAware } from "./mixins/nats-aware.ts";

export interface Bus {
  /** Of this node; its name on the bus. */
  readonly hostId: string;
  /** Which kinds of actors this node may carry; `*` for all. */
  readonly roles: readonly string[];
  /** By kind of actor: the schema of its journal that this node writes. */
  readonly schemas?: Readonly<Record<string, number>>;
  readonly natsUrl?: string;
  /** Separates engines that share a NATS server. */
  readonly namespace?: string;
  readonly logger?: BrokerOptions["logger"];
  readonly logLevel?: BrokerOptions["logLevel"];
  readonly metrics?: BrokerOptions["metrics"];
  readonly tracing?: BrokerOptions["tracing"];
  readonly repl?: Record<string, unknown>;
}

const inner = "ActionHook Validator Bulkhead Cacher Timeout".split(" ");
const outer =
  "ContextTracker CircuitBreaker Retry Fallback ErrorHandler Tracing Metrics Debounce Throttle".split(" ");

export const bus = (options: Bus): BrokerOptions =>
  ({
    nodeID: options.hostId,
    namespace: options.namespace ?? "",
    metadata: { roles: options.roles, schemas: options.schemas ?? {} },
    logger: options.logger ?? false,
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    ...(options.natsUrl === undefined
      ? {}
      : {
          transporter: {
            type: "NATS",
            options: {
              url: options.natsUrl,
              name: options.hostId,
              maxReconnectAttempts: -1,
              reconnectTimeWait: 250,
              pingInterval: 1_000,
              maxPingOut: 2,
              noAsyncTraces: true,
            },
          },
        }),
    registry: { discoverer: new FastDiscoverer(), preferLocal: true },
    transit: { maxQueueSize: 50_000 },
    requestTimeout: 5_000,
    retryPolicy: { enabled: false },
    circuitBreaker: {
      enabled: true,
      threshold: 0.5,
      minRequestCount: 20,
      windowTime: 10,
      halfOpenTime: 1_000,
    },
    bulkhead: { enabled: false },
    tracking: { enabled: true, shutdownTimeout: 5_000 },
    internalMiddlewares: false,
    middlewares: [...inner, deadline, ...outer, actorsStayLocal, natsAware()],
    metrics: options.metrics ?? false,
    tracing: options.tracing ?? false,
    errorHandler: null,
    // Signals are the process's own affair: Moleculer would exit (0) while the journal is still open.
    skipProcessEventRegistration: true,
    ...(options.repl === undefined ? {} : { replOptions: options.repl }),
  }) as unknown as BrokerOptions;
