/**
 * Recorded books as columns: WebSocket frames of Binance's kind, one a line as `<local ns> <json>`, with depth deltas, trades and one REST
 * snapshot, in files named like BTC_USDT-20240808.ws.gz. Everything is ordered by the venue's own time, for the recorder's clock may be
 * anywhere. A recording whose book cannot be believed (no snapshot, a gap, crossed sides) is refused with file and line.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  ASK_LEVEL,
  BID_LEVEL,
  BookEvents,
  BOUGHT,
  CLEARED,
  SOLD,
  TICKS_MAX,
} from "../../domain/market/book-events.ts";
import { OrderBook, type BookLevels } from "../../domain/market/book.ts";
import { Invalid } from "../../domain/values/invalid.ts";

export interface RecordedBook {
  /** As ccxt spells it. */
  readonly pair: string;
  /** The grid that the recorded numbers imply: ticks and lots are 10^-decimals. */
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  readonly events: BookEvents;
  readonly deltas: number;
  readonly trades: number;
  readonly notes: readonly string[];
}

type Levels = readonly (readonly [string, string])[];

interface Frame {
  readonly where: string;
  readonly data: {
    readonly e?: string;
    readonly E?: number;
    readonly T?: number;
    readonly U?: number;
    readonly u?: number;
    readonly t?: number;
    readonly p?: string;
    readonly q?: string;
    readonly m?: boolean;
    readonly b?: Levels;
    readonly a?: Levels;
    readonly lastUpdateId?: number;
    readonly bids?: Levels;
    readonly asks?: Levels;
  };
}

const namePattern = /^([A-Z0-9]+)_([A-Z0-9]+)-.+\.ws(\.gz)?$/;

/** `path`: a file, or a folder whose files are of one pair. Throws `Invalid` naming file and line. */
export const readBookRecording = (path: string): RecordedBook => {
  const files = filesAt(path);
  const names = new Set(files.map(pairOf));
  if (names.size !== 1) throw new Invalid(path, "recordings of one pair", [...names].join(", "));
  return readFiles(files, [...names][0]!, path);
};

const pairOf = (file: string): string => namePattern.exec(basename(file))!.slice(1, 3).join("/");

export interface VenueBook {
  readonly venue: string;
  readonly book: RecordedBook;
}

/** The folder has a folder for each venue, or the recordings of one, called `recorded`. By venue, then pair, by name. Throws `Invalid` naming file and line. */
export const readBookFolder = (path: string, pairs?: readonly string[]): readonly VenueBook[] => {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const below = !folder
    ? []
    : readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort();
  const own = folder && below.length > 0 && !readdirSync(path).some((name) => namePattern.test(name));
  const venues = own ? below.map((name) => [name, join(path, name)] as const) : [["recorded", path] as const];
  return venues.flatMap(([venue, at]) => {
    const files = filesAt(at);
    const found = [...new Set(files.map(pairOf))].filter((pair) => pairs?.includes(pair) !== false);
    return found.map((pair) => ({
      venue,
      book: readFiles(
        files.filter((file) => pairOf(file) === pair),
        pair,
        at,
      ),
    }));
  });
};

const readFiles = (files: readonly string[], pair: string, path: string): RecordedBook => {
  const frames = files.flatMap(framesOf);
  const grid = gridOf(frames);
  return { pair, ...grid, ...eventsOf(frames, grid.priceDecimals, grid.lotDecimals, path) };
};

const filesAt = (path: string): readonly string[] => {
  let found: readonly string[];
  try {
    found = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
  } catch {
    throw new Invalid("--books", "a file or folder that exists", path);
  }
  const files = found.filter((file) => namePattern.test(basename(file)));
  if (files.length === 0)
    throw new Invalid(path, "recordings named like BTC_USDT-20240808.ws.gz", basename(path));
  return files;
};

const framesOf = (file: string): readonly Frame[] => {
  const bytes = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split(/\r?\n/);
  const frames: Frame[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.includes("bookTicker")) continue;
    const where = `${basename(file)}:${index + 1}`;
    try {
      const raw = JSON.parse(line.slice(line.indexOf(" ") + 1)) as { data?: Frame["data"] } & Frame["data"];
      frames.push({ where, data: raw.data ?? raw });
    } catch {
      throw new Invalid(where, "<local ns> <json>", line.slice(0, 60));
    }
  }
  return frames;
};

const gridOf = (
  frames: readonly Frame[],
): { readonly priceDecimals: number; readonly lotDecimals: number } => {
  let [priceDecimals, lotDecimals] = [0, 0];
  const see = (price: string, lots: string): void => {
    priceDecimals = Math.max(priceDecimals, decimalsOf(price));
    lotDecimals = Math.max(lotDecimals, decimalsOf(lots));
  };
  for (const { data } of frames) {
    if (data.p !== undefined && data.q !== undefined) see(data.p, data.q);
    for (const levels of [data.b, data.a, data.bids, data.asks])
      for (const [price, lots] of Array.isArray(levels) ? (levels as Levels) : []) see(price, lots);
  }
  return { priceDecimals, lotDecimals };
};

