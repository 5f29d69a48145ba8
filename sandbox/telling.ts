/**
 * Turns what the venue says into what its readers hear: prints become trades, candles and tickers on the market
 * streams; orders, fills and balances become the accounts' user data. Also keeps what was sent last, which
 * lock-step tells its reader to wait for.
 */
import type { VenueEvent, VenueOrder } from "../simulation/venue/venue.ts";
import { wireDecimal } from "./grid.ts";
import type { Futures } from "./futures/futures.ts";
import { KlineFeed } from "./kline-feed.ts";
import type { Recorded } from "./market/source.ts";
import { listIdOf, reportJson, type Report } from "./order-wire.ts";
import type { Pair, PastTrade } from "./pair.ts";
import type { Streams } from "./streams.ts";
import type { UserData } from "./user-data.ts";

type Balance = Extract<VenueEvent, { type: "balance" }>;

/** By symbol: what readers of these streams have been sent. */
export interface Sent {
  readonly trades: Record<string, number>;
  readonly quotes: Record<string, number>;
  readonly books: Record<string, number>;
}

const TICKER_EVERY_MS = 1_000;
const DEPTH_EVERY_MS = 100;

const reports: Readonly<Record<string, string>> = {
  accepted: "NEW",
  cancelled: "CANCELED",
  expired: "EXPIRED",
  rejected: "EXPIRED",
};

export class Telling {
  sent: Sent = { trades: {}, quotes: {}, books: {} };
  /** Client id that the running cancel request has given itself. */
  cancelId: string | undefined;
  readonly #pairs: ReadonlyMap<string, Pair>;
  readonly #accounts: ReadonlySet<string>;
  readonly #streams: Streams;
  readonly #userData: UserData;
  readonly #klines: KlineFeed;
  readonly #passesThrough: boolean;
  readonly #futures: Futures | undefined;
  #executions = 0;
  #balances: Balance[] = [];

  constructor(
    pairs: ReadonlyMap<string, Pair>,
    accounts: ReadonlySet<string>,
    streams: Streams,
    userData: UserData,
    passesThrough: boolean,
    futures?: Futures,
  ) {
    this.#pairs = pairs;
    this.#accounts = accounts;
    this.#streams = streams;
    this.#userData = userData;
    this.#klines = new KlineFeed(streams);
    this.#passesThrough = passesThrough;
    this.#futures = futures;
  }

  forgetSent(): void {
    this.sent = { trades: {}, quotes: {}, books: {} };
  }

