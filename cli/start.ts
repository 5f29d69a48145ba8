/**
 * `shoal start`: one process of the engine in the foreground, telling live what goes on. It ends by a signal, after
 * `--for`, or when its replay has ended; then it sums up, and says by its exit code whether the sums are right.
 */
import type { Command } from "commander";
import { collect, duration, list, speed, verb, wholeNumber, withJson } from "./verb.ts";
import type { StartOptions } from "./start/run.ts";

export const make = (): Command =>
  withJson(
    verb({
      name: "start",
      about:
        "Run the engine here: a demo market by default, your venues by --config, recorded data by --replay.",
      examples: [
        ["start", "the demo: a seeded synthetic market, 60 market seconds a second"],
        ["start --for 30s --json", "half a minute of it, then one JSON object"],
        ["start --replay ../shared/data/trades-binance-xrpeth-2019-10 --speed max --json", "recorded trades"],
        ["start --config shoal.yaml --nats nats://127.0.0.1:4222 --node two", "one of several processes"],
        [
          "start --dry-run -p BTC/USDT,ETH/USDT",
          "the demo's strategies on Binance's live prices, without a key",
        ],
        ["start --role trainer --nats nats://127.0.0.1:4222", "helps `shoal hyperopt --nats`"],
      ],
      exits: [5],
    }),
  )
    .option(
      "-c, --config <file>",
      "configuration, YAML or JSON; repeatable, later wins (default: shoal.config.yaml if there is one, else the demo)",
      collect,
    )
    .option(
      "-d, --data-dir <path>",
      "where journal, ticks, log and the gateway's address lie (default: .shoal; .shoal/replay for a replay; these two begin empty for the demo and replays)",
    )
    .option(
      "--node <name>",
      "name of this process in the cluster (default: node-<process id>, with NATS <host name>-<process id>)",
    )
    .option(
      "--role <role>",
      "what may run here: all, venue, market, strategy, portfolio, recorder, gateway; repeatable (default: all); trainer: helps searches over NATS, and is no part of all",
      collect,
    )
    .option("--threads <n>", "of the role trainer (default: one a core)", wholeNumber(1, 1_024))
    .option("--nats <url>", "share the actors with other processes over NATS (default: NATS_URL, else alone)")
    .option("--influx <url>", "keep ticks in InfluxDB 1.x (default: INFLUX_URL, else DuckDB)")
    .option("--redis <url>", "cache in Redis (default: REDIS_URL, else memory)")
    .option("--venue-url <url>", "use a sandbox exchange that already runs")
    .option(
      "--dry-run",
      "live prices and play money: every venue of the configuration (Binance without one) becomes a sandbox exchange that mirrors it",
    )
    .option(
      "--dry-run-wallet <amounts>",
      "of each account, such as USDT=1000,BTC=0.1 (default: 10000 of each quote)",
    )
    .option("--replay <path>", "recorded trades, candles or books: a folder or one file")
    .option(
      "--speed <n|max>",
      "market time per wall time; max is as fast as it goes, the same each time (default: 60, replays 1)",
      speed,
    )
    .option("--from <time>", "first moment of the replay: 2021-05-19, an ISO time (UTC) or ms")
    .option("--to <time>", "end of the replay, itself excluded")
    .option("-p, --symbols <list>", "pairs to trade, such as BTC/USDT,ETH/USDT", list)
    .option("--seed <n>", "of the synthetic market (default: 1)", wholeNumber(0, 2 ** 32 - 1))
    .option("--port <n>", "of the gateway on 127.0.0.1 (default: 0, a free one)", wholeNumber(0, 65_535))
    .option("--metrics-port <n>", "for Prometheus (default: 0, a free one)", wholeNumber(0, 65_535))
    .option(
      "--for <duration>",
      "end by itself after this much wall time, the start not counted: 500ms, 30s, 5m, 2h",
      duration,
    )
    .option("--repl", "an interactive prompt into the running engine instead of the live view")
    .option("-q, --quiet", "say nothing until the end")
    .option(
      "--log-level <level>",
      "trace, debug, info, warn, error or silent; the log is <data dir>/shoal.log (default: info)",
    )
    .action(async (options: StartOptions) => (await import("./start/run.ts")).start(options));
