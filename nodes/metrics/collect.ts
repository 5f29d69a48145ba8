/** One scrape: the actors of this process are asked what they know. Whoever does not answer is counted and left out. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { priorities } from "../../adapters/limits/limits.ts";
import { ref } from "../../contracts/contract.ts";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { ExecutionContract } from "../../contracts/execution.ts";
import type { ActorView, Address } from "../../contracts/host.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import { SymbolContract } from "../../contracts/symbol.ts";
import type { PortfolioView, Sums } from "../../domain/portfolio/view.ts";
import { levels } from "../../domain/risk/degradation.ts";
import { toFloat, type InstrumentId } from "../../domain/values/values.ts";
import type { Engine } from "../engine.ts";
import type { Gateway } from "../gateway.ts";
import { accounts } from "./accounts.ts";
import type { Board, Labels } from "./board.ts";
import type { Name } from "./catalog.ts";
import { grantOf, sharedLimits } from "./limits.ts";
import { training } from "./training.ts";
import { figures } from "./figures.ts";

const ANSWER_MS = 800;
const breakers = { closed: 0, "half-open": 1, open: 2 } as const;

type Collector = (board: Board) => Promise<void> | void;

const within = async (question: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), ANSWER_MS);
  });
  await Promise.race([question, late]).finally(() => clearTimeout(timer));
};

/** Keeps the highest worth seen, for the drawdown. */
export const collector = (engine: Engine, gateway: Gateway | undefined): Collector => {
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const peaks = new Map<string, number>();
  return async (board) => {
    const actors = engine.host.actors();
    const asked: { actor: Address; question: Promise<void> }[] = actors.flatMap((actor) => {
      const ask = asking[actor.kind];
      return ask === undefined ? [] : [{ actor, question: ask(engine, actor.id, board, peaks) }];
    });
    mailboxes(actors, board);
    plumbing(engine, board);
    budgets(engine, board);
    if (actors.some(({ kind }) => kind === "recorder")) tickStore(engine, board);
    board.set("event_loop_lag_seconds", lag.percentile(99) / 1e9);
    board.set("event_loop_lag_max_seconds", lag.max / 1e9);
    lag.reset();
    if (gateway !== undefined) requests(gateway, board);
    if (engine.trainer !== undefined) training(engine.trainer, board);
    asked.push({ actor: { kind: "dead", id: "letters" }, question: deadLetters(engine, board) });
    await Promise.all(
      asked.map(({ actor, question }) =>
        within(question).catch(() =>
          board.add("scrape_problems_total", { actor: `${actor.kind}.${actor.id}` }),
        ),
      ),
    );
  };
};

const asking: Readonly<
  Record<string, (engine: Engine, id: string, board: Board, peaks: Map<string, number>) => Promise<void>>
> = {
  ...{ risk: sharedLimits, strategy: figures },
  async symbol({ wire, marketNow }, id, board) {
    const { trades, candles, refused, gaps, last } = await ref(wire, SymbolContract, id).inspect();
    const labels = { instrument: id };
    board.raise("ticks_received_total", trades, labels);
    board.raise("ticks_refused_total", refused, labels);
    board.raise("tick_gaps_total", gaps, labels);
    board.raise("candles_total", candles, labels);
    if (last !== undefined) board.set("tick_age_seconds", Math.max(0, marketNow() - last.at) / 1_000, labels);
  },

  async exchange({ wire }, venue, board) {
    const view = await ref(wire, ExchangeContract, venue).inspect();
    board.set("clock_offset_seconds", view.clockOffsetMs / 1_000, { venue });
    access(view, { venue, side: "market" }, board);
  },

  async execution({ wire }, account, board) {
    const view = await ref(wire, ExecutionContract, account).inspect();
    board.set("rate_limit_weight_used", view.weightUsed, { account });
    board.set("orders_in_flight", view.inFlight, { account });
    board.raise("orders_unknown_total", view.unknown, { account });
    access(view, { venue: view.venue, side: account }, board);
  },

  async portfolio({ wire, journal }, id, board, peaks) {
    const [view, sequence] = await Promise.all([
      ref(wire, PortfolioContract, id).view(),
      journal.lastSequence(`portfolio.${id}`),
    ]);
    board.set("journal_sequence", sequence, { portfolio: id });
    portfolio(id, view, board, peaks);
  },
};

