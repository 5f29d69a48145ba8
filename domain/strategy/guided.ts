/**
 * A hybrid: any strategy as the rule, and a model's predictions that veto, vote on or scale what it wishes (guidance.ts). A wish that was
 * held back stands, and is judged anew at each candle until the rule wishes otherwise; an order that was held back is told to the rule as
 * blocked. Entries are capped, and bounded in number by the hour; whatever lessens a position passes.
 */
import type { Instrument } from "../market/instrument.ts";
import { readObject } from "../values/read.ts";
import type { Timestamp } from "../values/values.ts";
import { judge, type Guidance, type Judged } from "./guidance.ts";
import type { PredictionSource } from "./predictions.ts";
import type { Desk, OrderRequest, OrderUpdate, Saved, Strategy, Trader } from "./strategy.ts";

const HOUR_MS = 3_600_000;

export interface Guide {
  readonly guidance: Guidance;
  readonly source: PredictionSource;
}

interface Wish {
  readonly exposure: number;
  readonly reason: string;
  readonly numbers: readonly number[];
  /** Held back, wholly. */
  readonly held: boolean;
}

/** The desk that the rule sees: the true one, but for what it asks. */
class GuidedDesk implements Desk {
  readonly wishes: (Wish | null)[];
  entries: number[] = [];
  /** Orders that were held back in this turn. */
  blocked: OrderUpdate[] = [];
  readonly counts: Record<string, number> = {};
  /** Last closes; NaN before the first. */
  readonly last: Float64Array;
  private desk!: Desk;
  private readonly guidance: Guidance;
  private readonly source: PredictionSource;
  private readonly market: readonly Instrument[];

  constructor(guidance: Guidance, source: PredictionSource, market: readonly Instrument[]) {
    this.guidance = guidance;
    this.source = source;
    this.market = market;
    this.wishes = market.map(() => null);
    this.last = new Float64Array(market.length).fill(Number.NaN);
  }

  before(desk: Desk): this {
    this.desk = desk;
    return this;
  }

  get equity(): number {
    return this.desk.equity;
  }
  get now(): Timestamp {
    return this.desk.now;
  }
  get mute(): boolean {
    return this.desk.mute;
  }
  exposure = (i: number): number => this.desk.exposure(i);
  position = (i: number): number => this.desk.position(i);
  cash = (i: number): number => this.desk.cash(i);
  holding = (i: number): number => this.desk.holding(i);
  quote = (i: number) => this.desk.quote(i);
  book = (i: number) => this.desk.book(i);
  orders = () => this.desk.orders();
  wake = (at: Timestamp): void => this.desk.wake(at);
  cancel = (tag: string): void => this.desk.cancel(tag);
  protect = (i: number, price: number | undefined, reason?: string): void =>
    this.desk.protect(i, price, reason);

  aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    const { desk } = this;
    if (desk.mute) {
      desk.aim(i, exposure, reason, ...numbers);
      return;
    }
    const capped = Math.max(-this.guidance.cap, Math.min(this.guidance.cap, exposure));
    const held = desk.exposure(i);
    // Towards nothing, or nearer to it.
    const lessens = capped === 0 || (capped * held > 0 && Math.abs(capped) <= Math.abs(held));
    if (lessens) {
      this.wishes[i] = capped === 0 ? null : { exposure: capped, reason, numbers, held: false };
      desk.aim(i, capped, reason, ...numbers);
      return;
    }
    const { part, why } = this.allowed(i, Math.sign(capped));
    this.wishes[i] = { exposure, reason, numbers, held: part === 0 };
    if (part > 0) desk.aim(i, capped * part, `${reason}, ${why}`, ...numbers);
    // What stands against the wish is closed all the same.
    else if (capped * held < 0) desk.aim(i, 0, `${reason}, ${why}`, ...numbers);
  }

  place(order: OrderRequest, tag: string): void {
    const { desk } = this;
    const { i, side, quantity } = order;
    const direction = side === "buy" ? 1 : -1;
    const closes = desk.position(i) * direction < 0 && quantity <= Math.abs(desk.position(i)) * (1 + 1e-9);
    if (desk.mute || closes) {
      desk.place(order, tag);
      return;
    }
    const price = order.price ?? this.last[i]!;
    const room = ((this.guidance.cap - direction * desk.exposure(i)) * desk.equity) / price;
    const { part, why } = room > 0 ? this.allowed(i, direction) : { part: 0, why: "model-cap" };
    if (part > 0) desk.place({ ...order, quantity: Math.min(room, quantity * part) }, tag);
    else this.blocked.push({ i, tag, status: "blocked", reason: why, side, filled: 0, price: 0 });
  }

  /** At each candle: wishes that were held back, and what is held without a prediction. */
  again(i: number): void {
    const wish = this.wishes[i];
    if (wish === null || wish === undefined || this.desk.mute) return;
    if (wish.held) {
      this.aim(i, wish.exposure, wish.reason, ...wish.numbers);
      return;
    }
    if (this.guidance.without !== "exit") return;
    const { why } = this.judged(i, Math.sign(wish.exposure));
    if (why !== "model-missing" && why !== "model-stale") return;
    this.wishes[i] = { ...wish, held: true };
    this.count(why);
    this.desk.aim(i, 0, why);
  }

  private judged(i: number, direction: number): Judged {
    const prediction = this.source.latest(this.market[i]!.symbol, this.now);
    return judge(this.guidance, prediction, direction, this.now);
  }

  private allowed(i: number, direction: number): { readonly part: number; readonly why: string } {
    const told = this.judged(i, direction);
    const { entriesPerHour } = this.guidance;
    if (told.part > 0 && entriesPerHour > 0) {
      this.entries = this.entries.filter((at) => at > this.now - HOUR_MS);
      if (this.entries.length >= entriesPerHour) {
        this.count("model-rate");
        return { part: 0, why: "model-rate" };
      }
      this.entries.push(this.now);
    }
    this.count(told.why);
    return told;
  }

  private count(why: string): void {
    this.counts[why] = (this.counts[why] ?? 0) + 1;
  }
}

