/**
 * A recorded Binance market as it came: depth deltas, bookTickers and trades pass through with their original
 * update ids; the trades also print at the venue, so that orders fill by the rules of a tape. The book behind
 * GET /api/v3/depth is the recorded snapshot with the deltas sent so far (u above its own id).
 */
import type { Timeframe } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Listing } from "../../simulation/venue/venue.ts";
import { cleanNumber, decimalsOf, scaled } from "../grid.ts";
import type { ReplayMarket } from "../options.ts";
import { linesOf, recordedFiles } from "./files.ts";
import type { MarketSource, Recorded, RecordedDepth, Stage } from "./source.ts";
import { recordedListing, type ListingTerms } from "./tape.ts";

type Levels = readonly (readonly [string, string])[];

interface Line extends Recorded {
  readonly at: number;
  readonly trade?: { readonly ticks: number; readonly lots: number; readonly buys: boolean };
  readonly delta?: { readonly bids: Levels; readonly asks: Levels };
}

interface RawData {
  readonly e?: string;
  readonly E?: number;
  readonly s: string;
  readonly u?: number;
  readonly t?: number;
  readonly T?: number;
  readonly p?: string;
  readonly q?: string;
  readonly m?: boolean;
  readonly b?: Levels;
  readonly a?: Levels;
}

interface RawLine {
  readonly stream?: string;
  readonly data?: RawData;
  readonly lastUpdateId?: number;
  readonly bids?: Levels;
  readonly asks?: Levels;
}

class Book {
  updateId = 0;
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();

  apply(bids: Levels, asks: Levels, updateId: number): void {
    this.updateId = updateId;
    for (const [price, quantity] of bids) put(this.#bids, price, quantity);
    for (const [price, quantity] of asks) put(this.#asks, price, quantity);
  }

  depth(): RecordedDepth {
    return {
      updateId: this.updateId,
      bids: [...this.#bids].sort((a, b) => Number(b[0]) - Number(a[0])),
      asks: [...this.#asks].sort((a, b) => Number(a[0]) - Number(b[0])),
    };
  }
}

const put = (side: Map<string, string>, price: string, quantity: string): void => {
  if (Number(quantity) === 0) side.delete(price);
  else side.set(price, quantity);
};

export class BookReplay implements MarketSource {
  readonly listings: readonly Listing[];
  readonly startAt: number;
  readonly slices: number;
  readonly base: Timeframe = "1m";
  readonly passesThrough = true;
  readonly unlimited: readonly string[] = [];
  readonly #lines: readonly Line[];
  readonly #books: ReadonlyMap<string, Book>;
  #next = 0;

  constructor(listings: readonly Listing[], lines: readonly Line[], books: ReadonlyMap<string, Book>) {
    this.listings = listings;
    this.#lines = lines;
    this.#books = books;
    this.startAt = (lines[0]?.at ?? 1) - 1;
    this.slices = new Set(lines.map((line) => line.at)).size;
  }

  recall(): void {
    // A recording of books holds nothing before its start.
  }

  nextAt(): number | undefined {
    return this.#lines[this.#next]?.at;
  }

  apply(stage: Stage): readonly Recorded[] {
    const from = this.#next;
    const at = this.nextAt();
    while (this.#lines[this.#next]?.at === at && this.#next < this.#lines.length) {
      const line = this.#lines[this.#next]!;
      this.#next += 1;
      const { trade, delta } = line;
      if (trade !== undefined)
        stage.print(line.symbol, line.id, trade.ticks, trade.lots, trade.buys ? "buy" : "sell", line.at);
      const book = this.#books.get(line.symbol);
      if (delta !== undefined && book !== undefined && line.id > book.updateId)
        book.apply(delta.bids, delta.asks, line.id);
    }
    return this.#lines.slice(from, this.#next);
  }

  depth(symbol: string): RecordedDepth | undefined {
    return this.#books.get(symbol)?.depth();
  }
}

export const replayBook = (market: ReplayMarket, terms: ListingTerms): BookReplay => {
  const files = recordedFiles(market, "book");
  if (files.length === 0)
    throw new Invalid("market.path", "files named like BTC_USDT-20240808.ws.gz", market.path);
  const bySymbol = Map.groupBy(files, (file) => `${file.base}_${file.quote}`);
  const listings: Listing[] = [];
  const books = new Map<string, Book>();
  const lines: Line[] = [];
  for (const own of bySymbol.values()) {
    const { base, quote } = own[0]!;
    const raw = own.flatMap((file) => linesOf(file.path).map((line) => parse(line, file.path)));
    const priceDecimals = decimalsIn(raw, (data) => data.p);
    const lotDecimals = decimalsIn(raw, (data) => data.q);
    listings.push(recordedListing(base, quote, priceDecimals, lotDecimals, terms));
    const book = new Book();
    books.set(base + quote, book);
    lines.push(...linesOfSymbol(raw, base + quote, book, priceDecimals, lotDecimals));
  }
  const from = market.from ?? Number.NEGATIVE_INFINITY;
  const to = market.to ?? Number.POSITIVE_INFINITY;
  for (const { at, delta, symbol, id } of lines)
    if (at < from && delta !== undefined && id > books.get(symbol)!.updateId)
      books.get(symbol)!.apply(delta.bids, delta.asks, id);
  const kept = lines.filter((line) => line.at >= from && line.at < to).sort((a, b) => a.at - b.at);
  return new BookReplay(listings, kept, books);
};

interface Parsed {
  readonly json: string;
  readonly raw: RawLine;
}

/** `<local ns> <json>`; the message itself is kept as it was written. */
const parse = (line: string, path: string): Parsed => {
  const json = line.slice(line.indexOf(" ") + 1);
  try {
    const raw = JSON.parse(json) as RawLine;
    if (raw.data === undefined) return { json, raw };
    return { json: json.slice(json.indexOf('"data":') + 7, -1), raw };
  } catch {
    throw new Invalid(path, "lines of <local ns> <json>", line.slice(0, 60));
  }
};

const decimalsIn = (lines: readonly Parsed[], field: (data: RawData) => string | undefined): number => {
  let most = 0;
  for (const { raw } of lines) {
    const text = raw.data?.e === "trade" ? field(raw.data) : undefined;
    if (text !== undefined) most = Math.max(most, decimalsOf(cleanNumber(text)));
  }
  return most;
};

/** Market time is the newest event time so far: bookTicker has none of its own. */
const linesOfSymbol = (
  parsed: readonly Parsed[],
  symbol: string,
  book: Book,
  priceDecimals: number,
  lotDecimals: number,
): Line[] => {
  const lines: Line[] = [];
  let at = parsed.find(({ raw }) => raw.data?.E !== undefined)?.raw.data?.E ?? 0;
  for (const { json, raw } of parsed) {
    const { data } = raw;
    if (raw.lastUpdateId !== undefined && book.updateId === 0)
      book.apply(raw.bids ?? [], raw.asks ?? [], raw.lastUpdateId);
    if (data === undefined) continue;
    at = Math.max(at, data.E ?? 0);
    const channel = raw.stream!.split("@")[1]!;
    const line = { at, symbol, channel, json, id: data.t ?? data.u ?? 0 };
    if (channel === "trade") {
      const ticks = scaled(cleanNumber(data.p!), priceDecimals);
      const lots = scaled(cleanNumber(data.q!), lotDecimals);
      lines.push({ ...line, trade: { ticks, lots, buys: data.m === false } });
    } else if (channel === "depth")
      lines.push({ ...line, delta: { bids: data.b ?? [], asks: data.a ?? [] } });
    else lines.push(line);
  }
  return lines;
};
