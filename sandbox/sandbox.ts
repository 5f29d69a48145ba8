/**
 * The sandbox exchange: Binance's wire, spot or USD-margined futures, over a simulated venue, on 127.0.0.1. Unmodified ccxt trades on it
 * once its URLs point here. docs/sandbox.md tells how to start it, its streams, lock-step, faults, differences.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { Admin } from "./admin.ts";
import { Faults } from "./faults/faults.ts";
import { Floor } from "./floor.ts";
import { handleHttp } from "./http.ts";
import { Lockstep } from "./lockstep.ts";
import { plainPath, whoseKey } from "./futures/sockets.ts";
import { openMarket } from "./market/open.ts";
import type { MarketSource } from "./market/source.ts";
import { settle, type AccountOptions, type SandboxOptions } from "./options.ts";
import { Pacer } from "./pacer.ts";
import { futuresRoutes, spotRoutes } from "./rest/routes.ts";
import type { Desk } from "./serve.ts";
import { Signing } from "./signing.ts";
import { Streams } from "./streams.ts";
import { UserData } from "./user-data.ts";
import { Weights } from "./weights.ts";
import { attachWsApi } from "./ws-api.ts";

export type { AccountOptions, SandboxOptions } from "./options.ts";

export interface Sandbox {
  /** http://127.0.0.1:port */
  readonly url: string;
  /** ws://127.0.0.1:port */
  readonly wsUrl: string;
  readonly port: number;
  /** http://127.0.0.1:port/admin */
  readonly adminUrl: string;
  /** Pairs as ccxt spells them. */
  readonly symbols: readonly string[];
  readonly accounts: readonly AccountOptions[];
  /** Ends at once; open sockets are cut. */
  stop(): Promise<void>;
}

const DEFAULT_BALANCE = "100000";
const PING_EVERY_MS = 20_000;
const PINGS_UNANSWERED_MAX = 3;

const defaultAccounts = (source: MarketSource): readonly AccountOptions[] => {
  const balances = Object.fromEntries(source.listings.map(({ quote }) => [quote, DEFAULT_BALANCE]));
  return [{ name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances }];
};

/** Resolves once the port answers. `market` stands in for the one of the options. Throws `Invalid` naming the option that is wrong. */
export const startSandbox = async (options: SandboxOptions = {}, market?: MarketSource): Promise<Sandbox> => {
  const settings = settle(options);
  const wallNow = Date.now;
  const source = market ?? (await openMarket(settings, wallNow()));
  const accounts = settings.accounts ?? defaultAccounts(source);
  const faults = new Faults(settings.faults, wallNow);
  const streams = new Streams(faults.market);
  const userData = new UserData(faults.user);
  const floor = new Floor(source, accounts, faults, streams, userData, settings.futures);
  floor.lacks = settings.lacks;
  const weights = new Weights(settings.limits);
  const signing = new Signing(accounts, faults.venueNow);
  const routes = settings.futures === undefined ? spotRoutes : futuresRoutes;
  const desk: Desk = { floor, faults, signing, weights, routes, wallNow };
  const admin = new Admin(floor, faults, streams, userData);
  const { speed, begin } = settings;
  const lockstep = speed === "max" ? new Lockstep(floor, streams, userData) : undefined;
  const pacer = speed === "max" ? undefined : new Pacer(floor, speed, wallNow);
  if (begin === "now") pacer?.start();
  else if (pacer !== undefined) streams.onFirst = () => pacer.start();

  const server = createServer((request, response) => void handleHttp(request, response, desk, admin));
  server.keepAliveTimeout = 60_000;
  attachSockets(server, desk, streams, userData, lockstep);
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  const port = await listen(server, settings.port, settings.host);
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    port,
    adminUrl: `http://127.0.0.1:${port}/admin`,
    symbols: source.listings.map(({ base, quote }) => `${base}/${quote}`),
    accounts,
    stop: () => {
      pacer?.stop();
      lockstep?.stop();
      for (const socket of open) socket.destroy();
      return new Promise<void>((done) => server.close(() => done()));
    },
  };
};

const attachSockets = (
  server: Server,
  desk: Desk,
  streams: Streams,
  userData: UserData,
  lockstep: Lockstep | undefined,
): void => {
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  keepAlive(upgrades, server);
  server.on("upgrade", (request, socket, head) => {
    const [asked = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const futures = desk.floor.futures;
    const path = futures === undefined ? asked : plainPath(asked);
    const owner = futures === undefined ? undefined : whoseKey(futures, asked, query);
    const isMarket = path === "/ws" || path.startsWith("/ws/") || path === "/stream";
    const isAdmin = path === "/admin/lockstep" && lockstep !== undefined;
    const isApi = futures === undefined && path === "/ws-api/v3";
    if (!isMarket && !isAdmin && !isApi && owner === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    if (!isAdmin && desk.faults.rest.inMaintenance) {
      desk.faults.rest.met.maintained += 1;
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      ws.on("error", () => ws.terminate());
      // A listener of ours, so that a fault can take it away.
      ws.on("ping", (data) => ws.pong(data));
      upgrades.emit("connection", ws, request);
      if (isAdmin) lockstep.attach(ws);
      else if (owner !== undefined) userData.listen(owner, ws);
      else if (isMarket) streams.attach(ws, path === "/stream", streamsIn(path, query));
      else attachWsApi(ws, desk, userData);
    });
  });
};

/** As Binance does: a ping every 20 s, and who has not answered for a minute is cut off. */
const keepAlive = (upgrades: WebSocketServer, server: Server): void => {
  const unanswered = new WeakMap<WebSocket, number>();
  upgrades.on("connection", (ws: WebSocket) => ws.on("pong", () => unanswered.set(ws, 0)));
  const timer = setInterval(() => {
    for (const ws of upgrades.clients) {
      const pings = unanswered.get(ws) ?? 0;
      if (pings >= PINGS_UNANSWERED_MAX) ws.terminate();
      else ws.ping();
      unanswered.set(ws, pings + 1);
    }
  }, PING_EVERY_MS);
  server.on("close", () => clearInterval(timer));
};

/** /ws/btcusdt@trade and /stream?streams=a/b subscribe by their address. */
const streamsIn = (path: string, query: string): readonly string[] => {
  const named = path.startsWith("/ws/") ? path.slice(4) : (new URLSearchParams(query).get("streams") ?? "");
  return named.split("/").filter((name) => name.includes("@"));
};

const listen = async (server: Server, port: number, host: string): Promise<number> => {
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, done);
  });
  return (server.address() as AddressInfo).port;
};
