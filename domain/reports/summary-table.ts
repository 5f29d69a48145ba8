/** The summary of a backtest as rows: freqtrade's names, our figures, and beside each by what convention it was reckoned. */
import { conventionText } from "../performance/conventions.ts";
import type { ReportedBacktest } from "./reported.ts";
import { count, type ReportTable, text } from "./report-table.ts";
import type { Summary } from "./summary.ts";
import { durationText, numberText, percentText, placesOf, timeText, UNDEFINED } from "./text.ts";

export interface SummaryGroup {
  readonly title: string;
  readonly rows: readonly (readonly [title: string, value: string, convention: string])[];
}

export const summaryGroups = (report: ReportedBacktest, summary: Summary): readonly SummaryGroup[] => {
  const places = placesOf(report.startingBalance);
  const money = (value: number | null): string =>
    value === null ? UNDEFINED : `${numberText(value, places)} ${report.quote}`;
  return [
    { title: "Time", rows: timeRows(summary) },
    { title: "Profit", rows: profitRows(summary, money) },
    { title: "Ratios", rows: ratioRows(summary, money) },
    { title: "Extremes", rows: extremeRows(summary, money) },
    { title: "Balance", rows: balanceRows(summary, money) },
  ];
};

/** All groups as one table, as a terminal shows them. */
export const summaryTable = (report: ReportedBacktest, summary: Summary): ReportTable => ({
  title: "Summary metrics",
  columns: [text("Metric"), count("Value"), text(`Convention (${summary.convention})`)],
  rows: summaryGroups(report, summary).flatMap(({ rows }, i) => [
    ...(i === 0 ? [] : [["", "", ""]]),
    ...rows,
  ]),
  total: false,
  note: "",
});

type Row = SummaryGroup["rows"][number];
type Money = (value: number | null) => string;

const timeRows = (summary: Summary): readonly Row[] => [
  ["Backtesting from", timeText(summary.from), "open of the first candle that could be traded, UTC"],
  ["Backtesting to", timeText(summary.to), "close of the last candle, UTC"],
  ["Max open trades", String(summary.maxOpenTrades), "the most that were open at once"],
];

const profitRows = (summary: Summary, money: Money): readonly Row[] => {
  const { long, short, trades } = summary;
  return [
    [
      "Total/Daily Avg Trades",
      `${trades.trades} / ${numberText(summary.tradesPerDay, 2)}`,
      "closed, and left open at the end",
    ],
    ["Starting balance", money(summary.startingBalance), ""],
    ["Final balance", money(summary.finalBalance), "cash and positions at the last close"],
    ["Absolute profit", money(summary.profit), "final - starting balance, after fees"],
    ["Total profit %", `${percentText(summary.profitRatio)}%`, "of the starting balance"],
    ["Avg. daily profit", money(summary.profitPerDay), "absolute profit / days"],
    ["Avg. stake amount", money(summary.averageStake), "quantity * open price"],
    ["Total trade volume", money(summary.volume), "opening and closing, without fees"],
    ["Turnover a year", numberText(summary.annualTurnover, 2), "half of the volume / mean equity"],
    ["Total fees", money(summary.fees), "taken off the profits already"],
    ...(short.trades === 0
      ? []
      : ([
          ["Long / Short trades", `${long.trades} / ${short.trades}`, ""],
          ["Profit Long / Short", `${money(long.profit)} / ${money(short.profit)}`, ""],
        ] as const)),
  ];
};

