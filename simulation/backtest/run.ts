/**
 * One run: time goes from close to close, over all markets together. At each moment first what happened inside the candles that close,
 * then their closes to the trader, one market after the other, smaller timeframes first, and after each what the trader asks for. The
 * opens that follow come before all else. Nothing that has not closed is told. With a late feed candles arrive between closes too.
 */
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OrderUpdate, Trader } from "../../domain/strategy/strategy.ts";
import type { Looks } from "../../domain/risk/looks.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { Books } from "./books.ts";
import type { Worths } from "./contracts/worths.ts";
import { CandleView } from "./candle-view.ts";
import type { CandleVenue } from "./candle-venue.ts";
import { EquityColumns } from "./equity-columns.ts";
import type { Lane } from "./lane.ts";
import { RunDesk } from "./run-desk.ts";

/** Answers of a trader to what became of its answers: more is a loop. */
const ANSWERS_MAX = 10_000;

/** What a run needs of the venue. */
type Market = Pick<
  CandleVenue,
  "working" | "now" | "last" | "measures" | "busy" | "open" | "inside" | "closed" | "measure"
>;

export class Run {
  candles = 0;
  readonly equity: EquityColumns;
  readonly #lanes: readonly Lane[];
  readonly #trader: Trader;
  readonly #desk: RunDesk;
  readonly #view: CandleView;
  #books!: Books;
  #venue!: Market;
  #wakeAt = Infinity;
  #answers = 0;
  /** How many positions are not 0. */
  #held = 0;
  #cash = 0;
  /** The moment. In a field, since a double that is passed to a function costs an object a candle. */
  #at = 0;
  readonly #from: number;
  readonly #feedLatencyMs: number;
  #looks: Looks | undefined;
  #worths: Worths | undefined = undefined;

  constructor(lanes: readonly Lane[], trader: Trader, feedLatencyMs: number) {
    this.#feedLatencyMs = feedLatencyMs;
    this.#lanes = lanes;
    this.#view = new CandleView(lanes[0]!.table);
    this.#trader = trader;
    this.#desk = new RunDesk(lanes.length);
    this.equity = new EquityColumns(Math.max(...lanes.map(({ end }) => end)));
    this.#from = Math.min(...lanes.map(({ muteUntil }) => muteUntil));
  }

  /** `worths`: where some of the markets are inverse contracts. */
  connect(books: Books, venue: Market, worths?: Worths): void {
    this.#worths = this.#desk.worths = worths;
    this.#books = books;
    this.#venue = venue;
    this.#desk.books = books;
    this.#desk.last = venue.last;
    this.#looks = books.watch?.looks;
  }

