/**
 * The emergency line: a halt straight over NATS, for when no gateway answers. Whoever can reach the server publishes on
 * `shoal.halt`; every process halts the portfolios that it carries and says which. It can only halt, never resume: who
 * may use it is a matter of the NATS server's own permissions.
 */
import type { ServiceBroker } from "moleculer";
import { connect, type NatsConnection, type Subscription } from "nats";
import * as v from "valibot";
import { natsAddresses } from "../adapters/nats/addresses.ts";
import { ref } from "../contracts/contract.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { insides, logOf } from "../mixins/moleculer-insides.ts";
import { openLegsOf, type OpenLegs } from "./open-legs.ts";
import type { Engine } from "./engine.ts";

const halting = v.strictObject({
  level: v.picklist(["entries", "all"]),
  reason: v.pipe(v.string(), v.maxLength(500)),
  by: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
});

export type HaltOrder = v.InferOutput<typeof halting>;

export interface Acknowledgement {
  readonly node: string;
  /** Every process that this one sees, itself included: who else ought to answer. */
  readonly hosts: readonly string[];
  /** Every portfolio of the configuration. */
  readonly portfolios: readonly string[];
  /** Those that this process carries and has halted, journaled. */
  readonly halted: readonly string[];
  /** What went wrong, in words. */
  readonly failed: readonly string[];
  /** What the halt leaves open, of strategies that this process carries; absent from an older one. */
  readonly open?: OpenLegs;
}

type Listening = Pick<Engine, "wire" | "host" | "settings" | "marketNow">;

export const haltSubject = (namespace = ""): string => `shoal${namespace === "" ? "" : `-${namespace}`}.halt`;

/** Listens as long as the broker has NATS; does nothing without it. Returns the end of it. */
export const listenForHalt = (broker: ServiceBroker, engine: Listening): (() => void) => {
  const log = logOf(broker);
  let subscription: Subscription | undefined;
  let ended = false;
  const listen = (): void => {
    const client = insides(broker).transit?.tx.client;
    if (ended || client === undefined || client === null) return;
    if (subscription !== undefined && !subscription.isClosed()) return;
    subscription = client.subscribe(haltSubject(broker.namespace), {
      callback: (error, message) => {
        if (error !== null) return;
        obey(engine, message.data).then(
          (said) => {
            log.warn("Halt over NATS", { ...said });
            message.respond(JSON.stringify(said));
          },
          (cause: unknown) => log.error("A halt over NATS could not be carried out", { error: cause }),
        );
      },
    });
  };
  broker.localBus.on("$transporter.connected", listen);
  listen();
  return () => {
    ended = true;
    broker.localBus.off("$transporter.connected", listen);
    subscription?.unsubscribe();
  };
};

const obey = async (
  { wire, host, settings, marketNow }: Listening,
  data: Uint8Array,
): Promise<Acknowledgement> => {
  const halted: string[] = [];
  const failed: string[] = [];
  const said = {
    node: wire.hostId,
    hosts: wire.hosts().map(({ id }) => id),
    portfolios: Object.keys(settings.portfolios),
    halted,
    failed,
  };
  const order = v.safeParse(halting, parsed(data));
  if (!order.success) {
    const [issue] = order.issues;
    failed.push(new Invalid(v.getDotPath(issue) ?? "halt", issue.expected, issue.input).message);
    return said;
  }
  const own = host.actors().filter(({ kind }) => kind === "portfolio");
  await Promise.all(
    own.map(({ id }) =>
      ref(wire, PortfolioContract, id)
        .halt({ ...order.output, at: marketNow() })
        .then(
          () => halted.push(id),
          (error: unknown) => failed.push(`${id}: ${(error as Error).message}`),
        ),
    ),
  );
  const strategies = new Set(host.actors().flatMap(({ kind, id }) => (kind === "strategy" ? [id] : [])));
  return { ...said, open: await openLegsOf({ wire, settings }, ({ id }) => strategies.has(id)) };
};

const parsed = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
};

export interface Halted {
  readonly acknowledged: readonly Acknowledgement[];
  readonly halted: readonly string[];
  /** Portfolios that nobody said to have halted; undefined when nobody answered at all. */
  readonly missing: readonly string[] | undefined;
}

/**
 * Publishes the order and gathers answers until every process that is known has spoken, at most `waitMs`. Rejects when
 * the server cannot be reached.
 */
export const haltOverNats = async (
  url: string,
  order: HaltOrder,
  { waitMs = 5_000, namespace = "" }: { readonly waitMs?: number; readonly namespace?: string } = {},
): Promise<Halted> => {
  const connection = await connect({
    ...natsAddresses(url, "--nats"),
    timeout: waitMs,
    // With fewer than two the client strikes the next address off together with one that is dead.
    maxReconnectAttempts: 2,
    name: "shoal halt",
  });
  try {
    const acknowledged = await ask(connection, haltSubject(namespace), order, waitMs);
    const halted = [...new Set(acknowledged.flatMap((one) => one.halted))].sort();
    const all = new Set(acknowledged.flatMap(({ portfolios }) => portfolios));
    const missing =
      acknowledged.length === 0 ? undefined : [...all].filter((id) => !halted.includes(id)).sort();
    return { acknowledged, halted, missing };
  } finally {
    await connection.close();
  }
};

const ask = (
  connection: NatsConnection,
  subject: string,
  order: HaltOrder,
  waitMs: number,
): Promise<readonly Acknowledgement[]> =>
  new Promise((resolve, reject) => {
    const heard = new Map<string, Acknowledgement>();
    const inbox = `_INBOX.halt.${connection.info?.client_id ?? 0}.${Date.now()}`;
    const timer = setTimeout(() => resolve([...heard.values()]), waitMs);
    connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return;
        if (message.data.length === 0) {
          // The server's own answer: nobody listens.
          clearTimeout(timer);
          resolve([]);
          return;
        }
        const said = JSON.parse(new TextDecoder().decode(message.data)) as Acknowledgement;
        heard.set(said.node, said);
        const expected = [...heard.values()].flatMap(({ hosts }) => hosts);
        if (!expected.every((node) => heard.has(node))) return;
        clearTimeout(timer);
        resolve([...heard.values()]);
      },
    });
    connection.publish(subject, JSON.stringify(order), { reply: inbox });
    connection.flush().catch((error: unknown) => {
      clearTimeout(timer);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
