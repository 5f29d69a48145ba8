/**
 * What the risk plan remembers of a portfolio's past: prices by bar, closed trades, locks, equity's highest, how often something
 * was done of late. Fed by the portfolio's events alone, so that a replay remembers the same.
 */
import { timeframes } from "../market/candle.ts";
import { Bars, type SavedBars } from "./bars.ts";
import { EquityTrack } from "./equity-track.ts";
import { isLocked, locksOf, type Lock, type TradeSide } from "./guards/guard.ts";
import { MessageRatio } from "./message-ratio.ts";
import { similarity, type Similarity } from "./similarity.ts";
import { Trades, type PositionChange } from "./trades.ts";
import type { RiskPlan } from "./plan.ts";

/** A lock with its number; those above `told` have not been journaled yet. */
export interface NumberedLock extends Lock {
  readonly number: number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export class RiskMemory {
  plan: RiskPlan;
  /** The bar that is open; -1 before the first mark. A moment on the grid belongs to the bar that it ends. */
  private bar = -1;
  readonly bars = new Map<string, Bars>();
  readonly trades = new Trades();
  private locks: NumberedLock[] = [];
  private made = 0;
  private told = 0;
  /** By quote asset. */
  private readonly tracks = new Map<string, EquityTrack>();
  /** Times of entries of the last hour, by strategy. */
  private readonly entries = new Map<string, number[]>();
  /** Times of cancels of the last minute. */
  private cancels: number[] = [];
  readonly messages = new MessageRatio();
  /** A liquidation that shall halt entries and has not yet, in words. */
  liquidated: string | undefined;
  private alike: { readonly bar: number; readonly found: Similarity } | undefined;

  constructor(plan: RiskPlan) {
    this.plan = plan;
  }

  /** Another plan from here on. Bars of another length or number begin anew. */
  under(plan: RiskPlan): this {
    if (plan.timeframe !== this.plan.timeframe || plan.window !== this.plan.window) {
      this.bars.clear();
      this.bar = -1;
    }
    this.alike = undefined;
    this.plan = plan;
    return this;
  }

  get barMs(): number {
    return timeframes[this.plan.timeframe];
  }

  /** Time has come to `at`: bars that ended before it are closed, with the last prices seen in them. */
  reach(at: number): void {
    const bar = Math.ceil(at / this.barMs) - 1;
    if (bar <= this.bar) return;
    if (this.bar >= 0) for (const bars of this.bars.values()) bars.close(this.bar);
    this.bar = bar;
  }

  see(instrument: string, price: number): void {
    let bars = this.bars.get(instrument);
    if (bars === undefined) this.bars.set(instrument, (bars = new Bars(this.plan.window)));
    bars.see(price);
  }

  track(quote: string): EquityTrack {
    let track = this.tracks.get(quote);
    if (track === undefined) this.tracks.set(quote, (track = new EquityTrack()));
    return track;
  }

  get quotes(): Iterable<string> {
    return this.tracks.keys();
  }

  /** Somebody resumed: falls count from here. */
  restart(): void {
    this.liquidated = undefined;
    for (const track of this.tracks.values()) track.restart();
  }

  traded(change: PositionChange): void {
    const trade = this.trades.take(change);
    if (trade === undefined) return;
    for (const guard of this.plan.guards)
      for (const lock of locksOf(guard, this.trades.closed, trade, this.barMs))
        this.lock(lock, trade.closeAt);
  }

  /** Unless one that lasts as long stands already. */
  lock(lock: Lock, at: number): void {
    const { instrument, side, until, rule } = lock;
    if (until <= at) return;
    this.locks = this.locks.filter((one) => one.until > at || one.number > this.told);
    const same = (one: Lock): boolean =>
      one.rule === rule && one.instrument === instrument && one.side === side && one.until >= until;
    if (this.locks.some(same)) return;
    this.made += 1;
    this.locks.push({ ...lock, number: this.made });
  }

  lockOn(instrument: string, side: TradeSide, at: number): Lock | undefined {
    for (const lock of this.locks) if (isLocked(lock, instrument, side, at)) return lock;
    return undefined;
  }

  get untold(): readonly NumberedLock[] {
    return this.told === this.made ? [] : this.locks.filter(({ number }) => number > this.told);
  }

  tell(number: number): void {
    this.told = Math.max(this.told, number);
  }

  entered(strategy: string, at: number): void {
    if (!this.plan.controls.models?.strategies.includes(strategy)) return;
    const before = this.entries.get(strategy) ?? [];
    this.entries.set(strategy, [...before.filter((time) => time > at - HOUR_MS), at]);
  }

  entriesOf(strategy: string, at: number): number {
    return this.entries.get(strategy)?.filter((time) => time > at - HOUR_MS).length ?? 0;
  }

  /** Told to a venue: an order, or that one is to go. */
  sent(at: number): void {
    const { orderToTrade } = this.plan.controls;
    if (orderToTrade !== undefined) this.messages.sent(at, orderToTrade.minutes);
  }

  filled(at: number): void {
    const { orderToTrade } = this.plan.controls;
    if (orderToTrade !== undefined) this.messages.filled(at, orderToTrade.minutes);
  }

  cancelled(at: number): void {
    this.sent(at);
    if (this.plan.controls.cancelsPerMinute === undefined) return;
    this.cancels = this.cancels.filter((time) => time > at - MINUTE_MS);
    this.cancels.push(at);
  }

  cancelsAt(at: number): number {
    return this.cancels.filter((time) => time > at - MINUTE_MS).length;
  }

  /** Of all instruments with enough returns, as of the last bar. */
  get similar(): Similarity {
    if (this.alike?.bar !== this.bar)
      this.alike = { bar: this.bar, found: similarity(this.bars, this.plan.exposure.clusterCorrelation) };
    return this.alike.found;
  }

  save() {
    const { bar, locks, made, told, cancels } = this;
    return {
      bar,
      bars: [...this.bars].map(([id, bars]): readonly [string, SavedBars] => [id, bars.save()]),
      trades: this.trades.save(),
      locks,
      made,
      told,
      tracks: [...this.tracks].map(([quote, { last, peak, dayStart, day }]) => ({
        quote,
        last,
        peak,
        dayStart,
        day,
      })),
      entries: [...this.entries],
      cancels,
      messages: this.messages.save(),
    };
  }

  /** Older ones know of no messages. */
  load(saved: Omit<SavedMemory, "messages"> & Partial<Pick<SavedMemory, "messages">>): this {
    this.bar = saved.bar;
    for (const [id, bars] of saved.bars) this.bars.set(id, new Bars(this.plan.window).load(bars));
    this.trades.load(saved.trades);
    this.locks = [...saved.locks];
    this.made = saved.made;
    this.told = saved.told;
    for (const { quote, ...track } of saved.tracks) Object.assign(this.track(quote), track);
    for (const [strategy, times] of saved.entries) this.entries.set(strategy, [...times]);
    this.cancels = [...saved.cancels];
    this.messages.load(saved.messages ?? []);
    return this;
  }
}

export type SavedMemory = ReturnType<RiskMemory["save"]>;
