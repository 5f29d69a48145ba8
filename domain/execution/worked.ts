/**
 * Any strategy with its aims worked by an execution algorithm instead of by one order at the market (worked-lane.ts, docs/execution.md). The
 * strategy sees what is held as it is, and hears of a parent as of the order of its aim. Its own orders, and its stops, pass as they are.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import { timeframes } from "../market/candle.ts";
import type { Instrument } from "../market/instrument.ts";
import { readLanes } from "../strategy/saved.ts";
import type {
  Desk,
  Needs,
  OrderUpdate,
  Params,
  Saved,
  Strategy,
  ToldRow,
  Trader,
} from "../strategy/strategy.ts";
import { readObject } from "../values/read.ts";
import type { Timestamp } from "../values/values.ts";
import { heardFor, warmupFor } from "./terms.ts";
import { OWN_TIMEFRAME, type Work } from "./work.ts";
import { WishDesk } from "./worked-desks.ts";
import { WorkedLane } from "./worked-lane.ts";

class WorkedTrader implements Trader {
  readonly inner: Trader;
  readonly lanes: readonly WorkedLane[];
  private readonly needs: Needs;
  private readonly market: readonly Instrument[];
  private readonly work: Work;
  private readonly frame: Timeframe;
  private readonly desk: WishDesk;

  constructor(inner: Trader, needs: Needs, market: readonly Instrument[], work: Work) {
    this.inner = inner;
    this.needs = needs;
    this.market = market;
    this.work = work;
    this.frame = frameOf(needs, work);
    this.lanes = market.map((instrument, i) => new WorkedLane(i, instrument, work));
    this.desk = new WishDesk(this.lanes);
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, real: Desk): void {
    const lane = this.lanes[i]!;
    lane.seen(candle.close);
    this.turn(real, (own) => {
      if (this.needs.timeframes.includes(timeframe)) this.inner.onCandle(candle, i, timeframe, own);
    });
    if (timeframe !== this.frame) return;
    lane.parent.execution.onCandle(candle, timeframes[timeframe], lane.parent.at(real));
    this.turn(real, nothing);
  }

  onOrder(update: OrderUpdate, real: Desk): void {
    const part = this.lanes[update.i]!.hear(update, real);
    this.turn(real, part ? nothing : (own) => this.inner.onOrder?.(update, own));
  }

  onTimer(at: Timestamp, real: Desk): void {
    const { desk } = this;
    for (const { parent } of this.lanes) parent.execution.onTimer(parent.at(real));
    this.turn(real, (own) => {
      if (real.now >= desk.wakeAt) {
        desk.wakeAt = Number.POSITIVE_INFINITY;
        this.inner.onTimer?.(at, own);
      } else if (desk.wakeAt < Infinity) real.wake(desk.wakeAt as Timestamp);
    });
  }

  /** What the strategy asks for in answer to what it is told is pursued in the same turn; what comes of that is told in the next. */
  turn(real: Desk, call: (own: WishDesk) => void): void {
    call(this.desk.before(real));
    for (const lane of this.lanes) lane.pursue(real);
    if (real.mute) return;
    let told = false;
    for (const lane of this.lanes) {
      if (lane.parent.told.length === 0) continue;
      const updates = lane.parent.told;
      lane.parent.told = [];
      for (const update of updates) this.inner.onOrder?.(update, this.desk);
      told = true;
    }
    if (told) for (const lane of this.lanes) lane.pursue(real);
  }

  report(): readonly ToldRow[] {
    const rows = [...(this.inner.report?.() ?? [])];
    for (const [i, lane] of this.lanes.entries()) {
      const { symbol } = this.market[i]!;
      rows.push(...lane.parent.rows(symbol));
    }
    return rows;
  }

  save(): Saved {
    const { wakeAt } = this.desk;
    return {
      inner: this.inner.save(),
      work: this.work,
      wakeAt: wakeAt < Infinity ? wakeAt : null,
      lanes: this.lanes.map((lane) => lane.save()),
    };
  }

  /** Parents of other terms are not gone on with: their orders are ended, and then the newest wish is worked by the new terms. */
  load(saved: Saved): void {
    this.inner.load(readObject(saved["inner"], "saved.inner"));
    this.desk.wakeAt = (saved["wakeAt"] as number | null) ?? Number.POSITIVE_INFINITY;
    const work = readObject(saved["work"], "saved.work");
    const same = Object.entries(this.work).every(([name, value]) => work[name] === value);
    for (const [i, from] of readLanes(saved, this.lanes.length).entries()) {
      const lane = this.lanes[i]!;
      lane.load(from, `saved.lanes[${i}]`);
      if (same) lane.parent.load(from["parent"], `saved.lanes[${i}].parent`);
      else lane.beginAnew();
    }
  }
}

const nothing = (): void => undefined;

const frameOf = ({ timeframes: own }: Needs, { timeframe }: Work): Timeframe =>
  timeframe === OWN_TIMEFRAME
    ? own.reduce((best, each) => (timeframes[each] < timeframes[best] ? each : best), own[0] ?? "1m")
    : (timeframe as Timeframe);

/** The strategy, its aims worked. */
export const workedBy = <P extends Params>(strategy: Strategy<P>, work: Work): Strategy<P> => {
  const heard = heardFor(work);
  return {
    ...strategy,
    worked: true,
    needs: (params) => {
      const own = strategy.needs(params);
      return {
        ...own,
        timeframes: [...new Set([...own.timeframes, frameOf(own, work)])],
        warmupCandles: Math.max(own.warmupCandles, warmupFor(work, work.learn)),
        trades: own.trades === true || heard.trades,
        quotes: own.quotes === true || heard.quotes,
      };
    },
    start: (params, market) => worked(strategy.start(params, market), strategy.needs(params), market, work),
  };
};

const worked = (inner: Trader, needs: Needs, market: readonly Instrument[], work: Work): Trader => {
  const trader = new WorkedTrader(inner, needs, market, work);
  const heard = heardFor(work);
  const outer: Trader = trader;
  if (inner.onBook !== undefined)
    outer.onBook = (book, i, real) => trader.turn(real, (own) => inner.onBook!(book, i, own));
  if (inner.unhedged !== undefined) outer.unhedged = (now) => inner.unhedged!(now);
  if (inner.predicted !== undefined)
    outer.predicted = (symbol, prediction) => inner.predicted!(symbol, prediction);
  const trades = needs.trades === true ? inner.onTrade?.bind(inner) : undefined;
  const quotes = needs.quotes === true ? inner.onQuote?.bind(inner) : undefined;
  if (trades !== undefined || heard.trades)
    outer.onTrade = (trade, i, real) => {
      const lane = trader.lanes[i]!;
      lane.seen(trade.price);
      trader.turn(real, (own) => trades?.(trade, i, own));
      if (heard.trades) lane.parent.execution.onTrade(trade, lane.parent.at(real));
    };
  if (quotes !== undefined || heard.quotes)
    outer.onQuote = (quote, i, real) => {
      trader.turn(real, (own) => quotes?.(quote, i, own));
      const { parent } = trader.lanes[i]!;
      if (heard.quotes) parent.execution.onQuote(parent.at(real));
    };
  return outer;
};
