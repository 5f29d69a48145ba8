/** The parent that an aim of one instrument has become: begun, changed and ended for the lane (worked-lane.ts), and told of to the strategy. */
import { loadState, saveState } from "../indicators/state.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Desk, OrderUpdate, ToldRow } from "../strategy/strategy.ts";
import { readObject } from "../values/read.ts";
import { AIM_TAG } from "./handed-aim.ts";
import { Execution, type Total } from "./execution.ts";
import { Parents, rowOf } from "./parents.ts";
import type { Phase } from "./parent.ts";
import { inBase, Outcome } from "./shortfall.ts";
import type { Work } from "./work.ts";
import { PartDesk, partIn } from "./worked-desks.ts";

/** A parent that is found so long after its time-out, after a restart, is over, ms. */
const STALE_MS = 60_000;

/** An exit that ended otherwise has failed. */
const done: ReadonlySet<string> = new Set(["filled", "flat", "too-small", "cancelled"]);

class State {
  /** The exposure that it is for, and why. */
  exposure = Number.NaN;
  reason = "";
  /** Its end has yet to be told. */
  begun = false;
  /** The rule or the venue's reason that last refused an order of it. */
  why = "";
}

export class AimParent {
  readonly execution: Execution;
  /** What the strategy is to hear. */
  told: OrderUpdate[] = [];
  private readonly i: number;
  private readonly lot: number;
  private readonly desk = new PartDesk();
  private readonly over = new Parents();
  private readonly state = new State();
  private revived = false;

  constructor(i: number, instrument: Instrument, work: Work, lot: number) {
    this.i = i;
    this.lot = lot;
    this.execution = new Execution(i, instrument, work);
  }

  /** The execution's desk in this turn. */
  at(real: Desk): PartDesk {
    return this.desk.before(real);
  }

  get active(): boolean {
    return this.execution.active;
  }

  /** What it has filled and what it is for, in lots. */
  get standing(): { readonly phase: Phase; readonly filled: number; readonly total: number } {
    return this.execution.parent;
  }

  /** It runs on this side, and nobody has ended it. */
  goes(buys: boolean, reduceOnly: boolean): boolean {
    const { parent } = this.execution;
    return (
      parent.active &&
      parent.buys === buys &&
      parent.reduceOnly === reduceOnly &&
      parent.ending !== "cancelled"
    );
  }

  isFor(exposure: number): boolean {
    return this.state.exposure === exposure;
  }

  begin(real: Desk, exposure: number, reason: string, total: Total, last: number): void {
    Object.assign(this.state, { exposure, reason, begun: true, why: "" });
    this.desk.reason = reason;
    this.execution.begin(this.at(real), total, last);
  }

  amend(real: Desk, exposure: number, total: Pick<Total, "quantity" | "budget">): void {
    this.state.exposure = exposure;
    this.execution.amend(this.at(real), total);
  }

  cancel(real: Desk): void {
    this.execution.cancel(this.at(real));
  }

  /** `tag`: the execution's own. True where a fill came after its end was told. */
  hear(update: OrderUpdate, tag: string, real: Desk): boolean {
    const { execution, state } = this;
    const { active, parent } = execution;
    const before = parent.filled;
    if (update.status === "blocked" || update.status === "refused") state.why = update.reason ?? "";
    execution.hear({ ...update, tag }, this.at(real));
    if (parent.filled === before) return false;
    const { side, price } = update;
    this.tell({ status: "partial", side, price });
    return !active;
  }

  /** Told once, when it is over: the strategy hears as of the order of its aim. `failed`: an exit has. */
  ended(): "over" | "failed" | undefined {
    const { state, execution } = this;
    const { parent } = execution;
    if (!state.begun || parent.active) return undefined;
    state.begun = false;
    const outcome = new Outcome();
    execution.tell(outcome);
    this.over.over(state.reason, outcome);
    const side = parent.buys ? "buy" : "sell";
    const { ending } = parent;
    if (ending === "filled") this.tell({ status: "filled", side, price: 0 });
    else if (ending === "refused" && state.why !== "")
      this.tell({ status: "blocked", side, price: 0, reason: state.why });
    else this.tell({ status: "cancelled", side, price: 0, reason: ending });
    return parent.reduceOnly && !done.has(ending) ? "failed" : "over";
  }

  /** The first turn of a life: what is long past its time is over, and orders of a parent that nobody remembers are ended. */
  revive(real: Desk): void {
    if (this.revived) return;
    this.revived = true;
    const { execution } = this;
    if (execution.active) {
      if (real.now > execution.parent.endsAt + STALE_MS) this.cancel(real);
      return;
    }
    for (const { i, tag } of real.orders()) if (i === this.i && partIn(tag) !== undefined) real.cancel(tag);
  }

  rows(pair: string): readonly ToldRow[] {
    const rows = this.over.rows(pair);
    if (!this.active) return rows;
    const outcome = new Outcome();
    this.execution.tell(outcome);
    return [...rows, rowOf(pair, `${this.state.reason}, running`, outcome)];
  }

  save(): unknown {
    const { execution, over, state, told } = this;
    return { execution: execution.save(), over: over.save(), state: saveState(state), told };
  }

  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    this.execution.load(from["execution"], `${field}.execution`);
    this.over.load(from["over"], `${field}.over`);
    loadState(this.state, from["state"], `${field}.state`);
    this.desk.reason = this.state.reason;
    this.told = [...(from["told"] as readonly OrderUpdate[])];
  }

  private tell(update: Omit<OrderUpdate, "i" | "tag" | "filled">): void {
    const filled = inBase(this.execution.parent.filled, this.lot);
    this.told.push({ i: this.i, tag: AIM_TAG, filled, ...update });
  }
}
