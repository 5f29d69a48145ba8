/**
 * Plays a recording of order books through the sandbox's wire and the real ccxt adapter, in lock-step so that nothing is
 * skipped, and compares what comes out with the recorded bookTicker: every quote told, and the best bid and ask of the
 * book that ccxt keeps from snapshot and deltas, wherever its update id equals that of a bookTicker.
 */
import WebSocket from "ws";
import { systemClock } from "../adapters/clock/clock.ts";
import { ccxtMarket, type CcxtMarket } from "../adapters/venue/ccxt-market.ts";
import type { Book } from "../adapters/venue/venue.ts";
import type { Quote } from "../domain/market/tick.ts";
import type { InstrumentId } from "../domain/values/values.ts";
import { linesOf, recordedFiles, type RecordedFile } from "../sandbox/market/files.ts";
import { sandboxThread } from "./sandbox-thread.ts";

export interface BookCheck {
  /** Books told by the adapter; only at equal update ids is there something to compare them with. */
  readonly books: { readonly told: number; readonly compared: number; readonly different: number };
  readonly quotes: { readonly recorded: number; readonly compared: number; readonly different: number };
  readonly files: readonly string[];
  /** The first few that differ. */
  readonly examples: readonly string[];
}

/** Best bid and ask, as numbers. */
interface Best {
  readonly bid: number;
  readonly ask: number;
}

interface Slice {
  readonly type: string;
  readonly n: number;
  readonly phase: string;
  readonly expect: Readonly<Record<"trades" | "quotes" | "books", Readonly<Record<string, number>>>>;
}

const EXAMPLES_MAX = 5;
const FIRST_BOOK_MS = 10_000;

/** Undefined when the recording holds no books. Throws `Invalid` naming what is wrong with it. */
export const checkBook = async (
  path: string,
  { symbols }: { readonly symbols?: readonly string[] | undefined } = {},
): Promise<BookCheck | undefined> => {
  const market = { kind: "replay", path, ...(symbols === undefined ? {} : { symbols }) } as const;
  const files = recordedFiles(market, "book");
  if (files.length === 0) return undefined;
  const tally = new Tally(recordedQuotes(files));
  const sandbox = await sandboxThread({ speed: "max", market });
  const adapter = ccxtMarket(
    { venue: "sandbox", exchange: "binance", url: sandbox.url, rateLimitMs: 0, timers: false, bookLevels: 1 },
    { clock: systemClock, chance: () => 0.5 },
  );
  try {
    const ids = (await adapter.instruments()).map(({ id }) => id);
    await adapter.watch(ids, {
      trades: () => undefined,
      quote: (id, quote) => tally.quote(id, quote),
      book: (id, book) => tally.book(id, book),
    });
    await tally.firstBooks(ids);
    await Promise.race([played(sandbox.url, adapter), sandbox.died]);
  } finally {
    await adapter.close();
    await sandbox.stop();
  }
  return { ...tally.result(), files: files.map((file) => file.path) };
};

/** `BTC/USDT` to update id to best bid and ask. */
const recordedQuotes = (files: readonly RecordedFile[]): ReadonlyMap<string, ReadonlyMap<number, Best>> => {
  const all = new Map<string, Map<number, Best>>();
  for (const { path, base, quote } of files) {
    const symbol = `${base}/${quote}`;
    const byId = all.get(symbol) ?? new Map<number, Best>();
    all.set(symbol, byId);
    for (const line of linesOf(path)) {
      if (!line.includes('@bookTicker"')) continue;
      const { data } = JSON.parse(line.slice(line.indexOf(" ") + 1)) as {
        readonly data: Record<string, string>;
      };
      byId.set(Number(data["u"]), { bid: Number(data["b"]), ask: Number(data["a"]) });
    }
  }
  return all;
};

class Tally {
  readonly #recorded: ReadonlyMap<string, ReadonlyMap<number, Best>>;
  /** Of each symbol in order of arrival: quotes carry no id of their own. */
  readonly #inOrder = new Map<string, readonly Best[]>();
  readonly #quotes = { compared: 0, different: 0 };
  readonly #quotesOf = new Map<string, number>();
  readonly #books = { told: 0, compared: 0, different: 0 };
  readonly #seen = new Set<string>();
  readonly #examples: string[] = [];

  constructor(recorded: ReadonlyMap<string, ReadonlyMap<number, Best>>) {
    this.#recorded = recorded;
    for (const [symbol, byId] of recorded) this.#inOrder.set(symbol, [...byId.values()]);
  }

  quote(id: InstrumentId, { bid, ask }: Quote): void {
    const symbol = symbolOf(id);
    const index = this.#quotesOf.get(symbol) ?? 0;
    this.#quotesOf.set(symbol, index + 1);
    this.#quotes.compared += 1;
    const expected = this.#inOrder.get(symbol)?.[index];
    if (expected?.bid === bid && expected.ask === ask) return;
    this.#quotes.different += 1;
    this.#example(
      `quote ${index + 1} of ${symbol}: ${bid}/${ask}, recorded ${expected?.bid}/${expected?.ask}`,
    );
  }

  book(id: InstrumentId, { updateId, bids, asks }: Book): void {
    const symbol = symbolOf(id);
    this.#seen.add(id);
    this.#books.told += 1;
    const expected = this.#recorded.get(symbol)?.get(updateId);
    if (expected === undefined) return;
    this.#books.compared += 1;
    const bid = bids[0]?.[0];
    const ask = asks[0]?.[0];
    if (expected.bid === bid && expected.ask === ask) return;
    this.#books.different += 1;
    this.#example(`book ${updateId} of ${symbol}: ${bid}/${ask}, recorded ${expected.bid}/${expected.ask}`);
  }

  /** Snapshots come by REST after the subscription; the market must not move before them. */
  async firstBooks(ids: readonly InstrumentId[]): Promise<void> {
    const until = performance.now() + FIRST_BOOK_MS;
    while (!ids.every((id) => this.#seen.has(id))) {
      if (performance.now() > until)
        throw new Error(`no book within ${FIRST_BOOK_MS} ms of the subscription`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  result(): Omit<BookCheck, "files"> {
    const recorded = [...this.#recorded.values()].reduce((sum, { size }) => sum + size, 0);
    return { books: this.#books, quotes: { recorded, ...this.#quotes }, examples: this.#examples };
  }

  #example(text: string): void {
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(text);
  }
}

const symbolOf = (id: InstrumentId): string => id.slice(id.indexOf(":") + 1);

/** Leads the replay to its end: a slice is done when all of it has been told to us. */
const played = async (url: string, adapter: CcxtMarket): Promise<void> => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/admin/lockstep`);
  const arrived = ({ expect }: Slice): boolean => {
    const received = adapter.received();
    return (["trades", "quotes", "books"] as const).every((kind) =>
      Object.entries(expect[kind]).every(([name, id]) => (received[kind][name] ?? -1) >= id),
    );
  };
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the sandbox ended the lock-step connection")));
      socket.once("open", () => socket.send('{"type":"ready"}'));
      socket.on("message", (data: Buffer) => {
        const slice = JSON.parse(data.toString()) as Slice;
        if (slice.type === "end") {
          resolve();
          return;
        }
        const reply = (): void => {
          if (!arrived(slice)) setImmediate(reply);
          else socket.send(JSON.stringify({ type: "done", n: slice.n, phase: slice.phase }));
        };
        reply();
      });
    });
  } finally {
    socket.close();
  }
};
