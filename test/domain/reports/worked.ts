/** A backtest of four days with five trades, small enough to be worked out by hand. */
import type { ReportedBacktest, ReportedTrade } from "../../../domain/reports/reported.ts";

export const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A Monday. */
export const start = Date.UTC(2021, 4, 3);

const trade = (
  pair: string,
  openHour: number,
  hours: number,
  profit: number,
  tag: string,
  exitReason: string,
  side: "long" | "short" = "long",
): ReportedTrade => ({
  pair,
  side,
  tag,
  exitReason,
  openAt: start + openHour * HOUR,
  closeAt: start + (openHour + hours) * HOUR,
  openPrice: 50,
  closePrice: 50 + profit / 2,
  quantity: 2,
  profit,
  profitRatio: profit / 100,
  fees: 0.5,
  mae: 0.01,
  mfe: 0.02,
});

/**
 * Monday +20 and -10, Tuesday nothing, Wednesday +30 and 0, Thursday -20 left open: 20 in all on 1000.
 * Equity at the end of the days: 1010, 1010, 1040, 1020; inside Monday 1030 first.
 */
export const worked: ReportedBacktest = {
  strategy: "by-hand",
  params: { fast: 5 },
  conventions: { fills: "next-open" },
  quote: "USDT",
  timeframe: "12h",
  startingBalance: 1_000,
  from: start,
  to: start + 4 * DAY,
  markets: [
    { pair: "A/USDT", change: 0.1 },
    { pair: "B/USDT", change: -0.3 },
    { pair: "C/USDT", change: null },
  ],
  trades: [
    trade("A/USDT", 1, 2, 20, "cross", "roi"),
    trade("B/USDT", 2, 10, -10, "", "stop_loss"),
    trade("A/USDT", 48, 4, 30, "cross", "exit_signal"),
    trade("B/USDT", 48, 4, 0, "", "exit_signal", "short"),
    trade("A/USDT", 72, 24, -20, "cross", "force_exit"),
  ],
  equity: {
    at: [1, 2, 3, 4, 5, 6, 7, 8].map((half) => start + half * (DAY / 2)),
    value: [1_030, 1_010, 1_010, 1_010, 1_040, 1_040, 1_030, 1_020],
  },
  refusals: { NOTIONAL_MIN: 2, GROSS_MAX: 1 },
  orderListHash: "",
};

/** As `shoal backtesting --json` prints it. */
export const savedResult = ({ equity, ...report }: ReportedBacktest) => ({
  ...report,
  equity: Array.from(equity.at, (at, i): readonly [number, number] => [at, equity.value[i]!]),
});
