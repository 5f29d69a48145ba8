/** The parts of Moleculer's broker that its types leave out and that we rely on (0.15.2; pinned exactly). */
import type { ServiceBroker } from "moleculer";
import type { NatsConnection } from "nats";
import type { Host, Log } from "./wire.ts";

export interface NodeInside {
  readonly id: string;
  readonly available: boolean;
  readonly local: boolean;
  metadata?: {
    readonly roles?: readonly string[];
    readonly leaving?: boolean;
    readonly schemas?: Readonly<Record<string, number>>;
  } | null;
}

/** A node as the others announce it; without metadata it carries nothing. */
export const hostOf = ({ id, metadata }: NodeInside): Host => ({
  id,
  roles: metadata?.roles ?? [],
  leaving: metadata?.leaving === true,
  schemas: metadata?.schemas ?? {},
});

export interface Insides {
  readonly started: boolean;
  readonly registry: {
    readonly nodes: {
      toArray(): NodeInside[];
      readonly localNode: NodeInside;
      disconnected(id: string, unexpected: boolean): void;
    };
    /** "seq" makes the next INFO packet a new version. */
    localNodeInfoInvalidated: boolean | "seq";
    readonly discoverer: { sendLocalNodeInfo(): Promise<void>; discoverAllNodes(): Promise<unknown> };
  };
  /** Absent without a transporter; `client` is there once NATS has connected. */
  readonly transit?: {
    readonly tx: { readonly client?: NatsConnection | null };
    removePendingRequest(id: string): void;
    /** Ends its attempts to connect. */
    disconnecting: boolean;
  } | null;
}

export const insides = (broker: ServiceBroker): Insides => broker as unknown as Insides;

export const logOf = (broker: ServiceBroker): Log => {
  const logger = broker.getLogger("actors");
  return {
    debug: (message, fields) => logger.debug(message, fields ?? {}),
    info: (message, fields) => logger.info(message, fields ?? {}),
    warn: (message, fields) => logger.warn(message, fields ?? {}),
    error: (message, fields) => logger.error(message, fields ?? {}),
  };
};

/** A call that timed out would wait for its answer in Moleculer's table until the other node is gone. */
export const forget = (broker: ServiceBroker, call: Promise<unknown>): void => {
  const { ctx } = call as { ctx?: { readonly id: string } };
  if (ctx !== undefined) insides(broker).transit?.removePendingRequest(ctx.id);
};
