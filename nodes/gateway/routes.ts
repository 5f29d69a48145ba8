/** The table of routes, with freqtrade's words where they exist. Reading needs `read`, trading `trade`, and what changes or
 * lifts the rules (`resume`, `reload`) needs `admin`. */
import * as v from "valibot";
import { Failure } from "../../contracts/failure.ts";
import { lacks } from "../lacks.ts";
import { version } from "../package.ts";
import { balance, orders, profit, status, strategies } from "../reports.ts";
import { acting } from "./acting.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { AUDIT } from "./audit.ts";
import { limitRoutes } from "./limits.ts";
import { marketRoutes } from "./market.ts";
import { route, type Route } from "./route.ts";

const limit = (otherwise: number, most: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), otherwise);

const open: readonly Route[] = [
  route({
    method: "GET",
    path: "/ping",
    scope: "none",
    summary: "Is anybody there",
    answer: "status: pong",
    early: () => ({ status: "pong" }),
  }),
  route({
    method: "GET",
    path: "/health",
    scope: "none",
    summary: "How far this process is",
    answer: "status: starting or running; node; uptimeSeconds; lacks: of leases, budgets, ticks",
    early: ({ front }) => {
      const behind = front.behind();
      return {
        status: behind === undefined ? "starting" : "running",
        node: front.node,
        uptimeSeconds: Math.round((Date.now() - front.startedAt) / 1_000),
        lacks: behind === undefined ? [] : lacks(behind.engine),
      };
    },
  }),
  route({
    method: "GET",
    path: "/openapi.json",
    scope: "none",
    summary: "This document",
    answer: "OpenAPI 3.1",
    early: ({ front }) => front.document(),
  }),
  route({
    method: "POST",
    path: "/token/login",
    scope: "read",
    summary: "Exchange a token for a session of 15 minutes",
    answer: "access_token to be sent as bearer; expiresAt, ms",
    early: ({ front, caller }) => front.door.login(caller),
  }),
];

const reading: readonly Route[] = [
  route({
    method: "GET",
    path: "/version",
    scope: "read",
    summary: "The program's version",
    answer: "version",
    early: () => ({ version }),
  }),
  route({
    method: "GET",
    path: "/metrics",
    scope: "read",
    summary: "Where Prometheus finds this process's metrics",
    answer: "addresses by kind: moleculer, trading",
    early: ({ front }) => front.metrics(),
  }),
  route({
    method: "GET",
    path: "/status",
    scope: "read",
    summary: "The whole cluster at a glance",
    answer: "hosts, actors by kind, ticks, candles, orders, fills, portfolios, venues, and who is silent",
    handle: ({ front }, { ask, engine }) => status(ask, engine.settings, front.node),
  }),
  route({
    method: "GET",
    path: "/balance",
    scope: "read",
    summary: "What the accounts hold",
    answer: "accounts with currencies (balance, used, free); equity by portfolio",
    handle: (_asked, { ask }) => balance(ask),
  }),
  route({
    method: "GET",
    path: "/profit",
    scope: "read",
    summary: "Profit by portfolio and strategy",
    answer: "portfolios with equity, realised, unrealised, fees, and the same for each strategy",
    handle: (_asked, { ask }) => profit(ask),
  }),
  route({
    method: "GET",
    path: "/trades",
    scope: "read",
    summary: "The newest fills, newest last",
    answer: "trades, trades_count",
    query: { limit: limit(50, 10_000) },
    handle: async ({ query }, { ask }) => {
      const trades = await ask.trades(query.limit);
      return { trades, trades_count: trades.length };
    },
  }),
  route({
    method: "GET",
    path: "/orders",
    scope: "read",
    summary: "Orders that are or may be at the venue",
    answer: "orders",
    handle: async (_asked, { ask }) => ({ orders: await orders(ask) }),
  }),
  route({
    method: "GET",
    path: "/strategies",
    scope: "read",
    summary: "All strategies and what they hold",
    answer: "strategies",
    handle: async (_asked, { ask }) => ({ strategies: await strategies(ask) }),
  }),
  route({
    method: "GET",
    path: "/strategies/{id}",
    scope: "read",
    summary: "One strategy, its memory included",
    answer: "parameters, counters, exposures, state",
    handle: ({ path }, { ask }) => ask.strategy(path["id"]!),
  }),
  route({
    method: "GET",
    path: "/portfolios/{id}",
    scope: "read",
    summary: "One portfolio, complete",
    answer: "accounts, strategies' sub-ledgers, positions, orders, halt, counters",
    handle: ({ path }, { ask }) => ask.portfolio(path["id"]!),
  }),
  route({
    method: "GET",
    path: "/kill-switch",
    scope: "read",
    summary: "Whether every portfolio is halted altogether",
    answer: "on; portfolios: actor, answers, halted; openLegs and unheard as of a halt",
    handle: async (_asked, { act }) => ({ ...(await act.killSwitch.status()), ...(await act.openLegs()) }),
  }),
];