class GuidedTrader implements Trader {
  private readonly rule: Trader;
  private readonly desk: GuidedDesk;

  constructor(rule: Trader, desk: GuidedDesk) {
    this.rule = rule;
    this.desk = desk;
  }

  onCandle: Trader["onCandle"] = (candle, i, timeframe, real) =>
    this.turn(real, (own) => {
      own.last[i] = candle.close;
      this.rule.onCandle(candle, i, timeframe, own);
      this.desk.again(i);
    });
  onOrder = (update: OrderUpdate, real: Desk): void =>
    this.turn(real, (own) => this.rule.onOrder?.(update, own));
  onTimer = (at: Timestamp, real: Desk): void => this.turn(real, (own) => this.rule.onTimer?.(at, own));

  /** What was held back is told once the rule is done; what it asks for then and is held back is told before the next turn. */
  turn(real: Desk, call: (own: GuidedDesk) => void): void {
    const own = this.desk.before(real);
    this.tell();
    call(own);
    this.tell();
  }

  private tell(): void {
    const told = this.desk.blocked;
    if (told.length === 0) return;
    this.desk.blocked = [];
    for (const update of told) this.rule.onOrder?.(update, this.desk);
  }

  save(): Saved {
    const { wishes, entries, counts, blocked } = this.desk;
    return {
      rule: this.rule.save(),
      wishes: [...wishes],
      entries: [...entries],
      counts: { ...counts },
      blocked,
    };
  }

  load(saved: Saved): void {
    this.rule.load(readObject(saved["rule"], "saved.rule"));
    const from = saved as unknown as Pick<GuidedDesk, "wishes" | "entries" | "counts" | "blocked">;
    this.desk.wishes.splice(0, this.desk.wishes.length, ...from.wishes);
    this.desk.entries = [...from.entries];
    this.desk.blocked = [...from.blocked];
    Object.assign(this.desk.counts, from.counts);
  }
}

/** The strategy, guided; itself where there is no guidance. */
export const guidedBy = (strategy: Strategy, guide: Guide | undefined): Strategy =>
  guide === undefined
    ? strategy
    : {
        ...strategy,
        start: (params, market) =>
          guided(strategy.start(params, market), new GuidedDesk(guide.guidance, guide.source, market)),
      };

/** Hears what the rule hears, and no more. */
const guided = (rule: Trader, desk: GuidedDesk): Trader => {
  const trader = new GuidedTrader(rule, desk);
  const heard: Trader = trader;
  if (rule.onTrade !== undefined)
    heard.onTrade = (trade, i, real) => trader.turn(real, (own) => rule.onTrade!(trade, i, own));
  if (rule.onQuote !== undefined)
    heard.onQuote = (quote, i, real) => trader.turn(real, (own) => rule.onQuote!(quote, i, own));
  if (rule.onBook !== undefined)
    heard.onBook = (book, i, real) => trader.turn(real, (own) => rule.onBook!(book, i, own));
  return heard;
};
