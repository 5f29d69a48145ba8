/** One running strategy without its actor: the same window, desk and proposals, fed directly. */
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { hearTicks } from "../../domain/portfolio/hear-ticks.ts";
import { endOf, isLate, MarketWindow } from "../../domain/portfolio/market-window.ts";
import type { DeskFigures } from "../../domain/portfolio/news.ts";
import { proposalOf } from "../../domain/portfolio/proposal.ts";
import { Looks } from "../../domain/risk/looks.ts";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import type { Needs, OrderUpdate, Params, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { AccountId, InstrumentId, Money, StrategyId, Timestamp } from "../../domain/values/values.ts";
import type { PrintView } from "./print-view.ts";
import type { PrintColumns } from "../venue/venue.ts";
import type { TickBatch } from "./instrument-market.ts";
import { Line, type Waiting } from "./line.ts";

export interface TickStrategy {
  readonly id: StrategyId;
  readonly strategy: Strategy;
  /** Complete. */
  readonly params: Params;
  readonly instruments: readonly InstrumentId[];
  readonly capital: Money;
}

/**
 * Of a trader that hears each print: what it is worth is reckoned when it asks. It is told of every price that changes, so that
 * what it asks for later is at no other prices.
 */
class PrintDesk extends TraderDesk {
  window!: MarketWindow;

  override get equity(): number {
    return this.window.equity();
  }

  override set equity(_told) {
    // The window tells what it would be asked for.
  }

  override exposure(i: number): number {
    return this.position(i) === 0 ? 0 : this.window.exposure(i, this.equity);
  }
}

export class RunningStrategy {
  readonly id: StrategyId;
  readonly instruments: readonly InstrumentId[];
  readonly hearsTrades: boolean;
  private readonly account: AccountId;
  private readonly needs: Needs;
  private readonly desk: TraderDesk;
  private readonly window: MarketWindow;
  private readonly trader: Trader;
  private sequence = 0;
  private ringsAt = Infinity;
  private readonly looks: Looks;
  private readonly ticks;
  private readonly line: Line;
  /** What came while it asked for candles that it had missed. */
  private readonly behind: { readonly i: number; readonly batch: TickBatch }[] = [];

  /** Throws `Invalid` for an instrument that is not `listed`. */
  constructor(
    settings: TickStrategy,
    account: AccountId,
    listed: readonly Instrument[],
    mailbox: (waiting: Waiting) => void,
    lookEveryMs?: number,
  ) {
    this.looks = new Looks(lookEveryMs);
    const { id, strategy, params, instruments } = settings;
    this.id = id;
    this.instruments = instruments;
    this.account = account;
    this.line = new Line(mailbox, 1);
    this.needs = strategy.needs(params);
    const market = instruments.map((wanted) => {
      const found = listed.find((one) => one.id === wanted);
      if (found === undefined)
        throw new Invalid(`${id}.instruments`, `some of ${listed.map((one) => one.id).join(", ")}`, wanted);
      return found;
    });
    this.trader = strategy.start(params, market);
    this.hearsTrades = this.needs.trades === true && this.trader.onTrade !== undefined;
    const desk = new PrintDesk(instruments.length);
    this.desk = this.hearsTrades ? desk : new TraderDesk(instruments.length);
    this.window = desk.window = new MarketWindow(instruments, this.desk);
    const { window } = this;
    const mark = (): void => window.reprice();
    this.ticks = { trader: this.trader, needs: this.needs, desk: this.desk, mark };
  }

  /** A print of one of its instruments from then on is news to it: its timer rings, or the risk plan wants the prices. */
  get wakeAt(): number {
    return Math.min(this.ringsAt, this.looks.nextAt);
  }

  stands(standing: DeskFigures): void {
    this.desk.open = standing.orders;
    this.window.mark(standing);
  }

  updated(standing: DeskFigures, updates: readonly OrderUpdate[]): void {
    this.stands(standing);
    this.desk.mute = false;
    for (const update of updates) this.trader.onOrder?.(update, this.desk);
    this.propose();
  }

  /** A candle that does not follow the last one makes an actor ask for those between, and be late with it. */
  hear(i: number, batch: TickBatch): void {
    if (
      batch.candles.length === 0 &&
      !this.hearsTrades &&
      batch.at < this.wakeAt &&
      this.behind.length === 0
    ) {
      const { trades } = batch;
      this.desk.now = batch.at;
      if (trades.length > 0) this.window.trade(i, trades[trades.length - 1]!);
      return;
    }
    if (batch.candles.length === 0 && this.behind.length === 0) {
      this.take(i, batch);
      return;
    }
    const wanted = batch.candles.filter(({ timeframe }) => this.needs.timeframes.includes(timeframe));
    if (this.behind.length > 0 || this.window.behindHoles(i, wanted).length > 0)
      this.behind.push({ i, batch: { ...batch, trades: batch.trades.map((trade) => ({ ...trade })) } });
    else this.take(i, batch);
  }

  /** Prints that close no candle, the last at `price` and before the next wake: nothing to do but to know it. */
  pass(i: number, price: number, at: Timestamp): void {
    this.desk.now = at;
    this.window.last[i] = price;
  }

  /** A print that closes no candle, before the next wake. True when the strategy asked for something. */
  hearPrint(i: number, trade: Trade): boolean {
    const { desk, window } = this;
    desk.now = trade.at;
    window.trade(i, trade);
    if (!this.hearsTrades) return false;
    desk.mute = false;
    this.trader.onTrade!(trade, i, desk);
    return desk.asked && this.propose();
  }

  /** Such prints in a row, as `view`; the index behind the moment in which it asked for something. */
  hearPrints(i: number, view: PrintView, columns: PrintColumns, from: number, to: number): number {
    let asked = false;
    let k = from;
    for (; k < to; k += 1) {
      if (asked && columns.at[k] !== view.at) break;
      view.show(columns, k);
      if (this.hearPrint(i, view)) asked = true;
    }
    return k;
  }

  /** There were none between: the market was quiet. */
  catchUp(): void {
    if (this.behind.length === 0) return;
    for (const { i, batch } of this.behind) this.take(i, batch);
    this.behind.length = 0;
  }

  private take(i: number, batch: TickBatch): void {
    const { desk } = this;
    desk.now = batch.at;
    desk.mute = false;
    hearTicks(i, batch, this.window, this.ticks);
    for (const one of batch.candles)
      if (this.needs.timeframes.includes(one.timeframe)) this.handOver(i, one, batch.at);
    if (batch.at >= this.ringsAt) {
      const at = this.ringsAt as Timestamp;
      this.ringsAt = Infinity;
      desk.now = batch.at;
      desk.mute = false;
      this.trader.onTimer?.(at, desk);
    }
    this.propose();
  }

  private propose(): boolean {
    const asks = this.desk.take();
    const look = this.looks.due(this.desk.now);
    if (asks.length === 0 && !look) return false;
    for (const ask of asks) if (ask.type === "wake") this.ringsAt = Math.min(this.ringsAt, ask.at);
    const { id: strategy, account, instruments, desk, window } = this;
    const from = { strategy, account, at: desk.now, instruments, marks: () => window.marks(), look };
    const proposal = proposalOf(asks, from, this.sequence + 1);
    if (proposal === undefined) return true;
    this.sequence += 1;
    this.line.post({ type: "Propose", ...proposal });
    return true;
  }

  private handOver(i: number, { timeframe, candle }: ClosedCandle, now: Timestamp): void {
    if (!this.window.fresh(i, timeframe, candle)) return;
    this.desk.now = endOf(timeframe, candle);
    this.desk.mute = isLate(timeframe, candle, now);
    this.window.reprice();
    this.trader.onCandle(candle, i, timeframe, this.desk);
  }
}
