/**
 * Market WebSocket: /ws/<anything> sends bare messages, /stream wraps them with their stream's name. SUBSCRIBE,
 * UNSUBSCRIBE and LIST_SUBSCRIPTIONS as Binance answers them. In lock-step messages are held between phases.
 */
import { WebSocket } from "ws";
import { Invalid } from "../domain/values/invalid.ts";
import { Way, type StreamFaults } from "./faults/stream-faults.ts";

/** A reader that lets this much pile up is cut off, as Binance does. */
const BACKLOG_MAX_BYTES = 64 * 1024 * 1024;
const STREAMS_MAX = 1_024;
const streamPattern = /^!?[a-z0-9]*(@[A-Za-z0-9_+:]+)+$/;

interface Client {
  readonly socket: WebSocket;
  readonly wraps: boolean;
  readonly streams: Set<string>;
  readonly way: Way;
  silent: boolean;
}

interface Message {
  readonly stream: string;
  readonly json: string;
  readonly sent: () => void;
}

interface Request {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
}

export class Streams {
  /** Called when a stream gets its first reader. */
  onSubscribe: (stream: string) => void = () => undefined;
  /** Called when the first of all streams gets a reader. */
  onFirst: () => void = () => undefined;
  sentCount = 0;
  readonly #faults: StreamFaults;
  readonly #clients = new Set<Client>();
  readonly #readers = new Map<string, Set<Client>>();
  #held: Message[] | undefined;

  constructor(faults: StreamFaults) {
    this.#faults = faults;
  }

  get socketCount(): number {
    return this.#clients.size;
  }

  get heldCount(): number {
    return this.#held?.length ?? 0;
  }

  get streamCount(): number {
    return this.#readers.size;
  }

  has(stream: string): boolean {
    return this.#readers.has(stream);
  }

  attach(socket: WebSocket, wraps: boolean, streams: readonly string[]): void {
    const way = new Way(this.#faults, (text) => this.#write(client, text));
    const client: Client = { socket, wraps, streams: new Set(), way, silent: false };
    this.#clients.add(client);
    socket.on("message", (data) => this.#hear(client, (data as Buffer).toString()));
    socket.on("close", () => {
      this.#clients.delete(client);
      for (const stream of client.streams) this.#leave(client, stream);
    });
    for (const stream of streams) this.#join(client, stream);
  }

  /** Sends to all readers of `stream`; `sent` is called once it went out to any. */
  publish(stream: string, json: string, sent: () => void): void {
    if (!this.#readers.has(stream)) return;
    if (this.#held !== undefined) this.#held.push({ stream, json, sent });
    else this.#send(stream, json, sent);
  }

  /** From now on messages wait for `pass`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what waits, and everything from now on. */
  pass(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { stream, json, sent } of held) this.#send(stream, json, sent);
  }

  drop(): void {
    for (const client of this.#clients) client.socket.terminate();
  }

  /** Sockets stay open but say nothing any more, to a ping neither without `pongs`; new ones speak. */
  silence(pongs: boolean): void {
    for (const client of this.#clients) {
      client.silent = true;
      if (!pongs) client.socket.removeAllListeners("ping");
    }
  }

  #send(stream: string, json: string, sent: () => void): void {
    const readers = this.#readers.get(stream);
    if (readers === undefined) return;
    this.sentCount += 1;
    sent();
    for (const { way, wraps } of readers) way.send(wraps ? `{"stream":"${stream}","data":${json}}` : json);
  }

  #write({ socket, silent }: Client, text: string): void {
    if (silent) return;
    if (socket.bufferedAmount > BACKLOG_MAX_BYTES) socket.terminate();
    else socket.send(text);
  }

  #hear(client: Client, text: string): void {
    if (client.silent || this.#faults.plan.mute === true) return;
    let id: unknown = null;
    try {
      const request = parseRequest(text);
      id = request.id ?? null;
      const result = this.#answer(client, request);
      if (client.socket.readyState === WebSocket.OPEN) client.socket.send(JSON.stringify({ result, id }));
    } catch (error) {
      const msg = error instanceof Error ? error.message : String(error);
      client.socket.send(JSON.stringify({ error: { code: 2, msg: `Invalid request: ${msg}` }, id }));
    }
  }

  #answer(client: Client, request: Request): unknown {
    if (request.method === "LIST_SUBSCRIPTIONS") return [...client.streams];
    if (request.method !== "SUBSCRIBE" && request.method !== "UNSUBSCRIBE")
      throw new Invalid("method", "SUBSCRIBE, UNSUBSCRIBE or LIST_SUBSCRIPTIONS", request.method);
    const streams = request.params;
    if (!Array.isArray(streams)) throw new Invalid("params", "an array of streams", streams);
    for (const stream of streams as unknown[])
      if (typeof stream !== "string" || !streamPattern.test(stream))
        throw new Invalid("params", "stream names such as btcusdt@trade", stream);
    if (client.streams.size + streams.length > STREAMS_MAX)
      throw new Invalid("params", `at most ${STREAMS_MAX} streams a connection`, streams.length);
    for (const stream of streams as string[])
      if (request.method === "SUBSCRIBE") this.#join(client, stream);
      else this.#leave(client, stream);
    return null;
  }

  #join(client: Client, stream: string): void {
    client.streams.add(stream);
    const readers = this.#readers.get(stream);
    if (readers !== undefined) readers.add(client);
    else {
      this.#readers.set(stream, new Set([client]));
      this.onSubscribe(stream);
      if (this.#readers.size === 1) this.onFirst();
    }
  }

  #leave(client: Client, stream: string): void {
    client.streams.delete(stream);
    const readers = this.#readers.get(stream);
    readers?.delete(client);
    if (readers?.size === 0) this.#readers.delete(stream);
  }
}

const parseRequest = (text: string): Request => {
  const request: unknown = JSON.parse(text);
  if (typeof request !== "object" || request === null) throw new Invalid("request", "an object", request);
  return request;
};
