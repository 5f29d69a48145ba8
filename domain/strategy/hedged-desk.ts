/**
 * The desk that a hedged strategy sees (hedged.ts): its own instruments without the hedge, and so much of the equity that both legs fit.
 * What the hedge could not answer is refused it, and for a while after a hedge has failed whatever it would hold more of.
 */
import type { Instrument } from "../market/instrument.ts";
import type { Timestamp } from "../values/values.ts";
import { Invalid } from "../values/invalid.ts";
import { DeskThrough } from "./desk-through.ts";
import { answered, type Hedge } from "./hedge.ts";
import type { OpenOrder, OrderRequest, OrderUpdate } from "./strategy.ts";

/** Of the money: market orders reserve their collar, and fees. */
const ROOM = 0.96;

interface Wish {
  readonly exposure: number;
  readonly reason: string;
  readonly numbers: readonly number[];
}

/** What part of equity the strategy may think it has, so that a position of all of that and its hedge have their money. */
const partOf = ({ share, ratioMax }: Hedge, market: readonly Instrument[]): number => {
  const hedge = market.at(-1)!;
  const own = market.slice(0, -1);
  const legs = Math.max(...own.map(({ leverage = 1 }) => 1 / leverage));
  const answer = (share * ratioMax) / (hedge.leverage ?? 1);
  // At two venues each account has its half.
  const apart = own.some(({ venue }) => venue !== hedge.venue);
  return Math.min(1, ROOM / (apart ? 2 * Math.max(legs, answer) : legs + answer));
};

export class HedgedDesk extends DeskThrough {
  readonly part: number;
  /** When the strategy's own timer is due; Infinity: it has none. */
  wakeAt = Infinity;
  /** Until then nothing is entered. */
  pausedUntil = 0;
  /** Orders that were held back in this turn. */
  blocked: OrderUpdate[] = [];
  /** Newest wishes, and whether they wait. */
  readonly wishes: (Wish | null)[];
  readonly waiting: boolean[];
  private readonly market: readonly Instrument[];
  private readonly can: { readonly long: boolean; readonly short: boolean };

  constructor(hedge: Hedge, market: readonly Instrument[]) {
    super();
    this.market = market;
    this.part = partOf(hedge, market);
    this.can = answered(market.at(-1)!.id);
    this.wishes = market.slice(1).map(() => null);
    this.waiting = this.wishes.map(() => false);
  }

  override get equity(): number {
    return this.desk.equity * this.part;
  }

  override exposure(i: number): number {
    return this.desk.exposure(this.own(i)) / this.part;
  }

  override cash(i: number): number {
    let left = this.equity;
    for (let k = 0; k < this.wishes.length; k += 1)
      left -= Math.abs(this.desk.exposure(k)) * this.desk.equity;
    return Math.min(this.desk.cash(this.own(i)), left);
  }

  override orders(): Iterable<OpenOrder> {
    return [...this.desk.orders()].filter(({ i }) => i < this.wishes.length);
  }

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    const held = this.desk.exposure(this.own(i));
    if (!this.mute) this.wishes[i] = { exposure, reason, numbers };
    this.waiting[i] = false;
    const can = exposure > 0 ? this.can.long : this.can.short;
    if (exposure !== 0 && !can) this.real(i, 0, `${reason}, hedge-impossible`, numbers);
    else if (!this.paused || Math.abs(exposure) * this.part <= Math.abs(held) * Number(exposure * held >= 0))
      this.real(i, exposure * this.part, reason, numbers);
    else {
      this.waiting[i] = true;
      // What stands against the wish is closed all the same.
      if (exposure * held < 0) this.real(i, 0, `${reason}, hedge-failed`, numbers);
    }
  }

  override place(order: OrderRequest, tag: string): void {
    const { i, side, quantity } = order;
    const direction = side === "buy" ? 1 : -1;
    const held = this.desk.position(this.own(i));
    const closes = held * direction < 0 && quantity <= Math.abs(held) * (1 + 1e-9);
    const can = closes || (side === "buy" ? this.can.long : this.can.short);
    if (this.mute || (can && (closes || !this.paused))) this.desk.place(order, tag);
    else {
      const reason = can ? "hedge-failed" : "hedge-impossible";
      this.blocked.push({ i, tag, status: "blocked", reason, side, filled: 0, price: 0 });
    }
  }

  override protect(...wish: Parameters<DeskThrough["protect"]>): void {
    this.own(wish[0]);
    this.desk.protect(...wish);
  }

  override wake(at: Timestamp): void {
    this.wakeAt = Math.min(this.wakeAt, at);
    this.desk.wake(at);
  }

  /** At each candle: a wish that waited, once nothing is in its way. */
  again(i: number): void {
    const wish = this.wishes[i];
    if (this.waiting[i] === true && !this.paused && !this.mute && wish)
      this.aim(i, wish.exposure, wish.reason, ...wish.numbers);
  }

  /** What is held of each is brought down to this part of it, and nothing is entered until then; what was wished waits. */
  unwind(part: number, until: number): void {
    this.pausedUntil = until;
    for (const { tag } of this.orders()) this.desk.cancel(tag);
    for (let i = 0; i < this.wishes.length; i += 1) {
      if (this.desk.position(i) === 0) continue;
      this.real(i, this.desk.exposure(i) * part, "hedge-failed", []);
      this.waiting[i] = this.wishes[i] !== null;
    }
  }

  private get paused(): boolean {
    return this.now < this.pausedUntil;
  }

  /** An aim is sized by what its account is worth, which is not all of it where there are several. */
  private real(i: number, exposure: number, reason: string, numbers: readonly number[]): void {
    const { desk, market } = this;
    const { venue } = market[i]!;
    let worth = desk.equity;
    if (exposure !== 0 && market.some((one) => one.venue !== venue)) {
      worth = desk.cash(i);
      for (const [k, one] of market.entries())
        if (one.venue === venue) worth += desk.exposure(k) * desk.equity;
    }
    desk.aim(i, worth > 0 ? (exposure * desk.equity) / worth : 0, reason, ...numbers);
  }

  private own(i: number): number {
    if (!(i >= 0 && i < this.wishes.length))
      throw new Invalid("i", `an instrument from 0 to ${this.wishes.length - 1}`, i);
    return i;
  }
}
