/**
 * One case of outside signals as rows of candles: what was signalled at the close of each, and the trades that must come of it.
 * A case goes through the reader of the file, so it is also a case of that. Every case of one side has a mirror.
 */
import { readSignals } from "../../../simulation/signals/read-signals.ts";
import { type Fills, freqtradeFills } from "../../../simulation/signals/fills.ts";
import { simulateSignals } from "../../../simulation/signals/simulate.ts";
import type { SignalResult } from "../../../simulation/signals/signals.ts";

export const START = 1_700_000_100_000;
export const FRAME = 300_000;

/** Open, high, low, close; then `L` enter long, `l` exit long, `S`, `s`; then limit prices of the signal. */
export type Row = readonly [
  open: number,
  high: number,
  low: number,
  close: number,
  signals?: string,
  prices?: { readonly entry?: number; readonly exit?: number; readonly tag?: string },
];

export interface Settings {
  readonly stoploss?: number | null;
  readonly roi?: Readonly<Record<string, number>>;
  readonly useExitSignal?: boolean;
  readonly trailingStop?: boolean;
  readonly trailingStopPositive?: number | null;
  readonly trailingStopPositiveOffset?: number;
  readonly trailingOnlyOffsetIsReached?: boolean;
  readonly unfilledTimeoutMinutes?: number;
  readonly adjustEntryPrice?: number | null;
  readonly leverage?: number;
  readonly feeBps?: number;
}

/** Rows of opening and closing, prices, reason, ratio. */
export type Expected = readonly [
  open: number,
  close: number,
  openPrice: number,
  closePrice: number,
  reason: string,
  ratio: number,
];

export const fileOf = (rows: readonly Row[], settings: Settings): Record<string, unknown> => ({
  timeframe: "5m",
  candles: rows.map(([open, high, low, close], i) => [START + i * FRAME, open, high, low, close, 1]),
  signals: rows.flatMap(([, , , , signals, prices], i) =>
    signals === undefined
      ? []
      : [
          {
            at: START + i * FRAME,
            enterLong: signals.includes("L"),
            exitLong: signals.includes("l"),
            enterShort: signals.includes("S"),
            exitShort: signals.includes("s"),
            tag: prices?.tag ?? null,
            entryPrice: prices?.entry ?? null,
            exitPrice: prices?.exit ?? null,
          },
        ],
  ),
  settings,
});

export const play = (rows: readonly Row[], settings: Settings, fills: Fills = freqtradeFills): SignalResult =>
  simulateSignals(readSignals(fileOf(rows, settings)), fills);

/** Trades as the tables write them. */
export const told = ({ trades }: SignalResult): readonly Expected[] =>
  trades.map(({ openAt, closeAt, openPrice, closePrice, exitReason, profitRatio }) => [
    (openAt - START) / FRAME,
    (closeAt - START) / FRAME,
    tidy(openPrice),
    tidy(closePrice),
    exitReason,
    profitRatio,
  ]);

/** Products of doubles, to the 10 digits that the tables have. */
const tidy = (value: number): number => Number(value.toPrecision(10));

const otherSide: Readonly<Record<string, string>> = { L: "S", S: "L", l: "s", s: "l" };
const otherSignals = (signals: string): string => signals.replace(/./g, (each) => otherSide[each]!);

/** Each price p as `around` - p, and the sides exchanged. Ratios of a trade stay if it was opened at half of `around`. */
export const mirroredRows = (rows: readonly Row[], around: number): readonly Row[] =>
  rows.map(([open, high, low, close, signals, prices]) => [
    around - open,
    around - low,
    around - high,
    around - close,
    ...(signals === undefined ? ([] as const) : ([otherSignals(signals)] as const)),
    ...(prices === undefined ? ([] as const) : ([otherPrices(prices, around)] as const)),
  ]) as unknown as readonly Row[];

const otherPrices = (prices: NonNullable<Row[5]>, around: number): NonNullable<Row[5]> => ({
  ...prices,
  ...(prices.entry === undefined ? {} : { entry: around - prices.entry }),
  ...(prices.exit === undefined ? {} : { exit: around - prices.exit }),
});

export const mirroredSettings = (settings: Settings, around: number): Settings =>
  typeof settings.adjustEntryPrice === "number"
    ? { ...settings, adjustEntryPrice: around - settings.adjustEntryPrice }
    : settings;

export const mirroredTrades = (trades: readonly Expected[], around: number): readonly Expected[] =>
  trades.map(([open, close, openPrice, closePrice, reason, ratio]) => [
    open,
    close,
    tidy(around - openPrice),
    tidy(around - closePrice),
    reason,
    ratio,
  ]);
