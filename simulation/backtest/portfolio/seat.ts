/**
 * One strategy of a portfolio's backtest: its trader, the candles that it wants, and its desk. Its instruments are numbered by
 * itself; `markets` says which of all they are.
 */
import type { Instrument } from "../../../domain/market/instrument.ts";
import { TraderDesk, type Ask } from "../../../domain/strategy/desk.ts";
import type { OpenOrder, OrderUpdate, Trader } from "../../../domain/strategy/strategy.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { CandleView } from "../candle-view.ts";
import { EquityColumns } from "../equity-columns.ts";
import { Lane } from "../lane.ts";
import { OrderLog } from "../order-log.ts";
import { TradeLog } from "../trade-log.ts";
import type { PortfolioSettings, SeatSettings } from "./settings.ts";

/** Answers of a trader to what became of its answers, at one moment: more is a loop. */
const ANSWERS_MAX = 10_000;

/** What a strategy owns in the portfolio. */
export interface Holdings {
  readonly cash: number;
  /** Base units, by the seat's own numbers. */
  readonly positions: Float64Array;
  openOrders(): readonly OpenOrder[];
  propose(asks: readonly Ask[], at: number): void;
}

class SeatDesk extends TraderDesk {
  owned: Holdings | undefined = undefined;
  prices: (i: number) => number = () => NaN;

  override exposure(i: number): number {
    const held = this.position(i);
    return held !== 0 && this.equity > 0 ? (held * this.prices(i)) / this.equity : 0;
  }

  override orders(): Iterable<OpenOrder> {
    return this.owned?.openOrders() ?? [];
  }
}

export class Seat {
  readonly id: string;
  readonly markets: readonly number[];
  readonly capital: number;
  readonly orders = new OrderLog();
  readonly trades: TradeLog;
  readonly equity = new EquityColumns(1_024);
  readonly heard: boolean;
  /** Candles that close later are no longer all of its warm-up. */
  readonly from: number;
  candles = 0;
  readonly #lanes: readonly Lane[];
  readonly #trader: Trader;
  readonly #desk: SeatDesk;
  readonly #view: CandleView;
  #holdings!: Holdings;
  #last!: Float64Array;
  #wakeAt = Infinity;
  #answers = 0;

  /** `all`: the lanes of all markets, which the trades are logged by. */
  constructor(
    { id, strategy, params, markets, capital }: SeatSettings,
    { markets: candles, from, to }: Pick<PortfolioSettings, "markets" | "from" | "to">,
    instruments: readonly Instrument[],
    all: readonly Lane[],
  ) {
    const { timeframes, warmupCandles } = strategy.needs(params);
    this.id = id;
    this.markets = markets;
    this.capital = capital;
    this.trades = new TradeLog(all);
    this.#view = new CandleView(all[0]!.table);
    this.#lanes = markets.map(
      (market, i) => new Lane(i, candles[market]!, timeframes, { candles: warmupCandles, from, to }),
    );
    this.from = Math.min(...this.#lanes.map(({ muteUntil }) => muteUntil));
    this.#trader = strategy.start(
      params,
      markets.map((market) => instruments[market]!),
    );
    this.heard = this.#trader.onOrder !== undefined;
    this.#desk = new SeatDesk(markets.length);
  }

  /** `last`: the prices of all markets. */
  connect(holdings: Holdings, last: Float64Array): void {
    this.#holdings = holdings;
    this.#last = last;
    this.#desk.owned = holdings;
    this.#desk.prices = (i) => last[this.markets[i]!]!;
  }

  /** The candle of this market that closes now, if it is one of its own. */
  tell(market: number, at: number): void {
    const i = this.markets.indexOf(market);
    if (i < 0) return;
    const lane = this.#lanes[i]!;
    lane.advance();
    this.#answers = 0;
    this.#know();
    this.#tellLane(lane, at);
  }

  /** What became of its orders. */
  hear(updates: readonly OrderUpdate[], now: number): void {
    this.#know();
    const desk = this.#desk;
    desk.now = now as Timestamp;
    desk.mute = false;
    for (const update of updates) this.#trader.onOrder!(update, desk);
    const asks = desk.take();
    if (asks.length === 0) return;
    this.#answers += 1;
    if (this.#answers > ANSWERS_MAX)
      throw new Error(`${this.id} answered its own orders ${ANSWERS_MAX} times at one moment`);
    this.#act(asks, now);
  }

  /** Value of what is held of its instrument `i`, at the last price. */
  value(i: number): number {
    const held = this.#holdings.positions[i]!;
    return held === 0 ? 0 : held * this.#last[this.markets[i]!]!;
  }

  /** Cash and positions at the last prices. */
  get worth(): number {
    let worth = this.#holdings.cash;
    for (let i = 0; i < this.markets.length; i += 1) worth += this.value(i);
    return worth;
  }

  #tellLane(lane: Lane, at: number): void {
    const desk = this.#desk;
    const view = this.#view;
    desk.now = at as Timestamp;
    const mute = at <= lane.muteUntil;
    desk.mute = mute;
    if (lane.wanted) {
      view.show(lane.table, lane.row - 1);
      this.candles += 1;
      this.#trader.onCandle(view, lane.i, lane.timeframe, desk);
    }
    for (const higher of lane.higher) {
      const { table, span, timeframe } = higher;
      while (higher.row < table.length && table.at[higher.row]! + span <= at) {
        const closed = table.at[higher.row]! + span;
        // Too old to act upon, after a gap: another one of it could have closed since.
        desk.mute = closed <= lane.muteUntil || closed + span <= at;
        view.show(table, higher.row);
        higher.row += 1;
        this.candles += 1;
        this.#trader.onCandle(view, lane.i, timeframe, desk);
      }
    }
    desk.mute = mute;
    if (at >= this.#wakeAt) {
      const wakeAt = this.#wakeAt as Timestamp;
      this.#wakeAt = Infinity;
      this.#trader.onTimer?.(wakeAt, desk);
    }
    this.#act(desk.take(), at);
  }

  #act(asks: readonly Ask[], at: number): void {
    if (asks.length === 0) return;
    for (const ask of asks) if (ask.type === "wake") this.#wakeAt = Math.min(this.#wakeAt, ask.at);
    this.#holdings.propose(asks, at);
  }

  #know(): void {
    const desk = this.#desk;
    desk.positions.set(this.#holdings.positions);
    desk.equity = this.worth;
  }
}
