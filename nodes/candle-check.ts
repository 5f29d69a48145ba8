/**
 * Compares the candles that the engine recorded in a replay with the candle files of the recording: those of the same
 * name beside recorded trades (`XRP_ETH-1m.csv.gz`), the replayed files themselves for a replay of candles. Every candle
 * that traded and has ended must be there and equal: prices exactly, volume to the venue's lot.
 */
import { readCandles } from "../adapters/history/candle-file.ts";
import { timeframes, type Candle, type Timeframe } from "../domain/market/candle.ts";
import { instrumentId } from "../domain/market/instrument.ts";
import { toFloat, type InstrumentId, type Timestamp } from "../domain/values/values.ts";
import { recordedFiles, shortestFrame, type RecordedFile } from "../sandbox/market/files.ts";
import type { Engine } from "./engine.ts";

export interface CandleCheck {
  /** Recorded candles that traded and have ended, and so must be equal. */
  readonly compared: number;
  readonly different: number;
  readonly missing: number;
  /** Of those, had begun before the replay's start or not ended at its end, and are not compared. */
  readonly unfinished: number;
  readonly files: readonly string[];
  /** The first few that differ or are missing. */
  readonly examples: readonly string[];
}

export interface ReplayRange {
  /** First and one past the last ms; all of the recording when absent. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly symbols?: readonly string[] | undefined;
}

const EXAMPLES_MAX = 5;
/** Read at a time. */
const PAGE = 5_000;
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

/** Undefined when the recording holds no candles to compare with. `venue` is where it was replayed. */
export const checkCandles = async (
  engine: Pick<Engine, "ticks" | "venues" | "marketNow">,
  venue: string,
  path: string,
  range: ReplayRange,
): Promise<CandleCheck | undefined> => {
  const files = candleFiles(path, range.symbols);
  if (files.length === 0) return undefined;
  await engine.ticks.flush();
  const lots = await lotSizes(engine, venue);
  const tally = { compared: 0, different: 0, missing: 0, unfinished: 0, examples: [] as string[] };
  for (const { path: file, base, quote, rest } of files) {
    const id = instrumentId(venue, `${base}/${quote}`);
    const lot = lots.get(id);
    if (lot === undefined) continue;
    const span = timeframes[rest as Timeframe];
    const wanted: (readonly number[])[] = [];
    for (const row of await rowsOf(file)) {
      const openAt = row[0]!;
      if (row[5] === 0 || openAt + span <= (range.from ?? 0) || openAt >= (range.to ?? Infinity)) continue;
      const whole =
        openAt >= (range.from ?? 0) && openAt + span <= Math.min(range.to ?? Infinity, engine.marketNow());
      if (whole) wanted.push(row);
      else tally.unfinished += 1;
    }
    await compare(engine, id, rest as Timeframe, lot, wanted, tally);
  }
  return { ...tally, files: files.map((file) => file.path) };
};

/** Of a replay of trades the 1m candles beside them; otherwise the shortest there are, which is what was replayed. */
const candleFiles = (path: string, symbols: readonly string[] | undefined): readonly RecordedFile[] => {
  const market = { kind: "replay", path, ...(symbols === undefined ? {} : { symbols }) } as const;
  if (recordedFiles(market, "book").length > 0) return [];
  const candles = recordedFiles(market, "candles");
  if (candles.length === 0) return [];
  const frame = shortestFrame(candles);
  return candles.filter((file) => file.rest === frame);
};

const lotSizes = async (
  { venues }: Pick<Engine, "venues">,
  venue: string,
): Promise<ReadonlyMap<InstrumentId, number>> => {
  const instruments = (await venues.markets.get(venue)?.instruments()) ?? [];
  return new Map(instruments.map(({ id, lotSize }) => [id, toFloat(lotSize)]));
};

/** Open time, open, high, low, close, volume. */
const rowsOf = async (path: string): Promise<readonly (readonly number[])[]> => {
  const { candles } = await readCandles(path);
  return Array.from({ length: candles.length }, (_, row) => [
    candles.at[row]!,
    ...COLUMNS.map((column) => candles[column][row]!),
  ]);
};

const compare = async (
  { ticks }: Pick<Engine, "ticks">,
  id: InstrumentId,
  frame: Timeframe,
  lot: number,
  wanted: readonly (readonly number[])[],
  tally: { compared: number; different: number; missing: number; examples: string[] },
): Promise<void> => {
  const note = (row: readonly number[], what: string): void => {
    if (tally.examples.length < EXAMPLES_MAX)
      tally.examples.push(`${id} ${frame} ${new Date(row[0]!).toISOString()}: ${what}`);
  };
  for (let i = 0; i < wanted.length; i += PAGE) {
    const page = wanted.slice(i, i + PAGE);
    const until = page.at(-1)![0]! + timeframes[frame];
    const found = await ticks.candles(id, frame, page[0]![0] as Timestamp, until as Timestamp, PAGE);
    const byTime = new Map(found.map((candle) => [candle.openAt as number, candle]));
    for (const row of page) {
      tally.compared += 1;
      const candle = byTime.get(row[0]!);
      if (candle === undefined) {
        tally.missing += 1;
        note(row, "missing");
        continue;
      }
      const column = differing(candle, row, lot);
      if (column === undefined) continue;
      tally.different += 1;
      note(row, `${column} ${candle[column]} where ${row[COLUMNS.indexOf(column) + 1]} was recorded`);
    }
  }
};

/** Recorded volumes carry float noise of their source: half a lot is none. */
const differing = (
  candle: Candle,
  row: readonly number[],
  lot: number,
): (typeof COLUMNS)[number] | undefined =>
  COLUMNS.find((column, i) => {
    const recorded = row[i + 1]!;
    if (column !== "volume") return candle[column] !== recorded;
    return Math.abs(candle.volume - recorded) > lot / 2;
  });
