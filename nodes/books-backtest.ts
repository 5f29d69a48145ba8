/** Runs a backtest over recorded books: finds strategy and recordings, cuts them to the time asked for, takes the time. */
import { readBookFolder, type RecordedBook, type VenueBook } from "../adapters/history/book-recording.ts";
import { instrumentId, type Instrument } from "../domain/market/instrument.ts";
import { parseParams } from "../domain/strategy/params.ts";
import { listenedTo } from "../domain/strategy/told.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  asset,
  decimal,
  format,
  money,
  quantity,
  type Price,
  type Quantity,
  type VenueId,
} from "../domain/values/values.ts";
import { bookBacktest } from "../simulation/books/book-backtest.ts";
import { booksBacktest, type BooksResult } from "../simulation/books/books-backtest.ts";
import { parseQueueModel } from "../simulation/books/queue-model.ts";
import type { BookMarket, BookResult, BooksSettings } from "../simulation/books/settings.ts";
import { sliced } from "../simulation/books/slice.ts";
import type { RanBook } from "../simulation/books/told.ts";
import { type BookLatencies, latencyOf } from "./book-latency.ts";
import { type BooksRun, toldBooks } from "./books-answer.ts";
import { strategyFinder } from "./strategy-files.ts";
import { parseTimerange } from "./timerange.ts";

export interface BooksRequest {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  readonly params: unknown;
  /** A recording, a folder of them, or one with a folder for each venue. */
  readonly books: string;
  readonly pairs?: readonly string[] | undefined;
  readonly timerange?: string | undefined;
  readonly queue: string;
  readonly latency: BookLatencies;
  readonly makerBps: number;
  readonly takerBps: number;
  /** In the first instrument's quote, at each venue; and base units held there at the start. */
  readonly startingBalance: number;
  readonly startingBase: string;
}

/** What a run of one book or of several has come to. */
export interface RanBooks extends Pick<BooksResult, "orders" | "equity" | "saved"> {
  readonly books: readonly RanBook[];
  readonly wallets: ReadonlyMap<VenueId, { readonly totals: ReadonlyMap<string, bigint> }>;
}

/** Throws `Invalid` naming the option, the file and what is wrong in it, or what the strategy says of instruments that are not its. */
export const runBooksBacktest = async (request: BooksRequest, now: () => number): Promise<BooksRun> => {
  const { strategy, told } = listenedTo(await strategyFinder(request.strategiesDir)(request.strategy));
  const params = parseParams(strategy, request.params, "--params");
  const found = recordedBooks(request);
  const latency = latencyOf(
    request.latency,
    found.map(({ venue }) => venue),
  );
  const markets = found.map(({ venue, book }) => ({
    instrument: bookInstrument(book, request, venue as VenueId),
    events: withinRange(book, request.timerange),
    latency: latency(venue),
  }));
  const { lotSize } = markets[0]!.instrument;
  const base = quantity(request.startingBase, "--starting-base");
  if (base < 0n || base % lotSize !== 0n)
    throw new Invalid("--starting-base", `0 or a multiple of ${format(lotSize)}`, request.startingBase);
  const settings = {
    ...{ strategy, params, markets, base, latency: markets[0]!.latency },
    queue: parseQueueModel(request.queue, "--queue"),
    quote: money(String(request.startingBalance), "--starting-balance"),
  };
  const began = now();
  const several = markets.length > 1 || strategy.needs(params).books === true;
  const ran = several ? severalRun(settings) : oneRun(settings);
  return toldBooks({ request, params, found, told, base, elapsedMs: now() - began }, ran);
};

/** In the order of `pairs` where given, of their names otherwise; of one pair by venue. */
const recordedBooks = ({ books, pairs }: BooksRequest): readonly VenueBook[] => {
  const found = readBookFolder(books, pairs);
  const missing = pairs?.find((pair) => !found.some(({ book }) => book.pair === pair));
  if (missing !== undefined) throw new Invalid("--pairs", `pairs with a recording in ${books}`, missing);
  if (pairs === undefined) return found;
  return [...found].sort((a, b) => pairs.indexOf(a.book.pair) - pairs.indexOf(b.book.pair));
};

const withinRange = (
  { pair, events }: RecordedBook,
  timerange: string | undefined,
): RecordedBook["events"] => {
  if (timerange === undefined) return events;
  const { from, to } = parseTimerange(timerange);
  const [first, last] = [events.at[0]!, events.at[events.length - 1]!];
  if ((from ?? first) > last || (to ?? Infinity) <= first)
    throw new Invalid("--timerange", `a time within the book of ${pair}, ${first} to ${last}`, timerange);
  return sliced(events, from, to);
};

/** On the grid that the recording implies. */
const bookInstrument = (
  recorded: RecordedBook,
  { makerBps, takerBps }: BooksRequest,
  venue: VenueId,
): Instrument => {
  const [base, quote] = recorded.pair.split("/") as [string, string];
  const lot = decimal(`1e-${recorded.lotDecimals}`) as Quantity;
  return {
    id: instrumentId(venue, recorded.pair),
    venue,
    symbol: recorded.pair,
    base: asset(base),
    quote: asset(quote),
    tickSize: decimal(`1e-${recorded.priceDecimals}`) as Price,
    lotSize: lot,
    quantityMin: lot,
    quantityMax: 0n as Quantity,
    notionalMin: money("0"),
    makerBps,
    takerBps,
    status: "trading",
  };
};

const severalRun = (settings: BooksSettings): RanBooks => {
  const { lanes, ...rest } = booksBacktest(settings);
  return { ...rest, books: lanes };
};

/** The faster way, with the same orders and money; of a strategy that wants no depth. */
const oneRun = (
  settings: BooksSettings & { readonly markets: readonly Required<BookMarket>[] },
): RanBooks => {
  const market = settings.markets[0]!;
  const { instrument } = market;
  const { orders, account, equity }: BookResult = bookBacktest({ ...settings, ...market });
  const totals = new Map<string, bigint>([
    [instrument.quote, account.cash],
    [instrument.base, BigInt(account.lots) * instrument.lotSize],
  ]);
  const wallets = new Map([[instrument.venue, { totals }]]);
  return { orders, equity, saved: {}, wallets, books: [{ ...market, account, rates: [] }] };
};
