/** Runs a file of outside signals: reads it, replays it under a named convention, takes the time, hashes the orders. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Invalid } from "../domain/values/invalid.ts";
import { type Fills, freqtradeFills, nextOpenFills } from "../simulation/signals/fills.ts";
import { readSignals } from "../simulation/signals/read-signals.ts";
import type {
  SignalOrder,
  SignalResult,
  SignalSettings,
  SignalTrade,
} from "../simulation/signals/signals.ts";
import { simulateSignals } from "../simulation/signals/simulate.ts";

export const signalConventions = ["freqtrade", "next-open"] as const;
export type SignalConvention = (typeof signalConventions)[number];

const fillsOf: Readonly<Record<SignalConvention, Fills>> = {
  freqtrade: freqtradeFills,
  "next-open": nextOpenFills,
};

export interface SignalsAnswer {
  readonly strategy: string;
  readonly conventions: Readonly<Record<string, string>>;
  readonly candles: number;
  readonly elapsedMs: number;
  readonly candlesPerSecond: number;
  readonly trades: readonly SignalTrade[];
  readonly profitTotalRatio: number;
  readonly timedOutEntries: number;
  readonly timedOutExits: number;
  readonly replacedEntries: number;
  /** Candles that no market could have traded, and other notes. */
  readonly doubts: readonly string[];
  readonly orderListHash: string;
}

/** `clock`: ms, of this machine. Throws `Invalid` naming the field of the file. */
export const runSignals = (
  path: string,
  convention: SignalConvention,
  clock: () => number,
): SignalsAnswer => {
  const run = readSignals(jsonOf(path));
  const started = clock();
  const result = simulateSignals(run, fillsOf[convention]);
  const elapsedMs = clock() - started;
  return {
    strategy: "signals",
    conventions: {
      ...replayConventions(convention, run.settings),
      profitRatio:
        "after fees, over the value bought with its fee, times leverage, to 8 decimals; profitTotalRatio is their sum",
      warmUp: "none: signals come from outside",
    },
    ...answerOf(run.candles.length, elapsedMs, result),
    doubts: run.doubts,
  };
};

const answerOf = (candles: number, elapsedMs: number, result: SignalResult) => ({
  candles,
  elapsedMs,
  candlesPerSecond: Math.round(candles / (Math.max(elapsedMs, 0.001) / 1_000)),
  trades: result.trades,
  profitTotalRatio: result.trades.reduce((sum, { profitRatio }) => sum + profitRatio, 0),
  timedOutEntries: result.timedOut.entries,
  timedOutExits: result.timedOut.exits,
  replacedEntries: result.replacedEntries,
  orderListHash: hashOf(result.orders),
});

const jsonOf = (path: string): unknown => {
  if (!existsSync(path)) throw new Invalid("--signals", "a file that exists", path);
  const bytes = readFileSync(path);
  try {
    return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  } catch (error) {
    throw new Invalid("--signals", `a JSON file (${(error as Error).message})`, path);
  }
};

/** One line a fill, in the order they happened: time, side, price, reason. */
const hashOf = (orders: readonly SignalOrder[]): string => {
  const hash = createHash("sha256");
  for (const { at, side, price, reason } of orders) hash.update(`${at} ${side} ${price} ${reason}\n`);
  return hash.digest("hex");
};

/** What a replay assumes, whoever made the signals. */
export const replayConventions = (
  convention: SignalConvention,
  { fee, leverage }: SignalSettings,
): Readonly<Record<string, string>> => ({
  convention,
  signals:
    "known at the close of their candle, act from the open of the next; contradicting ones are ignored",
  fills:
    convention === "freqtrade"
      ? "market at the open; limits clipped to the candle and filled at their price when it is inside of the candle"
      : "market at the open; limits at their price or at a better open",
  exits:
    convention === "freqtrade"
      ? "exit signal, stop loss, ROI, trailing stop; the high moves the stop before the low meets it"
      : "exit signal, stop (at the open when it gapped), ROI; the stop follows closed candles only",
  end:
    convention === "freqtrade"
      ? "open trades leave at the open of the last candle"
      : "at the close of the last candle",
  fees: `${fee * 10_000} bps of each side's value`,
  leverage: `${leverage}; stoploss and ROI are ratios of the stake`,
  accounting: "float",
});
