/**
 * Any strategy with a hedge: what it holds of its instruments is answered by the last of them, which it does not see. One ratio for units
 * of the same base, or one for money (hedge-ratios.ts); the hedge follows fills (hedge-leg.ts). Where it fails for too long, what it
 * lacks is brought down too, or held, as was chosen; when the strategy is out, so is the hedge. Its own stop or liquidation is such a
 * failure. Profit is told of both as one (hedge-tally.ts).
 */
import { loadState, saveState } from "../indicators/state.ts";
import type { Instrument } from "../market/instrument.ts";
import { readObject } from "../values/read.ts";
import type { Timestamp } from "../values/values.ts";
import { heardThrough } from "./desk-through.ts";
import { checkHedge, type Hedge } from "./hedge.ts";
import { HedgeLeg } from "./hedge-leg.ts";
import { HedgeRatios } from "./hedge-ratios.ts";
import { HedgeTally } from "./hedge-tally.ts";
import { HedgedDesk } from "./hedged-desk.ts";
import type { Timeframe } from "../market/candle.ts";
import type { Desk, OrderUpdate, Params, Saved, Strategy, Trader } from "./strategy.ts";
import type { Unhedged } from "./unhedged.ts";

class HedgedTrader implements Trader {
  readonly desk: HedgedDesk;
  readonly tally: HedgeTally;
  private readonly inner: Trader;
  private readonly hedge: Hedge;
  private readonly symbols: readonly string[];
  private readonly leg: HedgeLeg;
  private readonly ratios: HedgeRatios;
  private readonly timeframe: Timeframe;
  private readonly wanted: ReadonlySet<Timeframe>;
  /** Which one hedges. */
  private readonly h: number;
  private even = false;
  private now = 0;

  constructor(inner: Trader, hedge: Hedge, market: readonly Instrument[], wanted: readonly Timeframe[]) {
    this.inner = inner;
    this.hedge = hedge;
    this.wanted = new Set(wanted);
    this.timeframe = hedge.timeframe ?? wanted[0]!;
    this.desk = new HedgedDesk(hedge, market);
    this.tally = new HedgeTally(market.length);
    this.leg = new HedgeLeg(hedge, market);
    this.h = market.length - 1;
    this.symbols = market.map(({ symbol }) => symbol);
    this.ratios = new HedgeRatios(hedge, this.symbols);
  }

  onCandle: Trader["onCandle"] = (candle, i, timeframe, real) => {
    this.tally.last[i] = candle.close;
    this.even = timeframe === this.timeframe && this.ratios.candle(i, candle.openAt, candle.close);
    this.turn(real, (own) => {
      if (i >= this.h) return;
      if (this.wanted.has(timeframe)) this.inner.onCandle(candle, i, timeframe, own);
      own.again(i);
    });
    this.even = false;
  };

  onOrder = (update: OrderUpdate, real: Desk): void => {
    this.tally.hear(update);
    this.leg.hear(update, real.now);
    this.turn(real, (own) => {
      if (update.i < this.h) this.inner.onOrder?.(update, own);
    });
  };

  /** There is one timer: the strategy hears of it when its own is due. */
  onTimer = (at: Timestamp, real: Desk): void =>
    this.turn(real, (own) => {
      const { wakeAt } = own;
      if (at < wakeAt) {
        if (wakeAt < Infinity) real.wake(wakeAt as Timestamp);
        return;
      }
      own.wakeAt = Infinity;
      this.inner.onTimer?.(at, own);
    });

  /** What was held back is told when the strategy is done; then the hedge is looked after. */
  turn(real: Desk, call: (own: HedgedDesk) => void): void {
    const own = this.desk.before(real);
    this.tell();
    call(own);
    this.tell();
    if (!real.mute) this.follow(real);
  }

  private tell(): void {
    const told = this.desk.blocked;
    if (told.length === 0) return;
    this.desk.blocked = [];
    for (const update of told) this.inner.onOrder?.(update, this.desk);
  }