  /** `printedLots`: true size of the prints when the venue was shown a share of them. */
  events(events: readonly VenueEvent[], printedLots: number | undefined): void {
    for (const event of events) {
      if (event.type === "balance") {
        this.#balance(event);
        continue;
      }
      this.#flushBalances();
      if (event.type === "print") {
        const { tradeId: id, at, ticks, takerSide, symbol } = event;
        const lots = printedLots ?? event.lots;
        this.#print(this.#pairs.get(symbol)!, { id, at, ticks, lots, buys: takerSide === "buy" });
      } else if (this.#futures !== undefined) this.#futures.telling.event(event);
      else if (event.type === "fill") this.#report(event.order, "TRADE", event.fill.at, event.fill);
      else if (event.why !== "triggered") this.#report(event.order, reports[event.why]!, event.at);
    }
    this.#flushBalances();
  }

  recorded(messages: readonly Recorded[]): void {
    for (const { symbol, channel, json, id } of messages) {
      const lower = symbol.toLowerCase();
      if (channel === "trade")
        this.#streams.publish(`${lower}@trade`, json, () => (this.sent.trades[symbol] = id));
      else if (channel === "bookTicker")
        this.#streams.publish(`${lower}@bookTicker`, json, () => (this.sent.quotes[symbol] = id));
      else
        for (const suffix of ["depth", "depth@100ms"])
          this.#streams.publish(`${lower}@${suffix}`, json, () => (this.sent.books[symbol] = id));
    }
  }

  /** Quotes, depth diffs, tickers and ends of candles that are due at market time `at`. */
  time(at: number): void {
    for (const pair of this.#pairs.values()) {
      if (!this.#passesThrough) this.#book(pair, at);
      this.#tickers(pair, at);
      this.#klines.time(pair, at);
      this.#futures?.tellMark(pair, at, this.#streams);
    }
  }

  /** Whether diffs of its book are being sent, which a snapshot must not overtake. */
  tellsDepth({ lower }: Pair): boolean {
    return this.#streams.has(`${lower}@depth`) || this.#streams.has(`${lower}@depth@100ms`);
  }

  /** A stream got its first reader: its baseline is now. */
  begin(stream: string): void {
    const [lower, channel = ""] = stream.split("@");
    const pair = this.#pairs.get((lower ?? "").toUpperCase());
    if (pair === undefined) return;
    if (channel === "depth" && !this.#passesThrough) pair.book.diff();
    this.#klines.begin(pair, channel);
  }

  /** Before a pair moves to another grid: its book on the old one is gone. */
  clearBook(pair: Pair, at: number): void {
    if (this.#passesThrough) return;
    const json = pair.diffJson(pair.book.empty(), at);
    for (const channel of ["depth", "depth@100ms"])
      this.#streams.publish(`${pair.lower}@${channel}`, json, () => undefined);
  }

  #print(pair: Pair, trade: PastTrade): void {
    pair.record(trade);
    const { lower, name } = pair;
    const streams = this.#streams;
    if (!this.#passesThrough && streams.has(`${lower}@trade`))
      streams.publish(`${lower}@trade`, pair.tradeJson(trade), () => (this.sent.trades[name] = trade.id));
    if (streams.has(`${lower}@aggTrade`))
      streams.publish(
        `${lower}@aggTrade`,
        pair.aggTradeJson(trade),
        () => (this.sent.trades[name] = trade.id),
      );
    this.#klines.print(pair, trade);
  }

  #book(pair: Pair, at: number): void {
    const { lower, name } = pair;
    const streams = this.#streams;
    const best = pair.book.quote();
    pair.quoteAt = at;
    const updateId = pair.book.updateId;
    if (best !== undefined && streams.has(`${lower}@bookTicker`))
      streams.publish(
        `${lower}@bookTicker`,
        pair.bookTickerJson(best),
        () => (this.sent.quotes[name] = updateId),
      );
    const plain = streams.has(`${lower}@depth`);
    const fast = streams.has(`${lower}@depth@100ms`);
    if ((!plain && !fast) || at - pair.depthAt < DEPTH_EVERY_MS) return;
    const diff = pair.book.diff();
    if (diff === undefined) return;
    pair.depthAt = at;
    const json = pair.diffJson(diff, at);
    const told = (): void => void (this.sent.books[name] = diff.last);
    if (plain) streams.publish(`${lower}@depth`, json, told);
    if (fast) streams.publish(`${lower}@depth@100ms`, json, told);
  }

  #tickers(pair: Pair, at: number): void {
    const { lower } = pair;
    const mini = this.#streams.has(`${lower}@miniTicker`);
    const full = this.#streams.has(`${lower}@ticker`);
    if ((!mini && !full) || at - pair.tickerAt < TICKER_EVERY_MS) return;
    const day = pair.day(at);
    if (day === undefined) return;
    pair.tickerAt = at;
    if (mini) this.#streams.publish(`${lower}@miniTicker`, pair.miniTickerJson(day, at), () => undefined);
    if (full) this.#streams.publish(`${lower}@ticker`, pair.tickerJson(day, at), () => undefined);
  }

  #report(order: VenueOrder, what: string, at: number, fill?: Report["fill"]): void {
    if (!this.#accounts.has(order.account)) return;
    this.#executions += 1;
    const pair = this.#pairs.get(order.symbol)!;
    const cancelId = what === "CANCELED" ? this.cancelId : undefined;
    const report: Report = {
      what,
      at,
      executionId: this.#executions,
      ...(fill === undefined ? {} : { fill }),
      ...(cancelId === undefined ? {} : { cancelId }),
    };
    this.#userData.tell(order.account, "reports", reportJson(order, pair, report));
    if (what === "NEW" && order.ocoWith > order.id)
      this.#userData.tell(order.account, "user", listStatusJson(order, at));
  }

  #balance(event: Balance): void {
    if (!this.#accounts.has(event.account)) return;
    const [first] = this.#balances;
    if (first !== undefined && first.account !== event.account) this.#flushBalances();
    this.#balances.push(event);
  }

  #flushBalances(): void {
    const [first] = this.#balances;
    if (first === undefined) return;
    const newest = new Map(this.#balances.map((balance) => [balance.asset, balance]));
    this.#balances = [];
    const B = [...newest.values()].map(({ asset, free, locked }) => ({
      a: asset,
      f: wireDecimal(free),
      l: wireDecimal(locked),
    }));
    const json = JSON.stringify({ e: "outboundAccountPosition", E: first.at, u: first.at, B });
    this.#userData.tell(first.account, "positions", json);
  }
}

const listStatusJson = (order: VenueOrder, at: number): string =>
  JSON.stringify({
    e: "listStatus",
    E: at,
    s: order.symbol,
    g: listIdOf(order),
    c: "OCO",
    l: "EXEC_STARTED",
    L: "EXECUTING",
    r: "NONE",
    C: `list-${listIdOf(order)}`,
    T: at,
    O: [order.id, order.ocoWith].map((i) => ({ s: order.symbol, i, c: "" })),
  });