  /** To the end of all candles. */
  go(): void {
    const lanes = this.#lanes;
    const venue = this.#venue;
    const count = lanes.length;
    this.#know();
    for (;;) {
      let at = Infinity;
      for (let i = 0; i < count; i += 1) if (lanes[i]!.closesAt < at) at = lanes[i]!.closesAt;
      if (at === Infinity) return;
      this.#at = at;
      if (this.#feedLatencyMs > 0 && this.#arrivesBefore()) continue;
      if (venue.working > 0) this.#opens(at);
      for (let i = 0; i < count; i += 1) if (lanes[i]!.closesAt === at) this.#close(lanes[i]!);
      if (venue.working > 0) {
        venue.closed();
        this.#books.tick?.(at);
      }
      if (this.#looks?.due(at) === true) this.#books.look!(at);
      if (this.#books.carry?.(at) === true) this.#know();
      else if (this.#held > 0) this.#mark();
      for (let i = 0; i < count; i += 1) if (lanes[i]!.toldRow < lanes[i]!.row) this.#tell(lanes[i]!);
      if (at > this.#from) {
        const row = this.equity.next();
        this.equity.at[row] = at;
        this.equity.value[row] = this.#desk.equity;
      }
    }
  }

  /** The trader hears what became of its orders, and may ask for more. */
  hear(updates: readonly OrderUpdate[]): void {
    this.#know();
    const trader = this.#trader;
    if (trader.onOrder === undefined || updates.length === 0) return;
    const desk = this.#desk;
    desk.now = this.#venue.now as Timestamp;
    desk.mute = false;
    for (const update of updates) trader.onOrder(update, desk);
    const asks = desk.take();
    if (asks.length === 0) return;
    this.#answers += 1;
    if (this.#answers > ANSWERS_MAX)
      throw new Error(`the strategy answered its own orders ${ANSWERS_MAX} times at one moment`);
    this.#act(asks);
  }

  /** With a late feed: whether candles arrive before the moment. They are told then. */
  #arrivesBefore(): boolean {
    const lanes = this.#lanes;
    const venue = this.#venue;
    let at = Infinity;
    for (const lane of lanes) at = Math.min(at, lane.higherClosesAt + this.#feedLatencyMs);
    if (at >= this.#at) return false;
    this.#at = at;
    this.#answers = 0;
    if (venue.working > 0) this.#opens(at);
    venue.now = at;
    for (const lane of lanes) this.#tell(lane);
    return true;
  }

  /** The opens before `until`, in time; those of one time in the order of the markets. */
  #opens(until: number): void {
    for (;;) {
      let next: Lane | undefined;
      let first = until;
      for (const lane of this.#lanes) {
        if (lane.row >= lane.end || lane.openedRow >= lane.row) continue;
        const at = lane.at[lane.row]!;
        if (at < first) {
          next = lane;
          first = at;
        }
      }
      if (next === undefined) return;
      next.openedRow = next.row;
      if (!this.#venue.busy(next.i)) continue;
      this.#answers = 0;
      this.#venue.open(next.i, next.open[next.row]!, first);
    }
  }

  #close(lane: Lane): void {
    const { i, row } = lane;
    const venue = this.#venue;
    venue.now = this.#at;
    this.#answers = 0;
    if (venue.working > 0 && venue.busy(i)) {
      lane.inside = true;
      venue.inside(
        i,
        lane.at[row]!,
        [lane.open[row]!, lane.high[row]!, lane.low[row]!, lane.close[row]!],
        this.#at,
      );
      lane.inside = false;
    }
    const close = lane.close[row]!;
    if (venue.measures) venue.measure(i, row === 0 ? NaN : lane.close[row - 1]!, close, lane.volume[row]!);
    venue.last[i] = close;
    lane.advance();
  }

  #tell(lane: Lane): void {
    const at = this.#at;
    const desk = this.#desk;
    const view = this.#view;
    const row = lane.row - 1;
    lane.toldRow = lane.row;
    desk.now = at as Timestamp;
    const mute = at <= lane.muteUntil;
    desk.mute = mute;
    if (lane.wanted) {
      view.show(lane.table, row);
      this.candles += 1;
      this.#trader.onCandle(view, lane.i, lane.timeframe, desk);
    }
    if (lane.higher.length > 0) this.#tellHigher(lane);
    desk.mute = mute;
    if (at >= this.#wakeAt) this.#wake();
    const asks = desk.take();
    if (asks.length > 0) this.#act(asks);
  }

  #tellHigher(lane: Lane): void {
    const desk = this.#desk;
    const view = this.#view;
    const until = this.#at - this.#feedLatencyMs;
    for (const higher of lane.higher) {
      while (higher.row < higher.table.length && higher.table.at[higher.row]! + higher.span <= until) {
        const closed = higher.table.at[higher.row]! + higher.span;
        // Too old to act upon, after a gap: another one of it could have closed since.
        desk.mute = closed <= lane.muteUntil || closed + higher.span <= until;
        view.show(higher.table, higher.row);
        higher.row += 1;
        this.candles += 1;
        this.#trader.onCandle(view, lane.i, higher.timeframe, desk);
      }
    }
  }

  #wake(): void {
    const at = this.#wakeAt as Timestamp;
    this.#wakeAt = Infinity;
    this.#trader.onTimer?.(at, this.#desk);
  }

  #act(asks: readonly Ask[]): void {
    for (const ask of asks) if (ask.type === "wake") this.#wakeAt = Math.min(this.#wakeAt, ask.at);
    this.#books.propose(asks, this.#desk.now);
  }

  /** What the books hold, onto the desk. */
  #know(): void {
    const desk = this.#desk;
    const { positions } = this.#books;
    this.#held = 0;
    this.#cash = this.#books.cash;
    for (let i = 0; i < positions.length; i += 1) {
      desk.positions[i] = positions[i]!;
      if (positions[i] !== 0) this.#held += 1;
    }
    this.#mark();
  }

  /** Equity at the last prices. */
  #mark(): void {
    const desk = this.#desk;
    const { last } = this.#venue;
    const { positions } = desk;
    const worths = this.#worths;
    let equity = this.#cash;
    for (let i = 0; i < positions.length; i += 1) {
      if (positions[i] === 0) continue;
      const held = positions[i]!;
      equity += worths === undefined ? held * last[i]! : worths.sign(i) * worths.of(i, held, last[i]!);
    }
    desk.equity = equity;
  }
}