const looking: readonly Route[] = [
  route({
    method: "GET",
    path: "/actors",
    scope: "read",
    summary: "Every actor, and the host it runs on",
    answer: "hosts; actors with mailbox figures",
    handle: (_asked, { ask }) => ask.actors(),
  }),
  route({
    method: "GET",
    path: "/actors/{kind}",
    scope: "read",
    summary: "Actors of a kind, or one with ?id=",
    answer: "actors, or what the one says of itself",
    query: { id: v.optional(v.string()) },
    handle: async ({ path, query }, { ask }) => {
      if (query.id !== undefined) return ask.inspect(path["kind"]!, query.id);
      const { hosts, actors } = await ask.actors();
      return { hosts, actors: actors.filter(({ kind }) => kind === path["kind"]) };
    },
  }),
  route({
    method: "GET",
    path: "/actors/{kind}/{id}",
    deep: true,
    scope: "read",
    summary: "What one actor says of itself",
    answer: "depends on the kind",
    handle: ({ path }, { ask }) => ask.inspect(path["kind"]!, path["id"]!),
  }),
  route({
    method: "GET",
    path: "/leases",
    scope: "read",
    summary: "Who owns each portfolio and account",
    answer: "clustered; host, epoch and holds of this process; owners with actor, host, epoch, live",
    handle: async (_asked, { engine }) => ({
      clustered: engine.leases !== undefined,
      host: engine.wire.hostId,
      epoch: engine.leases?.epoch ?? 0,
      holds: engine.leases?.holds() ?? true,
      owners: (await engine.leases?.owners()) ?? [],
    }),
  }),
  route({
    method: "GET",
    path: "/journal",
    scope: "read",
    summary: "Names of all journal streams",
    answer: "streams",
    handle: async (_asked, { engine }) => ({ streams: await engine.journal.streams() }),
  }),
  route({
    method: "GET",
    path: "/journal/{stream}",
    deep: true,
    scope: "read",
    summary: "Entries of a journal stream, oldest first",
    answer: "stream, last (its last sequence), entries",
    query: { after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0), limit: limit(100, 1_000) },
    handle: async ({ path, query }, { engine }) => {
      const stream = path["stream"]!;
      const last = await engine.journal.lastSequence(stream);
      if (last === 0 && stream !== AUDIT)
        throw new Failure("Unknown", `there is no journal stream ${stream}`, 404, "NO_SUCH_STREAM", false);
      const entries: unknown[] = [];
      if (last > query.after)
        for await (const entry of engine.journal.read(stream, query.after)) {
          entries.push(entry);
          if (entries.length >= query.limit) break;
        }
      return { stream, last, entries };
    },
  }),
];

export const routes: readonly Route[] = [
  ...open,
  ...reading,
  ...looking,
  ...marketRoutes,
  ...acting,
  ...limitRoutes,
  ...deadLetterRoutes,
];
