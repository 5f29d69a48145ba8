/**
 * Every trading series: base units, labels by instrument, portfolio, strategy or kind, never by order or actor. With
 * a thousand strategies that is about 3,000 series a process. All of them are of actors of the own process, so that
 * sums over processes are right; of the market's clock where said so.
 */
export interface Series {
  readonly type: "Counter" | "Gauge" | "Histogram";
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly buckets?: readonly number[];
}

const gauge = (help: string, ...labelNames: string[]): Series => ({ type: "Gauge", help, labelNames });
const counter = (help: string, ...labelNames: string[]): Series => ({ type: "Counter", help, labelNames });
const seconds = (help: string): Series => ({
  type: "Histogram",
  help,
  labelNames: [],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const catalog = {
  ticks_received_total: counter("Trades taken by the symbol actor", "instrument"),
  ticks_refused_total: counter("Trades refused as nonsense or repeated", "instrument"),
  tick_gaps_total: counter("Gaps seen on the market road", "instrument"),
  tick_age_seconds: gauge("Market time since the last trade", "instrument"),
  candles_total: counter("Candles closed", "instrument"),
  ws_reconnects_total: counter("Reconnects of venue streams", "venue", "side"),
  breaker_state: gauge("Circuit breaker: 0 closed, 1 half open, 2 open", "venue", "side", "class"),
  clock_offset_seconds: gauge("Venue's clock less ours", "venue"),
  rate_limit_weight_used: gauge("Request weight used in the venue's window", "account"),
  rate_limit_used: gauge(
    "Spent of a budget by the whole cluster, as last heard here: never sum it",
    "budget",
  ),
  rate_limit_limit: gauge("What a budget holds", "budget"),
  rate_limit_waited_total: counter("Requests that waited for a budget and went", "priority"),
  rate_limit_waited_seconds_total: counter("How long they waited", "priority"),
  rate_limit_refused_total: counter("Requests that a budget had no room for in time", "priority"),
  rate_limit_fallback: gauge("1: the shared store is gone, this process spends its own share only"),
  venue_slow_downs_total: counter("Answers 429 and 418", "venue", "side"),
  venue_bans_total: counter("Answers 418: the address is shut out", "venue", "side"),
  orders_in_flight: gauge("Requests to the venue under way", "account"),
  orders_unknown_total: counter("Orders whose fate had to be asked for", "account"),
  orders_total: counter("Orders by what became of them", "portfolio", "state"),
  order_refusals_total: counter(
    "Orders refused by a rule before they left; an aim that is refused for the same reason again counts once",
    "portfolio",
    "rule",
  ),
  order_ack_seconds: seconds("From the journaled order to the venue's word, wall time"),
  signal_to_order_seconds: seconds("From the strategy's proposal to the journaled order, market time"),
  fills_total: counter("Fills", "instrument"),
  liquidations_total: counter("Trades by which a venue closed contracts by force", "portfolio"),
  liquidation_distance_ratio: gauge(
    "Of a contract's last price to where it would be liquidated, as a part of it",
    "portfolio",
    "account",
    "instrument",
  ),
  crosses_total: counter("Trades inside a portfolio", "instrument"),
  equity: gauge("Worth at the last marks, in units of the asset", "portfolio", "asset"),
  realised_profit: gauge("Realised profit", "portfolio", "asset"),
  unrealised_profit: gauge("Unrealised profit at the last marks", "portfolio", "asset"),
  fees_paid: gauge("Fees paid", "portfolio", "asset"),
  drawdown_ratio: gauge("Fall from the highest worth scraped so far", "portfolio", "asset"),
  position_quantity: gauge("Held, in base units", "portfolio", "instrument"),
  orders_open: gauge("Orders not closed", "portfolio"),
  unaccounted: gauge(
    "Balance less the sum of the sub-ledgers: 0, or the ledger is broken",
    "portfolio",
    "asset",
  ),
  positions_unprotected: gauge(
    "Positions that shall have a stop and have none at the venue, for now or (lost) for good",
    "portfolio",
    "lost",
  ),
  halted: gauge("0 trading, 1 entries halted, 2 all halted", "portfolio"),
  degradation_level: gauge("0 full, 1 reducing, 2 exits only, 3 halted", "portfolio", "account"),
  degradation_changes_total: counter(
    "Changes of level of its accounts, by the new one",
    "portfolio",
    "level",
  ),
  shared_limit: gauge("A limit over several portfolios, in its quote asset", "limit"),
  shared_limit_granted: gauge("Of it, what portfolios may use, as far as is known", "limit"),
  grant_amount: gauge(
    "What a portfolio may use of a shared limit; 0 once its grant has ended",
    "portfolio",
    "limit",
  ),
  grant_used: gauge("Held and being entered of it", "portfolio", "limit"),
  unhedged_seconds_total: counter("How long a strategy held what no other leg answered", "strategy"),
  unhedged_notional_seconds_total: counter(
    "Notional of that summed over time, quote times seconds",
    "strategy",
  ),
  unhedged_episodes_total: counter("Stretches of it", "strategy"),
  unhedged_notional: gauge("Notional unhedged now, in quote", "strategy"),
  unhedged_notional_peak: gauge("The most of it so far", "strategy"),
  inventory_notional: gauge(
    "What a market maker holds, in quote, below 0 when short",
    "strategy",
    "instrument",
  ),
  inventory_notional_peak: gauge("The most of it so far, without its sign", "strategy", "instrument"),
  prediction_age_seconds: gauge(
    "Age of the newest prediction of a model that guides a strategy",
    "strategy",
    "instrument",
  ),
  prediction_entries_total: counter(
    "Wishes to enter, by what the model said of them",
    "strategy",
    "instrument",
    "verdict",
  ),
  strategy_equity: gauge("Worth of a strategy's sub-ledger", "strategy", "asset"),
  strategy_profit: gauge("Realised and unrealised profit of a strategy", "strategy", "asset"),
  actors: gauge("Actors running here", "kind"),
  actor_restarts: gauge("Times actors running here were lost or failed to start", "kind"),
  lease_held: gauge("1 while this process may run portfolios and accounts; 1 without NATS"),
  lease_epoch: gauge("Number of its lease, 0 while it has none"),
  lease_lapses_total: counter("Times its lease could not be renewed"),
  claims_refused_total: counter("Portfolios and accounts that another process still owned when asked for"),
  mailbox_depth: gauge("Messages waiting and running", "kind"),
  mailbox_depth_max: gauge("The same of the fullest mailbox", "kind"),
  messages_processed_total: counter("Messages that had their turn", "kind"),
  messages_failed_total: counter("Turns that threw", "kind"),
  messages_refused_total: counter("Messages not taken because a mailbox was full", "kind"),
  market_coalesced_total: counter(
    "Quotes and books that gave way to later ones before a slow actor's turn",
    "kind",
  ),
  market_dropped_total: counter("Trades beyond the bound of a slow actor", "kind"),
  outbox_depth: gauge("Messages posted and not yet taken by their receivers"),
  outbox_stuck: gauge("Of these, tried ten times or more and tried on"),
  account_news_deferred_total: counter(
    "News of accounts that found no room and is asked for at the venue again",
  ),
  dlq_depth: gauge("Open dead letters of the whole cluster: do not sum over processes", "money"),
  dlq_set_aside_total: counter("Messages given up", "reason"),
  dlq_dropped_total: counter("Dead letters that made room for others or found none"),
  dlq_waiting: gauge("Dead letters not yet written"),
  road_trades_sent_total: counter("Trades sent to other nodes"),
  road_trades_received_total: counter("Trades received from other nodes"),
  road_missed_total: counter("Messages of market data that never came"),
  road_repeated_total: counter("Messages of market data that came twice"),
  road_unreadable_total: counter("Messages of market data that could not be read"),
  road_coalesced_total: counter("Quotes and books that gave way to later ones before they left"),
  road_unsent_total: counter("Trades that the connection to other nodes had no room for"),
  journal_sequence: gauge("Last entry of a portfolio's journal", "portfolio"),
  tick_store_written_total: counter("Rows written to the tick store"),
  tick_store_queued: gauge("Rows waiting for the tick store"),
  tick_store_dropped_total: counter("Rows dropped because the queue was full"),
  tick_store_refused_total: counter("Rows the tick store refused"),
  trainer_threads: gauge("Threads that evaluate trials here"),
  trainer_tasks_running: gauge("Of these, busy"),
  trainer_tasks_waiting: gauge(
    "Tasks of the searches helped here without an answer anywhere: do not sum over processes",
  ),
  trainer_tasks_done_total: counter("Tasks evaluated and answered"),
  trainer_tasks_failed_total: counter("Tasks that threw or ended their thread"),
  trainer_searches: gauge("Searches over NATS by whether they are helped from here", "helped"),
  trainer_fetched_bytes_total: counter("Candles and settings of searches fetched"),
  cache_hits_total: counter("Cache hits"),
  cache_misses_total: counter("Cache misses"),
  cache_errors_total: counter("Cache failures, counted as misses"),
  event_loop_lag_seconds: gauge("Delay of the event loop since the last scrape, 99th percentile"),
  event_loop_lag_max_seconds: gauge("The same, the longest"),
  http_requests_total: counter("Requests to the gateway", "method", "path", "code"),
  stream_clients: gauge("Open event streams"),
  stream_missed_total: counter("Events that slow streams did not get"),
  scrape_problems_total: counter("Actors that did not answer a scrape", "actor"),
} as const satisfies Readonly<Record<string, Series>>;

export type Name = keyof typeof catalog;
export const PREFIX = "shoal_";
