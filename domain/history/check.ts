/**
 * What is wrong with recorded candles, and where. Faults are what no honest candle can be: out of order, twice, off the grid, or
 * with a high below its low. Doubts are what a real market may have done: gaps, candles without volume, prices far off their
 * neighbours. Nothing is repaired.
 */
import { openOf, timeframes, type Timeframe } from "../market/candle.ts";
import type { Timestamp } from "../values/values.ts";
import type { CandleTable } from "./candle-table.ts";

export const faults = ["out-of-order", "duplicate", "conflict", "off-grid", "broken", "unfinished"] as const;
export const doubts = ["gap", "zero-volume", "spike", "wick"] as const;
export type Kind = (typeof faults)[number] | (typeof doubts)[number];

export interface Place {
  /** Open time of the candle; of a gap the first that is missing. */
  readonly at: number;
  /** Of a gap the number missing, of a broken candle what is wrong, of spikes and wicks how far off, as a fraction. */
  readonly what?: number | string;
}

export interface Finding {
  readonly kind: Kind;
  readonly count: number;
  /** The first few, in time. */
  readonly first: readonly Place[];
}

export interface Checked {
  readonly rows: number;
  /** First and last open time; 0 without rows. */
  readonly from: number;
  readonly to: number;
  readonly timeframe: Timeframe;
  /** Candles that are missing in the gaps. */
  readonly missing: number;
  /** Beyond it a move counts as a spike or wick, as a fraction. */
  readonly outlier: number;
  readonly findings: readonly Finding[];
  /** Whether there is a fault; doubts alone leave it sound. */
  readonly sound: boolean;
}

export interface CheckOptions {
  /** A fraction; by default a tenth, or twenty times the median move from close to close where that is more. */
  readonly outlier?: number | undefined;
  /** Candles that end after it are unfinished, ms. */
  readonly now?: number | undefined;
  readonly placesMax?: number | undefined;
}

class Findings {
  readonly #kept = new Map<Kind, { count: number; first: Place[] }>();
  readonly #placesMax: number;

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  note(kind: Kind, at: number, what?: number | string): void {
    let kept = this.#kept.get(kind);
    if (kept === undefined) this.#kept.set(kind, (kept = { count: 0, first: [] }));
    kept.count += 1;
    if (kept.first.length < this.#placesMax) kept.first.push(what === undefined ? { at } : { at, what });
  }

  all(): readonly Finding[] {
    return [...faults, ...doubts].flatMap((kind) => {
      const kept = this.#kept.get(kind);
      return kept === undefined ? [] : [{ kind, ...kept }];
    });
  }
}

export const checkCandles = (
  table: CandleTable,
  timeframe: Timeframe,
  options: CheckOptions = {},
): Checked => {
  const findings = new Findings(options.placesMax ?? 5);
  const rows = inOrder(table, findings);
  const outlier = options.outlier ?? Math.max(0.1, 20 * medianMove(table, rows));
  const missing = checkStamps(table, rows, timeframe, options.now ?? Infinity, findings);
  checkPrices(table, rows, outlier, findings);
  const found = findings.all();
  return {
    rows: table.length,
    from: rows.length === 0 ? 0 : table.at[rows[0]!]!,
    to: rows.length === 0 ? 0 : table.at[rows.at(-1)!]!,
    timeframe,
    missing,
    outlier,
    findings: found,
    sound: !found.some(({ kind }) => (faults as readonly Kind[]).includes(kind)),
  };
};

/** Rows by ascending time, each stamp once: the first that was recorded of it. */
const inOrder = (table: CandleTable, findings: Findings): readonly number[] => {
  const rows = Array.from({ length: table.length }, (_, row) => row);
  let latest = -Infinity;
  let ordered = true;
  for (let row = 0; row < table.length; row += 1) {
    const at = table.at[row]!;
    if (at < latest) {
      findings.note("out-of-order", at);
      ordered = false;
    }
    latest = Math.max(latest, at);
  }
  if (!ordered) rows.sort((a, b) => table.at[a]! - table.at[b]! || a - b);
  let kept = -1;
  return rows.filter((row) => {
    const at = table.at[row]!;
    const repeats = kept >= 0 && table.at[kept] === at;
    if (repeats) findings.note(table.sameAs(kept, table, row) ? "duplicate" : "conflict", at);
    else kept = row;
    return !repeats;
  });
};

/** Returns the number of candles missing. */
const checkStamps = (
  table: CandleTable,
  rows: readonly number[],
  timeframe: Timeframe,
  now: number,
  findings: Findings,
): number => {
  const span = timeframes[timeframe];
  let missing = 0;
  let before = NaN;
  for (const row of rows) {
    const at = table.at[row]!;
    const slot = openOf(at as Timestamp, timeframe);
    if (slot !== at) findings.note("off-grid", at);
    if (at + span > now) findings.note("unfinished", at);
    const skipped = Math.round((slot - before) / span) - 1;
    if (skipped > 0) {
      findings.note("gap", before + span, skipped);
      missing += skipped;
    }
    before = slot;
  }
  return missing;
};

const checkPrices = (
  table: CandleTable,
  rows: readonly number[],
  outlier: number,
  findings: Findings,
): void => {
  const { at, open, high, low, close, volume } = table;
  const far = 1 + outlier;
  for (const [i, row] of rows.entries()) {
    const wrong = brokenBy(table, row);
    if (wrong !== undefined) {
      findings.note("broken", at[row]!, wrong);
      continue;
    }
    if (volume[row] === 0) findings.note("zero-volume", at[row]!);
    const top = Math.max(open[row]!, close[row]!);
    const bottom = Math.min(open[row]!, close[row]!);
    if (high[row]! > top * far || low[row]! < bottom / far)
      findings.note("wick", at[row]!, round(Math.max(high[row]! / top, bottom / low[row]!) - 1));
    const [before, after] = [close[rows[i - 1] ?? -1], close[rows[i + 1] ?? -1]];
    if (before === undefined || after === undefined) continue;
    const [up, down] = [close[row]! / Math.max(before, after), Math.min(before, after) / close[row]!];
    if (Math.max(up, down) > far) findings.note("spike", at[row]!, round(Math.max(up, down) - 1));
  }
};

/** What no candle can be, in words; undefined for a possible one. */
export const brokenBy = (
  { open, high, low, close, volume }: CandleTable,
  row: number,
): string | undefined => {
  const [o, h, l, c, v] = [open[row]!, high[row]!, low[row]!, close[row]!, volume[row]!];
  if (!(o > 0 && h > 0 && l > 0 && c > 0)) return "a price that is not above zero";
  if (h < l) return `high ${h} below low ${l}`;
  if (h < o || h < c) return `high ${h} below ${h < o ? `open ${o}` : `close ${c}`}`;
  if (l > o || l > c) return `low ${l} above ${l > o ? `open ${o}` : `close ${c}`}`;
  return v >= 0 ? undefined : `volume ${v}`;
};

const medianMove = ({ close }: CandleTable, rows: readonly number[]): number => {
  const moves = new Float64Array(Math.max(0, rows.length - 1));
  for (let i = 1; i < rows.length; i += 1)
    moves[i - 1] = Math.abs(close[rows[i]!]! / close[rows[i - 1]!]! - 1);
  const sane = moves.filter(Number.isFinite).sort();
  return sane[sane.length >> 1] ?? 0;
};

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
