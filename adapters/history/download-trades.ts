/**
 * Fetches recorded trades that a series lacks, page by page in time, and can be broken off anywhere, as download.ts does with candles: each
 * page is appended to a file beside the series and synced, with the time that it covers. A page is believed up to the last millisecond in
 * it, which the next one begins with, so that none is lost or doubled where a venue numbers nothing.
 */
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import type { Range } from "../../domain/history/lacking.ts";
import { sides, tradesInOrder, TradeTable } from "../../domain/history/trade-table.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { Clock } from "../clock/clock.ts";
import { wait } from "../venue/guard.ts";
import { Blocked, slowDownOf } from "../venue/outcome.ts";
import { readTrades, tradeRow, writeTrades } from "./trade-file.ts";

const PAGE = 1_000;
/** How far to go on after an empty page: Binance looks no further than this from where it is asked to begin. */
const STEP_MS = 3_600_000;

/** Trades of the market from `since` on (ms), oldest first, at most `limit`; a venue may give fewer. */
export interface PastTrades {
  pastTrades(instrument: InstrumentId, since: number, limit: number): Promise<TradeTable>;
}

export interface TradeDownload {
  readonly market: PastTrades;
  readonly clock: Clock;
  readonly instrument: InstrumentId;
  /** First time, and one past the last, ms: no later than now. */
  readonly from: number;
  readonly until: number;
  /** Of the series, `.csv.gz`. */
  readonly path: string;
  readonly onPage?: (progress: {
    readonly fetched: number;
    readonly at: number;
    readonly done: number;
  }) => void;
}

export interface DownloadedTrades {
  readonly trades: TradeTable;
  readonly fetched: number;
  readonly pages: number;
  /** Trades that an earlier run had fetched and not put into the series. */
  readonly resumed: number;
  /** Milliseconds with as many trades as a page holds: there may have been more. */
  readonly crowded: number;
}

/** Rejects with what the venue answered; what was fetched until then is kept for the next time. */
export const downloadTrades = async (task: TradeDownload): Promise<DownloadedTrades> => {
  const { path, from, until } = task;
  const part = `${path.replace(/\.csv\.gz$/, "")}.csv.part`;
  const old = existsSync(path) ? (await readTrades(path)).trades : new TradeTable(0);
  const begun = await readPart(part);
  const ranges = uncovered([...begun.covered, ...spanOf(old)], from, until);
  const { fetched, pages, crowded } = await fetchAll(task, part, ranges);
  const { trades: fresh, covered } = pages === 0 ? begun : await readPart(part);
  const resumed = begun.trades.length;
  if (fresh.length === 0) {
    await rm(part, { force: true });
    return { trades: old, fetched, pages, resumed, crowded };
  }
  // Of what was asked for again the venue's new answer stands.
  const joined = new TradeTable(old.length + fresh.length);
  for (let row = 0; row < old.length; row += 1)
    if (!covered.some((range) => old.at[row]! >= range.from && old.at[row]! < range.to))
      joined.take(old, row);
  joined.append(fresh);
  const { trades } = tradesInOrder(joined, path);
  await writeTrades(trades, path, true);
  await rm(part, { force: true });
  return { trades, fetched, pages, resumed, crowded };
};

/** Its last millisecond may not be whole. */
const spanOf = ({ length, at }: TradeTable): readonly Range[] =>
  length === 0 ? [] : [{ from: at[0]!, to: at[length - 1]! }];

/** What of [from, until) no range covers, in order. */
const uncovered = (covered: readonly Range[], from: number, until: number): readonly Range[] => {
  const left: Range[] = [];
  let at = from;
  for (const range of [...covered].sort((a, b) => a.from - b.from)) {
    if (range.from > at) left.push({ from: at, to: Math.min(range.from, until) });
    at = Math.max(at, range.to);
    if (at >= until) break;
  }
  if (at < until) left.push({ from: at, to: until });
  return left.filter((range) => range.to > range.from);
};

/** What an earlier run left; what no line says to be covered was not finished, and is cut off. */
const readPart = async (path: string): Promise<{ trades: TradeTable; covered: readonly Range[] }> => {
  const trades = new TradeTable(0);
  if (!existsSync(path)) return { trades, covered: [] };
  const text = await readFile(path, "utf8");
  const mark = text.lastIndexOf("\n# ");
  const end = text.startsWith("# ") || mark >= 0 ? text.indexOf("\n", mark + 1) + 1 : 0;
  if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
  const covered: Range[] = [];
  for (const line of text.slice(0, end).split("\n")) {
    const [, begin, next] = /^# (\d+) (\d+)$/.exec(line) ?? [];
    if (next !== undefined) covered.push({ from: Number(begin), to: Number(next) });
    const [at, price, amount, side, id] = line.split(",");
    if (id === undefined) continue;
    trades.push(Number(at), Number(price), Number(amount), sides.indexOf(side as "buy"), Number(id));
  }
  return { trades, covered };
};

const fetchAll = async (task: TradeDownload, part: string, ranges: readonly Range[]) => {
  const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  let [fetched, pages, crowded, behind] = [0, 0, 0, 0];
  if (total === 0) return { fetched, pages, crowded };
  await mkdir(dirname(part), { recursive: true });
  const file = await open(part, "a");
  try {
    for (const range of ranges) {
      for (let at = range.from; at < range.to;) {
        const page = pageOf(await ask(task, at), at, range.to);
        pages += 1;
        crowded += page.crowded ? 1 : 0;
        let text = "";
        for (let row = 0; row < page.trades.length; row += 1) text += tradeRow(page.trades, row);
        await file.write(`${text}# ${at} ${page.next}\n`);
        await file.datasync();
        fetched += page.trades.length;
        at = page.next;
        task.onPage?.({ fetched, at, done: Math.min(1, (behind + at - range.from) / total) });
      }
      behind += range.to - range.from;
    }
  } finally {
    await file.close();
  }
  return { fetched, pages, crowded };
};

/** What a page tells of [at, to), and from where to ask on. */
const pageOf = (
  told: TradeTable,
  at: number,
  to: number,
): { readonly trades: TradeTable; readonly next: number; readonly crowded: boolean } => {
  if (told.length === 0) return { trades: told, next: Math.min(to, at + STEP_MS), crowded: false };
  const last = told.at[told.length - 1]!;
  // Whoever answers with the newest whatever is asked for has none since.
  if (last >= to || last < at) return { trades: told.within(at, to), next: to, crowded: false };
  const one = told.at[told.indexOf(at)] === last;
  return {
    trades: told.within(at, one ? last + 1 : last),
    next: one ? last + 1 : last,
    crowded: one && told.length >= PAGE,
  };
};

/** As long as the venue, its breaker or its budget only wants us to wait, we do. */
const ask = async ({ market, instrument, clock }: TradeDownload, at: number): Promise<TradeTable> => {
  for (;;)
    try {
      return await market.pastTrades(instrument, at, PAGE);
    } catch (error) {
      const pauseMs = error instanceof Blocked ? error.retryAfterMs : slowDownOf(error)?.pauseMs;
      if (pauseMs === undefined) throw error;
      await wait(clock, pauseMs);
    }
};