interface Access {
  readonly slowDowns: { readonly slowed: number; readonly banned: number };
  readonly streams: readonly { readonly reconnects: number }[];
  readonly breakers: readonly { readonly class: string; readonly state: string }[];
}

const access = (view: Access, labels: Labels, board: Board): void => {
  let reconnects = 0;
  for (const stream of view.streams) reconnects += stream.reconnects;
  board.raise("ws_reconnects_total", reconnects, labels);
  board.raise("venue_slow_downs_total", view.slowDowns.slowed, labels);
  board.raise("venue_bans_total", view.slowDowns.banned, labels);
  for (const { class: name, state } of view.breakers)
    board.set("breaker_state", breakers[state as keyof typeof breakers], { ...labels, class: name });
};

const amounts = (board: Board, name: Name, sums: Sums, labels: Labels): void => {
  for (const [asset, amount] of Object.entries(sums)) board.set(name, toFloat(amount), { ...labels, asset });
};

const portfolio = (id: string, view: PortfolioView, board: Board, peaks: Map<string, number>): void => {
  const labels = { portfolio: id };
  amounts(board, "equity", view.equity, labels);
  amounts(board, "realised_profit", view.realised, labels);
  amounts(board, "unrealised_profit", view.unrealised, labels);
  amounts(board, "fees_paid", view.fees, labels);
  grantOf(id, view, board);
  accounts(id, view, board);
  for (const [asset, amount] of Object.entries(view.equity)) {
    const worth = toFloat(amount);
    const peak = Math.max(worth, peaks.get(`${id} ${asset}`) ?? 0);
    peaks.set(`${id} ${asset}`, peak);
    if (peak > 0) board.set("drawdown_ratio", 1 - worth / peak, { ...labels, asset });
  }
  board.set("orders_open", view.orders.length, labels);
  board.set("halted", view.halted === null ? 0 : view.halted.level === "all" ? 2 : 1, labels);
  for (const level of levels)
    board.raise("degradation_changes_total", view.counters.levels[level] ?? 0, { ...labels, level });
  board.raise("liquidations_total", view.counters.liquidations, labels);
  for (const [rule, count] of Object.entries(view.counters.refusals))
    board.raise("order_refusals_total", count, { ...labels, rule });
  const bare = { yes: 0, no: 0 };
  const held = new Map<string, bigint>();
  for (const book of view.strategies) {
    const { strategy } = book;
    amounts(board, "strategy_equity", book.equity, { strategy });
    const assets = new Set([...Object.keys(book.realised), ...Object.keys(book.unrealised)]);
    for (const asset of assets) {
      const profit = (book.realised[asset] ?? 0n) + (book.unrealised[asset] ?? 0n);
      board.set("strategy_profit", toFloat(profit), { strategy, asset });
    }
    for (const { instrument, quantity, protection } of book.positions) {
      held.set(instrument, (held.get(instrument) ?? 0n) + quantity);
      const shall = quantity !== 0n && protection !== null && protection.stopPrice !== null;
      if (shall && protection.order === null) bare[protection.lost ? "yes" : "no"] += 1;
    }
  }
  for (const lost of ["yes", "no"] as const)
    board.set("positions_unprotected", bare[lost], { ...labels, lost });
  for (const [instrument, quantity] of held)
    board.set("position_quantity", toFloat(quantity), { ...labels, instrument: instrument as InstrumentId });
};