  private follow(real: Desk): void {
    const { leg, tally, hedge, even } = this;
    const price = tally.last[this.h]!;
    const first = tally.last[0]!;
    this.now = real.now;
    if (even) tally.look((i) => real.position(i), real.equity, true);
    const target = this.target(real);
    if (!(price > 0 && first > 0) || Number.isNaN(target)) return;
    const failed = leg.follow(real, target, price, even);
    leg.measure(real.now, real.equity, price, first);
    if (failed && hedge.onFail === "unwind" && leg.held < 1)
      this.desk.unwind(leg.held, real.now + hedge.pauseMs);
  }

  /** Base units of the hedge that answer what is held. */
  private target(real: Desk): number {
    const { units } = this.ratios;
    let sum = 0;
    for (let i = 0; i < units.length; i += 1) {
      const held = real.position(i);
      if (held !== 0) sum += held * units[i]!;
    }
    return sum === 0 ? 0 : -this.hedge.share * sum;
  }

  unhedged(now: Timestamp): Unhedged {
    return this.leg.kept.exposure.seen(now);
  }

  told() {
    return this.tally.told(this.symbols, this.unhedged(this.now as Timestamp));
  }

  save(): Saved {
    const { wakeAt, pausedUntil, blocked, wishes, waiting } = this.desk;
    return {
      inner: this.inner.save(),
      hedge: { ...this.hedge },
      orders: this.leg.orders.save(),
      state: saveState(this.state(wakeAt, pausedUntil)),
      filled: this.tally.save(),
      ...{ blocked, wishes: [...wishes], waiting: [...waiting] },
    };
  }

  load(saved: Saved): void {
    this.inner.load(readObject(saved["inner"], "saved.inner"));
    this.leg.orders.load(saved["orders"], "saved.orders");
    const state = this.state(0, 0);
    loadState(state, saved["state"], "saved.state");
    const from = saved as unknown as Pick<HedgedDesk, "blocked" | "wishes" | "waiting"> & {
      readonly filled: ReturnType<HedgeTally["save"]>;
    };
    this.tally.load(from.filled);
    const { desk } = this;
    desk.wakeAt = state.wakeAt;
    desk.pausedUntil = state.pausedUntil;
    desk.blocked = [...from.blocked];
    desk.wishes.splice(0, desk.wishes.length, ...from.wishes);
    desk.waiting.splice(0, desk.waiting.length, ...from.waiting);
  }

  private state(wakeAt: number, pausedUntil: number) {
    const { tally, ratios, leg } = this;
    return { wakeAt, pausedUntil, tally, ratios, kept: leg.kept };
  }
}

/** The strategy, hedged. `field`: where the hedge is written. Starting it throws `Invalid` naming the field where the instruments do not fit. */
export const hedgedBy = <P extends Params>(
  strategy: Strategy<P>,
  hedge: Hedge,
  field = "hedge",
): Strategy<P> => ({
  ...strategy,
  hedged: true,
  needs: (params) => {
    const needs = strategy.needs(params);
    const timeframe = hedge.timeframe ?? needs.timeframes[0]!;
    return {
      ...needs,
      timeframes: [...new Set([...needs.timeframes, timeframe])],
      warmupCandles: Math.max(needs.warmupCandles, hedge.ratio === "beta" ? hedge.window + 1 : 1),
    };
  },
  start: (params, market) => {
    checkHedge(
      hedge,
      market.map(({ id }) => id),
      field,
    );
    const inner = strategy.start(params, market.slice(0, -1));
    return hedged(inner, new HedgedTrader(inner, hedge, market, strategy.needs(params).timeframes));
  },
});

/** Hears what the strategy hears of its own instruments, and no more. */
const hedged = (inner: Trader, trader: HedgedTrader): Trader => {
  const outer: Trader = trader;
  outer.report = () => trader.told();
  const own = (i: number): boolean => i < trader.tally.last.length - 1;
  return heardThrough(inner, outer, {
    trade: (trade, i, real) => {
      trader.tally.last[i] = trade.price;
      trader.turn(real, (desk) => {
        if (own(i)) inner.onTrade!(trade, i, desk);
      });
    },
    quote: (quote, i, real) => {
      const middle = (quote.bid + quote.ask) / 2;
      if (middle > 0) trader.tally.last[i] = middle;
      trader.turn(real, (desk) => {
        if (own(i)) inner.onQuote!(quote, i, desk);
      });
    },
    book: (book, i, real) =>
      trader.turn(real, (desk) => {
        if (own(i)) inner.onBook!(book, i, desk);
      }),
  });
};
