/**
 * Live events over a WebSocket, numbered per connection from 0 (`hello`) without gaps. A client that reads too slowly is
 * not waited for: candles are kept newest only, everything else is dropped and counted, and when it reads again it is
 * told `{"type":"gap","missed":n}` first. What waits for one client is bounded; one that hangs is disconnected.
 */
import { STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { PortfolioNews } from "../../contracts/portfolio.ts";
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import { toPlainJson } from "../../domain/values/json.ts";
import type { Log } from "../../mixins/wire.ts";
import type { Engine } from "../engine.ts";
import { refusalOf } from "./refusal.ts";
import type { Caller } from "./tokens.ts";

export interface StreamOptions {
  readonly server: Server;
  readonly node: string;
  readonly log: Log;
  /** Throws 401, 403 or 429. */
  readonly admit: (request: IncomingMessage, authorization: string | undefined) => Caller | Promise<Caller>;
}

/** Unsent bytes above which a client is slow, and below which it has caught up. */
const HIGH = 1 << 20;
const LOW = 1 << 18;
const HANGS_MS = 30_000;
const LOOK_MS = 250;
const CLIENTS_MAX = 100;

class Client {
  missed = 0;
  #sequence = 0;
  #slowSince = 0;
  /** Newest of each series while the client is slow: as many as there are series. */
  readonly #latest = new Map<string, string>();
  readonly #socket: WebSocket;

  readonly #onMissed: () => void;

  constructor(socket: WebSocket, onMissed: () => void) {
    this.#socket = socket;
    this.#onMissed = onMissed;
  }

  /** `body` is an object's JSON; `series` names one of which only the newest counts. */
  send(body: string, series?: string): void {
    if (this.#slowSince === 0 && this.#socket.bufferedAmount < HIGH) {
      this.#socket.send(`{"sequence":${this.#sequence},${body.slice(1)}`);
      this.#sequence += 1;
      return;
    }
    if (this.#slowSince === 0) this.#slowSince = performance.now();
    if (series === undefined || this.#latest.has(series)) {
      this.missed += 1;
      this.#onMissed();
    }
    if (series !== undefined) this.#latest.set(series, body);
  }

  /** Tells what was missed once it reads again; ends it when it does not. */
  look(): void {
    if (this.#slowSince === 0) return;
    if (this.#socket.bufferedAmount > LOW) {
      if (performance.now() - this.#slowSince > HANGS_MS) this.#socket.terminate();
      return;
    }
    this.#slowSince = 0;
    const { missed } = this;
    const waiting = [...this.#latest.values()];
    this.missed = 0;
    this.#latest.clear();
    if (missed > 0) this.send(toPlainJson({ type: "gap", missed }));
    for (const body of waiting) this.send(body);
  }
}

export class EventStream {
  /** Events that slow clients did not get, all together. */
  missed = 0;
  readonly #options: StreamOptions;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, perMessageDeflate: false });
  readonly #clients = new Map<WebSocket, Client>();
  readonly #timer: NodeJS.Timeout;
  #engine: Engine | undefined;
  #ends: readonly (() => void)[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
    options.server.on(
      "upgrade",
      (request, socket: Duplex, head) => void this.#upgrade(request, socket, head),
    );
    this.#timer = setInterval(() => {
      for (const client of this.#clients.values()) client.look();
    }, LOOK_MS);
    this.#timer.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  attach(engine: Engine): void {
    this.#engine = engine;
    if (this.#clients.size > 0) this.#listen(engine);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#clients.keys()) socket.close(1001, "the engine stops");
    this.#sockets.close();
    this.#unlisten();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://localhost");
    const token = url.searchParams.get("token");
    try {
      if (url.pathname !== "/api/v1/stream") throw Object.assign(new Error(), { type: "NOT_FOUND" });
      await this.#options.admit(request, token === null ? undefined : `Bearer ${token}`);
      if (this.#clients.size >= CLIENTS_MAX)
        throw Object.assign(new Error("too many streams are open"), { code: 503, type: "TOO_MANY_STREAMS" });
    } catch (error) {
      const refusal = refusalOf(error);
      const body = toPlainJson({ error: refusal });
      socket.end(
        `HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code] ?? ""}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened));
  }

  #open(socket: WebSocket): void {
    const client = new Client(socket, () => (this.missed += 1));
    const at = this.#engine?.marketNow() ?? Date.now();
    client.send(toPlainJson({ type: "hello", node: this.#options.node, at }));
    this.#clients.set(socket, client);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#clients.delete(socket);
      if (this.#clients.size === 0) this.#unlisten();
    });
    if (this.#clients.size === 1 && this.#engine !== undefined) this.#listen(this.#engine);
  }

  #tell(event: object, series?: string): void {
    const body = toPlainJson(event);
    for (const client of this.#clients.values()) client.send(body, series);
  }

  /** Only while somebody listens: market data of other nodes costs. */
  #listen({ wire, road, instruments, marketNow }: Engine): void {
    this.#ends = [
      wire.subscribe("portfolio", "*", "changed", (news, portfolio) => {
        this.#portfolio(news as PortfolioNews, portfolio);
      }),
      wire.subscribe("host", "*", "changed", (change, host) => this.#tell({ type: "wish", host, change })),
      wire.subscribe("host", "*", "lost", (lost, host) => this.#tell({ type: "actor-lost", host, lost })),
      wire.onHosts(() => this.#tell({ type: "hosts", at: marketNow(), hosts: wire.hosts() })),
      ...instruments.map((instrument) =>
        road.subscribe(marketSubject(instrument), (batch) => {
          for (const { timeframe, candle } of (batch as MarketBatch).candles)
            this.#tell({ type: "candle", instrument, timeframe, candle }, `${instrument} ${timeframe}`);
        }),
      ),
    ];
  }

  #unlisten(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  #portfolio({ sequence, at, events }: PortfolioNews, portfolio: string): void {
    this.#tell({ type: "portfolio", portfolio, journal: sequence, at, events });
    for (const event of events)
      if (event.type === "Halted") this.#tell({ ...event, type: "halt", portfolio });
      else if (event.type === "Resumed") this.#tell({ ...event, type: "resume", portfolio });
      else if (event.type === "DegradationChanged") this.#tell({ ...event, type: "degradation", portfolio });
  }
}
