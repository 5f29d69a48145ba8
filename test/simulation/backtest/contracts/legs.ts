/** Backtests of one contract in hedge mode in a few lines. */
import type { CandleTable } from "../../../../domain/history/candle-table.ts";
import { asset, price } from "../../../../domain/values/values.ts";
import type { BacktestResult, BacktestSettings } from "../../../../simulation/backtest/backtest.ts";
import type { ContractTerms } from "../../../../simulation/backtest/contracts/terms.ts";
import { candlesOf, instrument, MINUTE, START, type Row, type Script } from "../scripted.ts";
import { perpetual } from "./perpetual.ts";

export const LEGS = ["A/USDT:USDT#long", "A/USDT:USDT#short"] as const;
export const [LONG, SHORT] = [0, 1];

/** Both of them on the same candles. */
export const legs = (candles: CandleTable, span = MINUTE): BacktestSettings["markets"] =>
  LEGS.map((symbol) => ({
    instrument: instrument(symbol, { quote: asset("USDT"), tickSize: price("0.01") }),
    timeframe: span === MINUTE ? "1m" : "1h",
    candles,
  }));

export const hedged = (
  rows: readonly Row[],
  script: Script,
  terms: Partial<ContractTerms> = {},
  over: Partial<BacktestSettings> = {},
  span = MINUTE,
): BacktestResult =>
  perpetual([rows, rows], script, terms, {
    markets: legs(candlesOf(rows, span), span),
    ...over,
  });

export type Wish = readonly [minute: number, leg: number, what: "buy" | "sell" | "aim", amount: number];

/** At the close of a minute, in order. */
export const wishes = (...all: readonly Wish[]): Script => ({
  onCandle: ({ at, i }, desk) => {
    for (const [k, [minute, leg, what, amount]] of all.entries())
      if (leg === i && START + minute * MINUTE === at)
        if (what === "aim") desk.aim(i, amount, "aim");
        else desk.place({ i, side: what, type: "market", quantity: amount }, `${what}${k}`);
  },
});
