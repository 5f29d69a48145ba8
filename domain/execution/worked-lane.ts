/**
 * The aims of one instrument, worked: the newest wish is pursued step by step from what is held and what is out. What adds becomes a parent;
 * what lessens goes to the portfolio as the aim that it is, or is worked too. From long to short it goes by flat. A parent begins only
 * when the orders of the one before have ended and no aim is under way, so that nothing is bought twice.
 */
import { loadState, saveState } from "../indicators/state.ts";
import { type Instrument, isContract, legIn } from "../market/instrument.ts";
import { COLLAR_ROOM } from "../strategy/sizes.ts";
import type { Desk, OrderUpdate } from "../strategy/strategy.ts";
import { readObject } from "../values/read.ts";
import { AimParent } from "./aim-parent.ts";
import { DeferredStop, type Protect } from "./deferred-stop.ts";
import { HandedAim } from "./handed-aim.ts";
import { Lots } from "./lots.ts";
import { inBase } from "./shortfall.ts";
import type { Work } from "./work.ts";
import { partIn, type Wishes } from "./worked-desks.ts";

/** A wish that moves the total by no more than this part of it changes the running parent; any other begins a new one. */
const DRIFT = 0.1;

class State {
  /** The newest wish; NaN: none. Pending until all that it takes is on its way. */
  exposure = Number.NaN;
  pending = false;
  reason = "";
  /** What lessens goes to the market whatever the terms say: working it has failed. */
  atMarket = false;
  last = Number.NaN;
  /** Parts of a parent that is not gone on with may stand. */
  clearing = false;
}

export class WorkedLane implements Wishes {
  readonly parent: AimParent;
  private readonly i: number;
  private readonly contract: boolean;
  private readonly leg: ReturnType<typeof legIn>;
  private readonly worksExits: boolean;
  private readonly lots: Lots;
  private readonly handed: HandedAim;
  private readonly state = new State();
  private readonly stop = new DeferredStop();
  private numbers: readonly number[] = [];

  constructor(i: number, instrument: Instrument, work: Work) {
    this.i = i;
    this.contract = isContract(instrument.id);
    this.leg = legIn(instrument.id);
    this.worksExits = work.exits === "worked";
    this.lots = new Lots(i, instrument, work);
    this.handed = new HandedAim(i);
    this.parent = new AimParent(i, instrument, work, this.lots.lot);
  }

  aim(exposure: number, reason: string, numbers: readonly number[]): void {
    Object.assign(this.state, { exposure, reason, pending: true, atMarket: false });
    this.numbers = numbers;
  }

  protect(wish: Protect): void {
    this.stop.ask(wish);
  }

  seen(price: number): void {
    this.state.last = price;
  }

  /** False where the update is not of a part. */
  hear(update: OrderUpdate, real: Desk): boolean {
    const tag = partIn(update.tag);
    if (tag === undefined) {
      this.besides(update, real);
      return false;
    }
    // After its end was told: the wish is looked at anew.
    if (this.parent.hear(update, tag, real)) this.state.pending = !Number.isNaN(this.state.exposure);
    return true;
  }

  /** What is pending, as far as it can be done now. */
  pursue(real: Desk): void {
    const { state } = this;
    if (!real.mute) {
      this.parent.revive(real);
      const held = real.position(this.i);
      const early = held === 0 || (!this.barred && state.exposure * held < 0);
      this.stop.look(real, { held, early, underWay: state.pending || this.parent.active });
    }
    this.collect(real);
    if (!state.pending || real.mute || Number.isNaN(state.last) || !this.isClear(real)) return;
    this.handed.look(real);
    const held = real.position(this.i);
    const small = this.lots.whole(Math.abs(held)) < this.least;
    const target = this.target(real);
    const flips = target * held < 0 && !small;
    const change = (flips ? 0 : target) - held;
    if (this.barred || (change * held < 0 && (target === 0 || !small))) this.lessen(real, change, flips);
    else this.add(real, change);
  }

  save(): unknown {
    const { parent, handed, state, numbers, stop } = this;
    const parts = { parent: parent.save(), handed: handed.save(), stop: stop.save() };
    return { ...parts, state: saveState(state), numbers };
  }

