/** Entries and exits that somebody computed elsewhere, beside the candles they were computed from, and what became of them. */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import type { ExitReason, ExitRules } from "../../domain/strategy/exits/rules.ts";

export const ENTER_LONG = 1;
export const EXIT_LONG = 2;
export const ENTER_SHORT = 4;
export const EXIT_SHORT = 8;

/** By candle: what is known at its close, and can act from the open of the next one. */
export interface SignalColumns {
  /** Sums of the four above. */
  readonly flags: Uint8Array;
  /** Limit prices; NaN is a market order. */
  readonly entryPrice: Float64Array;
  readonly exitPrice: Float64Array;
  /** "" where none is told. */
  readonly tags: readonly string[];
}

export interface SignalSettings {
  readonly rules: ExitRules;
  readonly useExitSignal: boolean;
  /** An order older than this is given up. */
  readonly unfilledTimeoutMinutes: number;
  /** What an unfilled entry asks for from its second candle on; NaN leaves it as it is. */
  readonly adjustEntryPrice: number;
  readonly leverage: number;
  /** Of each side, as a ratio. */
  readonly fee: number;
}

export interface SignalRun {
  /** Ascending. */
  readonly candles: CandleTable;
  /** Minutes of a candle. */
  readonly frame: number;
  readonly signals: SignalColumns;
  readonly settings: SignalSettings;
}

export interface SignalTrade {
  /** Open times of candles, ms. */
  readonly openAt: number;
  readonly closeAt: number;
  readonly side: "long" | "short";
  readonly openPrice: number;
  readonly closePrice: number;
  readonly profitRatio: number;
  readonly exitReason: ExitReason;
  readonly tag: string;
}

/** One fill. */
export interface SignalOrder {
  readonly at: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly reason: ExitReason | "entry";
}

export interface SignalResult {
  readonly trades: readonly SignalTrade[];
  readonly orders: readonly SignalOrder[];
  /** Orders that were given up unfilled, by time-out. */
  readonly timedOut: { readonly entries: number; readonly exits: number };
  readonly replacedEntries: number;
}

/** 1 enters long, -1 short, 0 nothing: signals that contradict each other are ignored, as freqtrade does. */
export const directionOf = (flags: number): -1 | 0 | 1 => {
  if ((flags & (ENTER_LONG | EXIT_LONG | ENTER_SHORT)) === ENTER_LONG) return 1;
  if ((flags & (ENTER_SHORT | EXIT_SHORT | ENTER_LONG)) === ENTER_SHORT) return -1;
  return 0;
};

/** Whether they end a position of this side; its own entry signal beside it contradicts that. */
export const endsPosition = (flags: number, short: boolean): boolean =>
  short
    ? (flags & (EXIT_SHORT | ENTER_SHORT)) === EXIT_SHORT
    : (flags & (EXIT_LONG | ENTER_LONG)) === EXIT_LONG;