const ratioRows = ({ convention, returns, trades }: Summary, money: Money): readonly Row[] => {
  const said = (name: string): string => conventionText(convention, name);
  const { figures } = returns;
  return [
    ["CAGR %", percent(figures.cagr), said("cagr")],
    ["Volatility %", percent(figures.volatility), said("volatility")],
    ["Sortino", numberText(figures.sortino, 2), said("sortino")],
    ["Sharpe", numberText(figures.sharpe, 2), said("sharpe")],
    ["Calmar", numberText(figures.calmar, 2), said("calmar")],
    ["SQN", numberText(trades.sqn, 2), said("sqn")],
    ["Profit factor", numberText(trades.profitFactor, 2), said("profitFactor")],
    [
      "Expectancy (Ratio)",
      `${convention === "backtesting.py" ? percent(trades.expectancy) : money(trades.expectancy)} (${numberText(trades.expectancyRatio, 2)})`,
      `${said("expectancy")}; ${said("expectancyRatio")}`,
    ],
    ["Win rate", percent(trades.winRate), said("winRate")],
    ["Exposure", percent(trades.exposure), said("exposure")],
  ];
};

const percent = (ratio: number | null): string => (ratio === null ? UNDEFINED : `${percentText(ratio)}%`);

const extremeRows = (summary: Summary, money: Money): readonly Row[] => {
  const { bestPair, worstPair, bestTrade, worstTrade, tradingDays, trades } = summary;
  const named = (found: { readonly pair: string; readonly profitRatio: number } | null): string =>
    found === null ? UNDEFINED : `${found.pair} ${percent(found.profitRatio)}`;
  const { best, worst, won, drawn, lost } = tradingDays;
  return [
    ["Best Pair", named(bestPair), "profit over the starting balance"],
    ["Worst Pair", named(worstPair), "profit over the starting balance"],
    ["Best trade", named(bestTrade), "profit over what it cost"],
    ["Worst trade", named(worstTrade), "profit over what it cost"],
    ["Best day", money(best?.profit ?? null), "profit of the trades closed that day, UTC"],
    ["Worst day", money(worst?.profit ?? null), "profit of the trades closed that day, UTC"],
    ["Days win/draw/lose", `${won} / ${drawn} / ${lost}`, "by closed profit; nothing closed is a draw"],
    ["Avg. Duration Winners", durationText(trades.averageWinHoldMs), "hours and minutes"],
    ["Avg. Duration Losers", durationText(trades.averageLossHoldMs), "hours and minutes"],
    [
      "Max Consecutive Wins / Loss",
      `${trades.winStreak} / ${trades.lossStreak}`,
      "in the order of their closes; a draw ends both",
    ],
    ["Refused orders", String(summary.refusals), "by risk, the grid or the venue"],
  ];
};

const balanceRows = (summary: Summary, money: Money): readonly Row[] => {
  const { drawdown, startingBalance, returns, convention } = summary;
  const since = (balance: number | null): string =>
    money(balance === null ? null : balance - startingBalance);
  return [
    ["Min balance", money(summary.minBalance), "equity at the closes of candles, and the start"],
    ["Max balance", money(summary.maxBalance), "equity at the closes of candles, and the start"],
    ["Max % of account underwater", percent(summary.maxUnderwater), "of the high, at the closes of candles"],
    [
      "Max drawdown, by convention",
      percent(returns.figures.maxDrawdown),
      conventionText(convention, "maxDrawdown"),
    ],
    [
      "Absolute drawdown",
      drawdown === null ? money(0) : `${money(drawdown.depth)} (${percent(drawdown.ratio)})`,
      "the deepest in money (and that of its high)",
    ],
    [
      "Drawdown duration",
      durationText(drawdown === null ? null : drawdown.lowAt - drawdown.highAt),
      "from high to low",
    ],
    ["Drawdown high", since(drawdown?.high ?? null), "profit at the high"],
    ["Drawdown low", since(drawdown?.low ?? null), "profit at the low"],
    ["Drawdown start", timeText(drawdown?.highAt ?? null), "the high, UTC"],
    ["Drawdown end", timeText(drawdown?.lowAt ?? null), "the low, UTC"],
    [
      "Drawdown recovered",
      drawdown === null
        ? UNDEFINED
        : drawdown.recoveredAt === null
          ? "never"
          : timeText(drawdown.recoveredAt),
      "the high reached again, UTC",
    ],
    ["Market change", percent(summary.marketChange), "mean of the pairs, last close / first close - 1"],
  ];
};
