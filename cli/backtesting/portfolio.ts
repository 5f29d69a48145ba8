/** Several strategies in one portfolio: what each of them did, what each rule of the risk plan did, and the same run without the plan. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import type { FillConvention } from "../../simulation/backtest/settings.ts";
import { parseSlippage } from "../../simulation/backtest/slippage.ts";
import type { PortfolioAnswer, PortfolioFigures } from "../../nodes/portfolio-backtest.ts";
import { readRiskFile } from "../../nodes/risk-file.ts";
import { answer, say, table, timeText } from "../terminal.ts";
import { refuseForeign } from "./foreign.ts";
import { deedsText, percent, ruled } from "./risk.ts";

/** Of `shoal backtesting`. */
export interface PortfolioOptions {
  readonly strategies: string;
  readonly strategiesDir?: string;
  readonly candles?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly convention: string;
  readonly slippage: string;
  readonly startingBalance: number;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly seed: number;
  readonly risk?: string;
  readonly json?: boolean;
}

/** What goes beside several strategies; the other options are of one. */
const allowed = [
  ...["strategies", "strategiesDir", "candles", "pairs", "timeframe", "timerange", "feeBps", "makerFeeBps"],
  ...["convention", "slippage", "startingBalance", "tickSize", "lotSize", "seed", "risk", "json"],
];

/** Throws `Invalid` naming the first option given that is not for several strategies. */
const checkGiven = (options: PortfolioOptions, command: Command): void => {
  refuseForeign(command, (name) => !allowed.includes(name), "left out beside --strategies");
  if (options.convention === "freqtrade")
    throw new Invalid("--convention", "another one beside --strategies", options.convention);
};

export const backtestStrategies = async (options: PortfolioOptions, command: Command): Promise<void> => {
  checkGiven(options, command);
  const { candles: path, strategies: file, risk, feeBps, makerFeeBps = feeBps, json = false } = options;
  if (path === undefined) throw new Invalid("--candles", "a file or folder of candles", path);
  const { readStrategiesFile } = await import("../../nodes/strategies-file.ts");
  const { runPortfolio } = await import("../../nodes/portfolio-backtest.ts");
  const { pairs, timeframe, timerange, startingBalance, tickSize, lotSize, seed } = options;
  const strategies = await readStrategiesFile(file, "--strategies", options.strategiesDir);
  const ids = strategies.map(({ id }) => id);
  const found = await runPortfolio({
    ...{ path, pairs, timeframe, timerange, startingBalance, tickSize, lotSize, seed },
    ...(risk === undefined ? {} : readRiskFile(risk, "--risk", ids)),
    strategies,
    convention: options.convention as FillConvention,
    makerBps: makerFeeBps,
    takerBps: feeBps,
    slippage: parseSlippage(options.slippage, "--slippage"),
  });
  for (const note of found.notes) say(note);
  answer(json, found, () => textOf(found));
};

const fixed = (value: number | null): string => (value === null ? "-" : value.toFixed(2));

const textOf = (found: PortfolioAnswer): string =>
  [
    `${found.strategies.length} strategies over ${found.markets.length} markets, ${timeText(found.from)} to ${timeText(found.to)}, ${found.timeframe}`,
    `${found.candles} candles in ${(found.elapsedMs / 1_000).toFixed(2)} s; ${found.trades} trades, ${found.orders} orders, ${found.crossed} met inside`,
    "",
    "STRATEGIES",
    strategiesText(found),
    "",
    ...rulesText(found),
    "PORTFOLIO",
    besideText(found),
    "",
    `orders: ${found.orderListHash}`,
  ].join("\n");

const strategiesText = ({ strategies, byStrategy, without }: PortfolioAnswer): string =>
  table(
    [
      ["Strategy"],
      ["Pairs", "right"],
      ["Capital", "right"],
      ["Profit", "right"],
      ["Deepest fall", "right"],
      ["Trades", "right"],
      ["Won", "right"],
      ["Refused", "right"],
      ...(without === undefined
        ? []
        : ([
            ["Profit without", "right"],
            ["Fall without", "right"],
          ] as const)),
    ],
    byStrategy.map(({ id, profitRatio, maxDrawdown, trades, won, refusals }, k) => [
      id,
      strategies[k]!.pairs.length,
      strategies[k]!.capital.toFixed(2),
      percent(profitRatio),
      percent(maxDrawdown),
      trades,
      won,
      sumOf(refusals),
      ...(without === undefined
        ? []
        : [percent(without.byStrategy[k]!.profitRatio), percent(without.byStrategy[k]!.maxDrawdown)]),
    ]),
    "no strategies",
  );

const rulesText = ({ refusals, byStrategy, risk, without }: PortfolioAnswer): readonly string[] => {
  const rules = new Set([
    ...ruled(risk ?? {}),
    ...Object.keys(refusals),
    ...Object.keys(risk?.locks ?? {}),
    ...Object.keys(without?.refusals ?? {}),
  ]);
  const rows = [...rules].sort().map((rule) => [
    rule,
    refusals[rule] ?? 0,
    risk?.locks[rule] ?? 0,
    byStrategy
      .filter((one) => one.refusals[rule] !== undefined)
      .map((one) => `${one.id} ${one.refusals[rule]}`)
      .join(", "),
    ...(without === undefined ? [] : [without.refusals[rule] ?? 0]),
  ]);
  const columns = [["Rule"], ["Refused", "right"], ["Locks", "right"], ["Whom"]] as const;
  return [
    "RULES",
    table(
      without === undefined ? columns : [...columns, ["Refused without", "right"]],
      rows,
      "nothing was refused",
    ),
    ...(risk === undefined ? [] : ["", ...deedsText(risk)]),
    "",
  ];
};

const besideText = (found: PortfolioAnswer): string => {
  const { without } = found;
  const row = (name: string, of: (figures: PortfolioFigures) => string | number) => [
    name,
    of(found),
    ...(without === undefined ? [] : [of(without)]),
  ];
  return table(
    without === undefined
      ? [["Figure"], ["Value", "right"]]
      : [["Figure"], ["With the plan", "right"], ["Without", "right"]],
    [
      row("profit", ({ profitRatio }) => percent(profitRatio)),
      row("deepest drawdown", ({ maxDrawdown }) => percent(maxDrawdown)),
      row("volatility, a year", ({ volatility }) => percent(volatility)),
      row("Sharpe", ({ sharpe }) => fixed(sharpe)),
      row("most held, of equity", ({ peaks }) => percent(peaks.gross)),
      row("most held of one asset", ({ peaks }) => percent(peaks.asset)),
      row("most held by one strategy", ({ peaks }) => percent(peaks.strategy)),
      row("trades", ({ trades }) => trades),
      row("orders", ({ orders }) => orders),
      row("refused", ({ refusals }) => sumOf(refusals)),
      row("met inside", ({ crossed }) => crossed),
    ],
    "",
  );
};

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