  /** All but the parent, which may be of other terms. */
  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    this.handed.load(from["handed"], `${field}.handed`);
    loadState(this.state, from["state"], `${field}.state`);
    this.numbers = from["numbers"] as readonly number[];
    this.stop.load(from["stop"]);
  }

  /** The wish is worked by other terms than before, once the orders of the parent that nobody goes on with have ended. */
  beginAnew(): void {
    this.state.pending = this.state.clearing = !Number.isNaN(this.state.exposure);
  }

  private get least(): number {
    return this.lots.least(this.state.last);
  }

  /** Spot is never short, and a leg on its own side only: the portfolio refuses such an aim, and goes to flat. */
  private get barred(): boolean {
    const { exposure } = this.state;
    if (!this.contract) return exposure < 0;
    return this.leg !== undefined && exposure !== 0 && exposure > 0 !== (this.leg === "long");
  }

  /** Base units, below zero when short. */
  private target({ equity }: Desk): number {
    const { exposure, last } = this.state;
    if (exposure === 0 || this.barred || !(equity > 0)) return 0;
    const lots = this.lots.whole((Math.abs(exposure) * equity) / last);
    return Math.sign(exposure) * inBase(lots, this.lots.lot);
  }

  private lessen(real: Desk, change: number, flips: boolean): void {
    const { state, parent } = this;
    const works = this.worksExits && !(this.stop.guarded || state.atMarket || this.barred);
    if (works && this.lots.whole(Math.abs(change)) >= this.least) {
      this.work(real, change, true);
      // Until it has come to flat, where it turns over.
      state.pending ||= flips;
      return;
    }
    parent.cancel(real);
    if (this.handed.waits(real)) return;
    this.hand(real, flips ? 0 : state.exposure);
    // A part that is being cancelled may yet be filled.
    state.pending = flips || parent.active;
  }

  private add(real: Desk, change: number): void {
    if (this.lots.whole(Math.abs(change)) >= this.least) {
      this.work(real, change, false);
      return;
    }
    this.parent.cancel(real);
    // An aim that is out may yet change what is held.
    this.state.pending = this.parent.active || this.handed.out;
  }

  /** The parent that runs is for this wish, is changed into one, or is ended, and another begins once its orders have ended. */
  private work(real: Desk, change: number, reduceOnly: boolean): void {
    const { state, parent } = this;
    const { exposure } = state;
    const goes = parent.goes(change > 0, reduceOnly);
    if (goes && parent.isFor(exposure)) {
      state.pending = false;
      return;
    }
    const size = this.affordable(real, change, reduceOnly);
    const lots = this.lots.whole(size);
    const { phase, filled, total } = parent.standing;
    if (goes && phase === "working" && Math.abs(filled + lots - total) <= DRIFT * total) {
      parent.amend(real, exposure, { quantity: size, ...this.budget(change, reduceOnly) });
      state.pending = false;
      return;
    }
    parent.cancel(real);
    this.collect(real);
    state.pending = parent.active || this.handed.out;
    if (state.pending) return;
    // Too little money: the portfolio tells why it cannot be.
    if (lots < this.least) this.hand(real, exposure);
    else {
      const quantity = inBase(lots, this.lots.lot);
      const side = change > 0 ? "buy" : "sell";
      const begun = { side, quantity, reduceOnly, ...this.budget(change, reduceOnly) } as const;
      parent.begin(real, exposure, state.reason, begun, state.last);
    }
  }

  /** As the portfolio does with an aim: no more than there is money for, where all of it is paid. */
  private affordable(real: Desk, change: number, reduceOnly: boolean): number {
    const size = Math.abs(change);
    if (change < 0 || reduceOnly || this.contract) return size;
    return Math.min(size, this.lots.sizes.affordable(real.cash(this.i), this.state.last));
  }

  private isClear(real: Desk): boolean {
    if (this.state.clearing)
      for (const { i, tag } of real.orders()) if (i === this.i && partIn(tag) !== undefined) return false;
    this.state.clearing = false;
    return true;
  }

  private hand(real: Desk, exposure: number): void {
    this.handed.hand(real, exposure, this.state.reason, this.numbers);
  }

  /** What the aim would reserve at once: its price may move by the collar, and there is a fee. */
  private budget(change: number, reduceOnly: boolean): { readonly budget?: number } {
    if (change < 0 || reduceOnly) return {};
    return { budget: change * this.state.last * COLLAR_ROOM * (1 + this.lots.sizes.fee) };
  }

  private collect(real: Desk): void {
    const ended = this.parent.ended();
    if (ended === "failed") this.state.pending = this.state.atMarket = true;
    // Nothing has come of it, or will, that the stop could be for.
    if (ended === "over" && !this.state.pending && real.position(this.i) === 0) this.stop.drop();
  }

  /** A stop, an aim from around us or an order of the strategy's own against the entry that runs ends it, and its wish. */
  private besides(update: OrderUpdate, real: Desk): void {
    const { state, parent } = this;
    const { status, side } = update;
    this.handed.hear(update);
    if (status !== "partial" || !parent.goes(side === "sell", false)) return;
    parent.cancel(real);
    state.exposure = Number.NaN;
    state.pending = false;
    this.stop.drop();
  }
}
