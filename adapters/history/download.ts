/**
 * Fetches what a series lacks from a venue, page by page, and can be broken off anywhere. Each page is appended to a file beside the
 * series and synced before the next is asked for; once nothing is lacking both become the series, in one step. Whoever begins
 * again reads that file first and asks only for what it lacks: behind each page a line `# from to` says what it covered, also where
 * the venue had nothing. Only final candles are taken, by the venue's clock.
 */
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { CandleTable } from "../../domain/history/candle-table.ts";
import { lacking, type Range } from "../../domain/history/lacking.ts";
import { merged } from "../../domain/history/order.ts";
import { openOf, timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import type { Clock } from "../clock/clock.ts";
import { wait } from "../venue/guard.ts";
import { Blocked, slowDownOf } from "../venue/outcome.ts";
import type { Market } from "../venue/venue.ts";
import { readCandles } from "./candle-file.ts";
import { CandleRows } from "./candle-rows.ts";
import { sheetOf } from "./layout.ts";
import { csvHeader, csvRow, writeCandles } from "./write-candles.ts";

/** Candles asked for at a time; venues that give fewer are asked again from there. */
const PAGE = 1_000;
/** How many candles to go on after an empty page: fewer than the shortest page that a venue of ccxt covers. */
const STEP = 200;
const DAY_MS = timeframes["1d"];

export interface Download {
  readonly market: Pick<Market, "candles">;
  readonly clock: Clock;
  readonly instrument: InstrumentId;
  readonly timeframe: Timeframe;
  /** First open time, and one past the last, ms: no later than the open time of the candle that is under way. */
  readonly from: number;
  readonly until: number;
  /** Of the series, `.csv.gz`. */
  readonly path: string;
  /** Ask again for what is missing inside the series too. */
  readonly fillGaps?: boolean | undefined;
  readonly onPage?: (progress: Progress) => void;
}

export interface Progress {
  /** Candles fetched so far, and up to which time. */
  readonly fetched: number;
  readonly at: number;
  /** From 0 to 1, of the time to be fetched. */
  readonly done: number;
}

export interface Downloaded {
  readonly candles: CandleTable;
  readonly fetched: number;
  readonly pages: number;
  /** Candles that an earlier run had fetched and not put into the series. */
  readonly resumed: number;
}

/** Rejects with what the venue answered; what was fetched until then is kept for the next time. */
export const download = async (task: Download): Promise<Downloaded> => {
  const { path, timeframe, from, until } = task;
  const part = partOf(path);
  const old = existsSync(path) ? (await readCandles(path)).candles : new CandleTable(0);
  const begun = await readPart(part);
  const ranges = lacking(old, begun.covered, timeframe, { from, until, fillGaps: task.fillGaps === true });
  const { fetched, pages } = await fetchAll(task, part, ranges);
  const fresh = (pages === 0 ? begun : await readPart(part)).candles;
  const candles = fresh.length === 0 ? old : merged(old, fresh);
  if (fresh.length > 0) await writeCandles(candles, { path, format: "csv.gz", timeframe, force: true });
  await rm(part, { force: true });
  return { candles, fetched, pages, resumed: begun.candles.length };
};

const partOf = (path: string): string => `${path.replace(/\.csv\.gz$/, "")}.csv.part`;

interface Part {
  readonly candles: CandleTable;
  readonly covered: readonly Range[];
}

/** What an earlier run left; a last line that was not finished is cut off. */
const readPart = async (path: string): Promise<Part> => {
  const candles = new CandleTable(0);
  if (!existsSync(path)) return { candles, covered: [] };
  const bytes = await readFile(path);
  const whole = bytes.lastIndexOf(10) + 1;
  if (whole < bytes.length) await truncate(path, whole);
  const lines = bytes.toString("utf8", 0, whole).split("\n");
  const rows = new CandleRows(sheetOf([csvHeader(false), ""], path), path);
  const text = Buffer.from(lines.filter((line) => /^\d/.test(line)).join("\n"));
  if (text.length > 0) rows.row(text, rows.read(text, candles), text.length, candles);
  const covered = lines.flatMap((line): Range[] => {
    const match = /^# (\d+) (\d+)$/.exec(line);
    return match === null ? [] : [{ from: Number(match[1]), to: Number(match[2]) }];
  });
  return { candles, covered };
};

const fetchAll = async (
  task: Download,
  part: string,
  ranges: readonly Range[],
): Promise<{ readonly fetched: number; readonly pages: number }> => {
  const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  let [fetched, pages, behind] = [0, 0, 0];
  if (total === 0) return { fetched, pages };
  await mkdir(dirname(part), { recursive: true });
  const file = await open(part, "a");
  try {
    for (const range of ranges) {
      for (let at = range.from; at < range.to;) {
        const page = await pageOf(task, at, range.to);
        pages += 1;
        await file.write(`${textOf(page.candles)}# ${at} ${page.next}\n`);
        await file.datasync();
        fetched += page.candles.length;
        at = page.next;
        task.onPage?.({ fetched, at, done: Math.min(1, (behind + at - range.from) / total) });
      }
      behind += range.to - range.from;
    }
  } finally {
    await file.close();
  }
  return { fetched, pages };
};

const pageOf = async (
  task: Download,
  at: number,
  to: number,
): Promise<{ readonly candles: readonly Candle[]; readonly next: number }> => {
  const span = timeframes[task.timeframe];
  const told = await ask(task, task.timeframe, at, Math.min(PAGE, Math.ceil((to - at) / span)));
  const last = told.at(-1);
  if (last === undefined) return { candles: [], next: Math.min(to, await afterNothing(task, at, to)) };
  // A venue that begins later, or has a hole here, goes on by itself.
  const candles = told.filter(({ openAt }) => openAt >= at && openAt < to);
  return { candles, next: Math.min(to, last.openAt + span) };
};

/** Where to go on when a page was empty. What lies beyond its day is looked for by days, which are few. */
const afterNothing = async (task: Download, at: number, to: number): Promise<number> => {
  const next = at + STEP * timeframes[task.timeframe];
  const day = openOf(at as Timestamp, "1d") + DAY_MS;
  if (next < day || day >= to) return next;
  const [first] = await ask(task, "1d", day, STEP);
  return Math.max(next, first?.openAt ?? Math.min(day + STEP * DAY_MS, openOf(to as Timestamp, "1d")));
};

/** As long as the venue, its breaker or its budget only wants us to wait, we do. */
const ask = async (
  { market, instrument, clock }: Download,
  timeframe: Timeframe,
  at: number,
  limit: number,
): Promise<readonly Candle[]> => {
  for (;;)
    try {
      return await market.candles(instrument, timeframe, at as Timestamp, limit);
    } catch (error) {
      const pauseMs = error instanceof Blocked ? error.retryAfterMs : slowDownOf(error)?.pauseMs;
      if (pauseMs === undefined) throw error;
      await wait(clock, pauseMs);
    }
};

const textOf = (candles: readonly Candle[]): string => {
  const table = CandleTable.of(candles);
  let text = "";
  for (let row = 0; row < table.length; row += 1) text += csvRow(table, row, false);
  return text;
};
