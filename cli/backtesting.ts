/** `shoal backtesting`: a strategy over recorded candles, on the code that trades live. */
import { type Command, Option } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import { parseSlippage } from "../simulation/backtest/slippage.ts";
import {
  accountings,
  fillConventions,
  type Accounting,
  type FillConvention,
} from "../simulation/backtest/settings.ts";
import { backtestBooks, bookOptions, type BookOptions, withBooks } from "./backtesting/books.ts";
import { contractsOf, withContracts, type ContractOptions } from "./backtesting/contracts.ts";
import { exitsOf, withExits, type ExitOptions } from "./backtesting/exits.ts";
import {
  checkExport,
  type ExportOptions,
  reportChoice,
  type ReportOptions,
  withExport,
  withReport,
} from "./backtesting/outputs.ts";
import { refuseForeign } from "./backtesting/foreign.ts";
import { backtestStrategies } from "./backtesting/portfolio.ts";
import { showBacktest } from "./backtesting/shown.ts";
import { backtestSignals } from "./backtesting/signals.ts";
import { backtestTrades, type TradeOptions, withTrades } from "./backtesting/trades.ts";
import { oneLatency, parseLatency } from "../nodes/book-latency.ts";
import { readRiskFile } from "../nodes/risk-file.ts";
import { type CandleOptions, type CostOptions, withCandles, withCosts } from "./market-options.ts";
import { say } from "./terminal.ts";
import { aroundOf, type AroundOptions, withAround, withHedge } from "./trials/around.ts";
import { optionOf } from "./trials/manage.ts";
import { jsonOption } from "./trials/json-option.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options
  extends
    CandleOptions,
    Omit<CostOptions, "convention">,
    ExitOptions,
    ReportOptions,
    ExportOptions,
    BookOptions,
    AroundOptions,
    TradeOptions,
    ContractOptions {
  readonly strategy?: string;
  readonly strategies?: string;
  readonly params?: string;
  readonly candles?: string;
  readonly signals?: string;
  readonly timeframeDetail?: string;
  readonly convention: string;
  readonly accounting: Accounting;
  readonly orderLatencyMs: string;
  readonly feedLatencyMs: string;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly seed: number;
  readonly risk?: string;
  readonly json?: boolean;
}

export const make = (): Command =>
  withReport(withExport(withTrades(withBooks(withContracts(withHedge(withAround(priced(command()))))))));

const priced = (command: Command): Command =>
  withCosts(withCandles(command), [...fillConventions, "freqtrade"]);

