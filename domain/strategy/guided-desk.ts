/**
 * The desk that a guided rule sees (guided.ts): the true one, but for what it asks. What it would hold more of is judged by the newest
 * prediction, capped and bounded in number by the hour; whatever lessens a position passes.
 */
import type { Instrument } from "../market/instrument.ts";
import type { Timestamp } from "../values/values.ts";
import { DeskThrough } from "./desk-through.ts";
import { judge, type Guidance, type Judged } from "./guidance.ts";
import { Predictions, type Guiding, type Prediction, type PredictionSource } from "./predictions.ts";
import type { OrderRequest, OrderUpdate, ToldRow } from "./strategy.ts";

const HOUR_MS = 3_600_000;
/** Of those told while it runs, of each symbol: the newest, and some that are not due yet. */
const TOLD_MAX = 100;

interface Wish {
  readonly exposure: number;
  readonly reason: string;
  readonly numbers: readonly number[];
  /** Held back, wholly. */
  readonly held: boolean;
}

export class GuidedDesk extends DeskThrough {
  readonly wishes: (Wish | null)[];
  entries: number[] = [];
  /** Orders that were held back in this turn. */
  blocked: OrderUpdate[] = [];
  readonly counts: Record<string, number>[];
  /** What the model told while this ran. */
  heard = new Predictions(TOLD_MAX);
  /** Last prices; NaN before the first. */
  readonly last: Float64Array;
  private readonly guidance: Guidance;
  private readonly source: PredictionSource;
  private readonly market: readonly Instrument[];

  constructor(guidance: Guidance, source: PredictionSource, market: readonly Instrument[]) {
    super();
    this.guidance = guidance;
    this.source = source;
    this.market = market;
    this.wishes = market.map(() => null);
    this.counts = market.map(() => ({}));
    this.last = new Float64Array(market.length).fill(Number.NaN);
  }

  /** A price of the market, such as its last trade's. */
  seen(i: number, price: number): void {
    if (price > 0) this.last[i] = price;
  }

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
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

  override place(order: OrderRequest, tag: string): void {
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
    this.count(i, why);
    this.desk.aim(i, 0, why);
  }

  /** The newest, however it came. */
  latest(i: number, now: number = this.now): Prediction | undefined {
    const { symbol } = this.market[i]!;
    const [read, heard] = [this.source.latest(symbol, now), this.heard.latest(symbol, now)];
    return (heard?.at ?? -Infinity) > (read?.at ?? -Infinity) ? heard : read;
  }

  private judged(i: number, direction: number): Judged {
    return judge(this.guidance, this.latest(i), direction, this.now);
  }

  private allowed(i: number, direction: number): { readonly part: number; readonly why: string } {
    const told = this.judged(i, direction);
    const { entriesPerHour } = this.guidance;
    if (told.part > 0 && entriesPerHour > 0) {
      this.entries = this.entries.filter((at) => at > this.now - HOUR_MS);
      if (this.entries.length >= entriesPerHour) {
        this.count(i, "model-rate");
        return { part: 0, why: "model-rate" };
      }
      this.entries.push(this.now);
    }
    this.count(i, told.why);
    return told;
  }

  /** How many wishes to enter were judged so. */
  told(): readonly ToldRow[] {
    const sums = new Map<string, number>();
    for (const counts of this.counts)
      for (const [why, count] of Object.entries(counts)) sums.set(why, (sums.get(why) ?? 0) + count);
    return [...sums].map(([prediction, entries]) => ({ prediction, entries }));
  }

  guiding(now: Timestamp): Guiding {
    const newest = this.market.map((_, i) => this.latest(i, now)?.at ?? null);
    return { newest, counts: this.counts.map((counts) => ({ ...counts })) };
  }

  private count(i: number, why: string): void {
    const counts = this.counts[i]!;
    counts[why] = (counts[why] ?? 0) + 1;
  }
}