const mailboxes = (actors: readonly ActorView[], board: Board): void => {
  for (const kind of new Set(actors.map((one) => one.kind))) {
    const own = actors.filter((one) => one.kind === kind);
    const sum = (
      field: "depth" | "processed" | "failed" | "refused" | "restarts" | "coalesced" | "dropped",
    ): number => own.reduce((all, one) => all + one[field], 0);
    board.set("actors", own.length, { kind });
    board.set("actor_restarts", sum("restarts"), { kind });
    board.set("mailbox_depth", sum("depth"), { kind });
    board.set("mailbox_depth_max", Math.max(...own.map(({ depth }) => depth)), { kind });
    board.raise("messages_processed_total", sum("processed"), { kind });
    board.raise("messages_failed_total", sum("failed"), { kind });
    board.raise("messages_refused_total", sum("refused"), { kind });
    board.raise("market_coalesced_total", sum("coalesced"), { kind });
    board.raise("market_dropped_total", sum("dropped"), { kind });
  }
};

const budgets = ({ limits }: Engine, board: Board): void => {
  const { usage, waited, waitedMs, refused, fallback } = limits.stats();
  for (const { key: budget, used, limit } of usage) {
    board.set("rate_limit_used", used, { budget });
    board.set("rate_limit_limit", limit, { budget });
  }
  for (const priority of priorities) {
    board.raise("rate_limit_waited_total", waited[priority], { priority });
    board.raise("rate_limit_waited_seconds_total", waitedMs[priority] / 1_000, { priority });
    board.raise("rate_limit_refused_total", refused[priority], { priority });
  }
  board.set("rate_limit_fallback", fallback ? 1 : 0);
};

const plumbing = ({ wire, road, leases, cache }: Engine, board: Board): void => {
  board.set("lease_held", (leases?.holds() ?? true) ? 1 : 0);
  board.set("lease_epoch", leases?.epoch ?? 0);
  board.raise("lease_lapses_total", leases?.counts.lapsed ?? 0);
  board.raise("claims_refused_total", leases?.counts.refused ?? 0);
  board.set("outbox_depth", wire.activity.outbox);
  board.set("outbox_stuck", wire.activity.stuck);
  board.raise("account_news_deferred_total", wire.activity.deferred);
  board.raise("road_trades_sent_total", road.sent);
  board.raise("road_trades_received_total", road.received);
  board.raise("road_missed_total", road.missed);
  board.raise("road_repeated_total", road.repeated);
  board.raise("road_unreadable_total", road.unreadable);
  board.raise("road_coalesced_total", road.coalesced);
  board.raise("road_unsent_total", road.unsent);
  const { hits, misses, errors } = cache.stats();
  board.raise("cache_hits_total", hits);
  board.raise("cache_misses_total", misses);
  board.raise("cache_errors_total", errors);
};

const deadLetters = async ({ deadLetters: letters }: Engine, board: Board): Promise<void> => {
  const { setAside, dropped, waiting } = letters.stats();
  for (const [reason, count] of setAside) board.raise("dlq_set_aside_total", count, { reason });
  board.raise("dlq_dropped_total", dropped);
  board.set("dlq_waiting", waiting);
  // Others have written too.
  await letters.list();
  const { open, openMoney } = letters.stats();
  board.set("dlq_depth", openMoney, { money: "yes" });
  board.set("dlq_depth", open - openMoney, { money: "no" });
};

const tickStore = ({ ticks }: Engine, board: Board): void => {
  const { written, queued, dropped, refused } = ticks.stats();
  board.raise("tick_store_written_total", written);
  board.set("tick_store_queued", queued);
  board.raise("tick_store_dropped_total", dropped);
  board.raise("tick_store_refused_total", refused);
};

const requests = (gateway: Gateway, board: Board): void => {
  for (const [key, count] of gateway.requests) {
    const [method, path, code] = key.split(" ") as [string, string, string];
    board.raise("http_requests_total", count, { method, path, code });
  }
  board.set("stream_clients", gateway.stream.clients);
  board.raise("stream_missed_total", gateway.stream.missed);
};