const command = (): Command =>
  withExits(
    withJson(
      verb({
        name: "backtesting",
        about:
          "Run a strategy, or several in one portfolio, over recorded candles, on the code that trades live.",
        examples: [
          [
            "backtesting --strategy moving-average-cross --candles history/binance --timeframe 5m",
            "every pair of a folder",
          ],
          [
            "backtesting --strategy mean-reversion --params '{\"entry\":2.5}' --candles BTC_USDT-1h.csv.gz --fee-bps 10 --json",
            "one file, for a script",
          ],
        ],
      }),
    ),
  )
    .option("-s, --strategy <name>", "which one; `list-strategies` has them, and signals replays a file")
    .option("--strategies <file>", "several in one portfolio, as YAML or JSON: parameters, pairs and shares")
    .option("--params <json>", "its parameters; the others have their defaults")
    .option("--candles <path>", "a file of candles, or a folder of such files")
    .option("--signals <file>", "candles, signals and settings as JSON (.gz too), for the strategy signals")
    .option("--timeframe-detail <frame>", "of finer candles beside them, which orders meet")
    .addOption(new Option("--accounting <how>", "decimals, or doubles").choices(accountings).default("exact"))
    .option("--order-latency-ms <n>", "an order meets no price before; over books one=5,two=40, too", "0")
    .option(
      "--feed-latency-ms <n>",
      "the strategy hears so late of the market; over books by venue, too",
      "0",
    )
    .option(
      "--risk <file>",
      "limits and risk plan as YAML or JSON; tells what each rule did, beside a run without the plan",
    )
    .option("--tick-size <step>", "step of prices (default: 0.00000001)")
    .option("--lot-size <step>", "step of quantities (default: 0.00000001)")
    .option("--seed <n>", "equal seeds give equal answers", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .action(run);

const run = async (options: Options, called: Command): Promise<void> => {
  const { strategy, strategies } = options;
  if (strategies !== undefined) await backtestStrategies({ ...options, strategies }, called);
  else if (strategy === undefined) throw new Invalid("--strategy", "a name, or --strategies", strategy);
  else await runOne({ ...options, strategy }, called);
};

const runOne = async (options: Options & { readonly strategy: string }, called: Command): Promise<void> => {
  const { candles: path, feeBps, makerFeeBps = feeBps, convention, json = false, ...rest } = options;
  const exits = exitsOf(options);
  const contracts = contractsOf(options);
  const around = aroundOf(options, exits);
  const alone = convention === "freqtrade" || rest.strategy === "signals" || options.books !== undefined;
  if (alone) nothingAround(options);
  if (contracts !== undefined && (rest.strategy === "signals" || options.books !== undefined))
    throw new Invalid("--trading-mode", "spot with signals and with books", "futures");
  if (rest.strategy === "signals") {
    if (around.manage !== undefined)
      throw new Invalid("--strategy", "another one beside exits: the file of signals has its own", "signals");
    if (options.risk !== undefined)
      throw new Invalid("--risk", "another strategy than signals, which have no portfolio", options.risk);
    noReport(options);
    backtestSignals(options.signals, convention, json, called);
    return;
  }
  if (options.trades !== undefined) {
    if (contracts !== undefined) throw new Invalid("--trading-mode", "spot with trades", "futures");
    await backtestTrades(
      options.trades,
      jsonOption("--params", options.params),
      { ...options, around },
      called,
    );
    return;
  }
  if (options.books !== undefined) {
    if (around.manage !== undefined)
      throw new Invalid("--books", "no protective exits beside it", options.books);
    if (options.risk !== undefined)
      throw new Invalid("--risk", "candles: books have no plan yet", options.risk);
    await backtestBooks(options.books, jsonOption("--params", options.params), options, called);
    return;
  }
  if (path === undefined) throw new Invalid("--candles", "a file or folder of candles", path);
  refuseForeign(called, (name) => name === "signals" || bookOptions.includes(name), "none beside --candles");
  const { risk: riskPath, ...others } = rest;
  const rules = riskPath === undefined ? {} : readRiskFile(riskPath, "--risk");
  const latency = (text: string, field: string): number => oneLatency(parseLatency(text, field), field);
  const request = {
    ...others,
    ...rules,
    orderLatencyMs: latency(rest.orderLatencyMs, "--order-latency-ms"),
    feedLatencyMs: latency(rest.feedLatencyMs, "--feed-latency-ms"),
    around,
    path,
    convention: convention === "freqtrade" ? "next-open" : (convention as FillConvention),
    params: jsonOption("--params", options.params),
    makerBps: makerFeeBps,
    takerBps: feeBps,
    slippage: parseSlippage(options.slippage, "--slippage"),
  };
  if (convention === "freqtrade" && contracts !== undefined)
    throw new Invalid("--trading-mode", "spot with the convention freqtrade", "futures");
  if (convention === "freqtrade" && riskPath !== undefined)
    throw new Invalid("--risk", "another convention than freqtrade: it has no portfolio", riskPath);
  reportChoice(options);
  checkExport(options);
  const ran =
    convention === "freqtrade"
      ? await (
          await import("../nodes/freqtrade-rules.ts")
        ).runByFreqtradeRules(request, (name) => optionOf(exits, name))
      : await (await import("../nodes/backtest.ts")).runBacktest({ ...request, contracts });
  for (const note of ran.answer.notes) say(note);
  showBacktest(ran, options);
};

const nothingAround = (options: Options): void => {
  for (const name of ["predictions", "hedge", "execution"] as const)
    if (options[name] !== undefined)
      throw new Invalid(
        `--${name}`,
        "candles or trades: none by freqtrade's rules, with signals or over books",
        options[name],
      );
};

/** Reports are made of round trips: signals are replayed by ratios alone. */
const noReport = ({ html, exportFilename, breakdown, metricsCompat }: Options): void => {
  const given = { html, "export-filename": exportFilename, breakdown, "metrics-compat": metricsCompat };
  for (const [name, value] of Object.entries(given))
    if (value !== undefined)
      throw new Invalid(
        `--${name}`,
        "a backtest over candles, trades or books: signals have no such report",
        value,
      );
};