const decimalsOf = (text: string): number => {
  const dot = text.indexOf(".");
  if (dot < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return Math.max(0, end - dot - 1);
};

/** Decimal text times 10^decimals, by its digits. Throws `Invalid` naming `field`. */
const whole = (text: string | undefined, decimals: number, field: string, max: number): number => {
  const match = /^(\d+)(?:\.(\d*))?$/.exec(text ?? "");
  const value =
    match === null ? NaN : Number(match[1]! + (match[2] ?? "").slice(0, decimals).padEnd(decimals, "0"));
  if (!(value <= max)) throw new Invalid(field, `a decimal of at most ${max} steps of 1e-${decimals}`, text);
  return value;
};

interface Moment {
  readonly at: number;
  readonly write: (into: BookEvents) => void;
}

const eventsOf = (
  frames: readonly Frame[],
  priceDecimals: number,
  lotDecimals: number,
  path: string,
): Omit<RecordedBook, "pair" | "priceDecimals" | "lotDecimals"> => {
  const snapshot = frames.find(({ data }) => data.lastUpdateId !== undefined);
  if (snapshot === undefined)
    throw new Invalid(path, "a depth snapshot (lastUpdateId) to begin from", "none");
  const levelsOf = (levels: Levels | undefined, where: string): BookLevels =>
    (levels ?? []).map(([price, lots]) => [
      whole(price, priceDecimals, `${where} price`, TICKS_MAX),
      whole(lots, lotDecimals, `${where} quantity`, Number.MAX_SAFE_INTEGER),
    ]);
  const book = new OrderBook();
  const [bids, asks] = [
    levelsOf(snapshot.data.bids, snapshot.where),
    levelsOf(snapshot.data.asks, snapshot.where),
  ];
  if (book.load({ updateId: snapshot.data.lastUpdateId!, bids, asks }) !== "applied")
    throw new Invalid(snapshot.where, "a snapshot with bids below asks", "a crossed one");
  const moments: Moment[] = [];
  let [deltas, repeated, beganAt, lastId] = [0, 0, Infinity, -1];
  for (const { where, data } of frames) {
    if (data.e === "depthUpdate") {
      const [first, last, at] = [data.U ?? NaN, data.u ?? NaN, data.E ?? NaN];
      const delta = { first, last, bids: levelsOf(data.b, where), asks: levelsOf(data.a, where) };
      const expected = book.updateId + 1;
      const result = book.apply(delta);
      if (result === "old") continue;
      if (result === "crossed") throw new Invalid(where, "bids below asks after the delta", "crossed sides");
      if (result !== "applied")
        throw new Invalid(where, `a delta that goes on from update ${expected}`, first);
      if (deltas === 0) {
        beganAt = at;
        moments.push({ at, write: (into) => writeBook(into, at, bids, asks) });
      }
      deltas += 1;
      moments.push({ at, write: (into) => writeLevels(into, at, delta.bids, delta.asks) });
    } else if (data.e === "trade") {
      const [at, id] = [data.T ?? data.E ?? NaN, data.t ?? NaN];
      if (!(id > lastId)) {
        repeated += 1;
        continue;
      }
      lastId = id;
      const ticks = whole(data.p, priceDecimals, `${where} p`, TICKS_MAX);
      const lots = whole(data.q, lotDecimals, `${where} q`, Number.MAX_SAFE_INTEGER);
      moments.push({ at, write: (into) => into.push(at, data.m === true ? SOLD : BOUGHT, ticks, lots) });
    }
  }
  if (deltas === 0) throw new Invalid(path, "deltas that follow the snapshot", "none");
  const kept = moments.filter(({ at }) => at >= beganAt).sort((a, b) => a.at - b.at);
  const events = new BookEvents(4_096);
  for (const { write } of kept) write(events);
  const before = moments.length - kept.length;
  const notes = [
    ...(repeated > 0 ? [`${repeated} trades came twice or out of order and were left out`] : []),
    ...(before > 0 ? [`${before} trades before the book was complete were left out`] : []),
  ];
  return { events, deltas, trades: kept.length - deltas - 1, notes };
};

const writeBook = (into: BookEvents, at: number, bids: BookLevels, asks: BookLevels): void => {
  into.push(at, CLEARED, 0, 0);
  writeLevels(into, at, bids, asks);
};

const writeLevels = (into: BookEvents, at: number, bids: BookLevels, asks: BookLevels): void => {
  for (const [ticks, lots] of bids) into.push(at, BID_LEVEL, ticks, lots);
  for (const [ticks, lots] of asks) into.push(at, ASK_LEVEL, ticks, lots);
};
