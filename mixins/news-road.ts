/**
 * News between actors: at most once, to whoever listens. Local listeners get it by reference, in the teller's turn;
 * other nodes over plain subjects `shoal.news.<kind>.<id>.<message>` of the broker's own NATS connection.
 * Anything that must arrive is a command through an outbox instead.
 */
import type { ServiceBroker } from "moleculer";
import type { Subscription } from "nats";
import { fromJson, toJson } from "../domain/values/json.ts";
import { setAside, textOf } from "./dead-letter.ts";
import { insides } from "./moleculer-insides.ts";
import type { Wire } from "./wire.ts";

type Outlet = Pick<Wire, "log" | "deadLetters">;

export type NewsHandler = (news: unknown, id: string) => void;

interface Topic {
  handlers: readonly NewsHandler[];
  subscription: Subscription | undefined;
}

/** A subject token: dots, wildcards and blanks of an id are escaped. */
export const token = (id: string): string =>
  /[.*>%\s]/.test(id)
    ? id.replace(/[.*>%\s]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`)
    : id;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class NewsRoad {
  readonly #broker: ServiceBroker;
  readonly #outlet: Outlet;
  readonly #topics = new Map<string, Topic>();
  #up = true;

  constructor(broker: ServiceBroker, outlet: Outlet) {
    this.#broker = broker;
    this.#outlet = outlet;
    broker.localBus.on("$bus.down", () => (this.#up = false));
    broker.localBus.on("$bus.up", () => (this.#up = true));
    broker.localBus.on("$transporter.connected", () => {
      for (const [key, topic] of this.#topics) this.#listen(key, topic);
    });
  }

  publish(kind: string, id: string, message: string, news: unknown, others: boolean): void {
    const safe = token(id);
    this.#hand(`${kind}.${safe}.${message}`, news, id);
    this.#hand(`${kind}.*.${message}`, news, id);
    const client = others && this.#up ? insides(this.#broker).transit?.tx.client : undefined;
    if (client === undefined || client === null || client.isClosed()) return;
    const body = toJson({ from: this.#broker.nodeID, id, news });
    client.publish(`${this.#prefix()}.${kind}.${safe}.${message}`, encoder.encode(body));
  }

  subscribe(kind: string, id: string, message: string, handle: NewsHandler): () => void {
    const key = `${kind}.${id === "*" ? "*" : token(id)}.${message}`;
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      topic = { handlers: [], subscription: undefined };
      this.#topics.set(key, topic);
      this.#listen(key, topic);
    }
    const joined = topic;
    const own: NewsHandler = (news, from) => handle(news, from);
    joined.handlers = [...joined.handlers, own];
    return () => {
      joined.handlers = joined.handlers.filter((other) => other !== own);
      if (joined.handlers.length > 0 || this.#topics.get(key) !== joined) return;
      this.#topics.delete(key);
      joined.subscription?.unsubscribe();
    };
  }

  #prefix(): string {
    return `shoal${this.#broker.namespace === "" ? "" : `-${this.#broker.namespace}`}.news`;
  }

  #listen(key: string, topic: Topic): void {
    const client = insides(this.#broker).transit?.tx.client;
    if (client === undefined || client === null) return;
    if (topic.subscription !== undefined && !topic.subscription.isClosed()) return;
    topic.subscription = client.subscribe(`${this.#prefix()}.${key}`, {
      callback: (error, message) => {
        if (error !== null) return;
        let told: Record<string, unknown>;
        try {
          told = fromJson(decoder.decode(message.data)) as Record<string, unknown>;
          if (typeof told["id"] !== "string") throw new Error("news without an id");
        } catch (cause) {
          this.#unreadable(key, message.data, cause);
          return;
        }
        if (told["from"] !== this.#broker.nodeID) this.#hand(key, told["news"], told["id"]);
      },
    });
  }

  #unreadable(key: string, data: Uint8Array, cause: unknown): void {
    const [kind = "", id = "", message = ""] = key.split(".");
    setAside(this.#outlet, {
      reason: "unreadable",
      error: textOf(cause),
      attempts: 1,
      from: "news road",
      to: { kind, id, message, mode: "news" },
      input: decoder.decode(data.subarray(0, 65_536)),
      trace: { bytes: data.length },
      money: false,
    });
  }

  #hand(key: string, news: unknown, id: string): void {
    const topic = this.#topics.get(key);
    if (topic === undefined) return;
    for (const handle of topic.handlers) {
      try {
        handle(news, id);
      } catch (error) {
        this.#outlet.log.error(`A listener of ${key} failed`, { error });
      }
    }
  }
}
