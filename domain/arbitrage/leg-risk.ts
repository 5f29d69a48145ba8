/**
 * Two legs that are meant to cancel each other out, and what is done when only one of them is filled. Both go out as limit orders. Once
 * one has ended short, or `hedgeMs` have passed, the other is cancelled; what is then unhedged is traded at the market of the leg that
 * lags; where that fails or takes longer than `marketMs`, it is unwound at the market of the leg that leads, and so on in turn.
 *
 * At most one order is out on a leg. One whose end nobody tells is waited for no longer than twice `marketMs`: the other leg is traded
 * then, and should the first be filled after all, that fill is unwound where it was made. A plain object of numbers and texts.
 */
export interface LegTerms {
  /** How long limit orders may work, and market orders, ms. */
  readonly hedgeMs: number;
  readonly marketMs: number;
  /** Base units that both venues take at today's price: less cannot be traded, and is carried on to the next time. */
  readonly least: number;
}

export type LegPhase = "flat" | "legs" | "market" | "unwind";
export type LegAct = "none" | "cancel" | "trade";

export class LegRisk {
  phase: LegPhase = "flat";
  /** What `decide` has come to: the leg, and for a trade base units, above 0 to buy. */
  act: LegAct = "none";
  leg = 0;
  quantity = 0;
  least: number;
  /** Ended within the limit orders, by the market order, by unwinding; fills after all was over. */
  hedged = 0;
  marketed = 0;
  unwound = 0;
  late = 0;
  /** By leg: signed base filled in this episode; whether an order is out, and whether its cancel was asked for. */
  private readonly net = new Float64Array(2);
  private readonly out = new Float64Array(2);
  private readonly cancelling = new Float64Array(2);
  /** Too little to trade, left over from earlier. */
  private carried = 0;
  /** Since when this phase, or its last order. */
  private at = 0;
  private tried = false;
  private readonly hedgeMs: number;
  private readonly marketMs: number;

  constructor({ hedgeMs, marketMs, least }: LegTerms) {
    this.hedgeMs = hedgeMs;
    this.marketMs = marketMs;
    this.least = least;
  }

  /** Base units, above 0 where more was bought than sold. */
  get unhedged(): number {
    return this.carried + this.net[0]! + this.net[1]!;
  }

  /** Whether both legs may go out. */
  get ready(): boolean {
    return this.phase === "flat" && this.out[0] === 0 && this.out[1] === 0;
  }

  /** Whether an order of this leg is out, as far as anybody has heard. */
  working(leg: number): boolean {
    return this.out[leg] === 1;
  }

  /** When to be asked again at the latest; Infinity when only news can change anything. */
  get nextAt(): number {
    if (this.phase === "flat") return Infinity;
    return this.at + (this.phase === "legs" ? this.hedgeMs : this.marketMs);
  }

  /** Both limit orders go out now. Only when `ready`. */
  begin(now: number): void {
    this.phase = "legs";
    this.at = now;
    this.tried = false;
    this.out.fill(1);
    this.cancelling.fill(0);
  }

  /** An order of the leg has filled so much more, above 0 when it buys. */
  filled(leg: number, signed: number): void {
    this.net[leg] = this.net[leg]! + signed;
    if (this.phase !== "flat") return;
    this.late += 1;
    this.leg = leg;
  }

  /** The order of the leg is over, whatever became of it. */
  ended(leg: number): void {
    this.out[leg] = 0;
    this.cancelling[leg] = 0;
  }

  /** Sets `act`. To be asked until it is none: each act is one order or one cancel. */
  decide(now: number): LegAct {
    this.act = "none";
    if (this.phase === "legs") this.limits(now);
    if (this.phase === "flat" && Math.abs(this.unhedged) >= this.least) this.turn("unwind", this.leg, now);
    if (this.phase === "market") this.market(now);
    if (this.phase === "unwind") this.unwind(now);
    return this.act;
  }

  private limits(now: number): void {
    const [net0, net1] = [Math.abs(this.net[0]!), Math.abs(this.net[1]!)];
    if (this.out[0] === 0 && this.out[1] === 0) {
      if (Math.abs(this.unhedged) < this.least) this.over("hedged");
      else this.turn("market", net0 < net1 ? 0 : 1, now);
      return;
    }
    // The one that has ended short can be met no more: the other must not go beyond it.
    const ended = this.out[0] === 0 ? net0 <= net1 : this.out[1] === 0 && net1 <= net0;
    if (!ended && now < this.at + this.hedgeMs) return;
    for (let leg = 0; leg < 2; leg += 1) if (this.cancel(leg)) return;
    // Nobody tells its end: what is unhedged is taken back on the leg that can be traded, where there is one.
    const free = this.out[0] === 0 ? 0 : 1;
    if (now < this.at + this.hedgeMs + 2 * this.marketMs || this.out[free] !== 0) return;
    if (Math.abs(this.unhedged) >= this.least) this.turn("unwind", free, now);
  }

  private market(now: number): void {
    if (Math.abs(this.unhedged) < this.least && this.out[this.leg] === 0) this.over("marketed");
    else if (!this.tried) this.trade(now);
    else if (this.out[this.leg] === 0) this.turn("unwind", 1 - this.leg, now);
    else if (now >= this.at + this.marketMs && !this.cancel(this.leg) && now >= this.at + 2 * this.marketMs)
      this.turn("unwind", 1 - this.leg, now);
  }

  private unwind(now: number): void {
    const exposed = Math.abs(this.unhedged) >= this.least;
    if (this.out[this.leg] === 0) {
      if (!exposed) this.over("unwound");
      else if (!this.tried) this.trade(now);
      else if (now >= this.at + this.marketMs) {
        // It failed: in turn, and not at once again.
        if (this.out[1 - this.leg] === 0) this.leg = 1 - this.leg;
        this.trade(now);
      }
    } else if (now >= this.at + this.marketMs && !this.cancel(this.leg) && exposed) {
      if (now < this.at + 2 * this.marketMs || this.out[1 - this.leg] !== 0) return;
      this.turn("unwind", 1 - this.leg, now);
      this.trade(now);
    }
  }

  private turn(phase: "market" | "unwind", leg: number, now: number): void {
    this.phase = phase;
    this.leg = leg;
    this.at = now;
    this.tried = false;
  }

  private trade(now: number): void {
    this.act = "trade";
    this.quantity = -this.unhedged;
    this.tried = true;
    this.at = now;
    this.out[this.leg] = 1;
    this.cancelling[this.leg] = 0;
  }

  private cancel(leg: number): boolean {
    if (this.out[leg] === 0 || this.cancelling[leg] === 1) return false;
    this.cancelling[leg] = 1;
    this.act = "cancel";
    this.leg = leg;
    return true;
  }

  private over(how: "hedged" | "marketed" | "unwound"): void {
    this[how] += 1;
    this.carried = this.unhedged;
    this.net.fill(0);
    this.phase = "flat";
  }
}
