/**
 * The desk that a managed strategy sees: the true one, but that its aims are made as large as the plan has them, and that a stop of its own
 * joins the plan's. Orders that it places itself pass as they are.
 */
import { DeskThrough } from "../desk-through.ts";
import { NO_TARGETS } from "../targets.ts";
import type { Desk } from "../strategy.ts";
import type { ManagedPosition } from "./managed-position.ts";
import type { ManagePlan } from "./plan.ts";
import { partsOfWish } from "./pyramid.ts";
import { Scaling } from "./scaling.ts";

export class ManagedDesk extends DeskThrough {
  readonly positions: readonly ManagedPosition[];
  readonly scaling: Scaling | undefined;
  /** Of a wish: the first part, and what each add brings it to. */
  readonly shares: readonly number[];
  readonly parts: readonly number[];

  constructor(plan: ManagePlan, positions: readonly ManagedPosition[]) {
    super();
    this.positions = positions;
    this.scaling = plan.scaling && new Scaling(plan.scaling);
    this.parts = plan.pyramid === undefined ? [1] : partsOfWish(plan.pyramid);
    let sum = 0;
    this.shares = this.parts.map((part, k) => (k === this.parts.length - 1 ? 1 : (sum += part)));
  }

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    const { desk } = this;
    const one = this.positions[i];
    if (one === undefined || desk.mute || !Number.isFinite(exposure)) {
      desk.aim(i, exposure, reason, ...numbers);
      return;
    }
    if (exposure === 0) {
      one.wish = null;
      desk.aim(i, 0, reason, ...numbers);
      return;
    }
    const way = Math.sign(exposure);
    const stands = one.wish !== null && Math.sign(one.wish.exposure) === way;
    if (one.way !== way && !stands) one.factor = this.scaling?.factor ?? 1;
    // A wish told again buys nothing back of what its ladder took, and adds nothing.
    const repeated = stands && one.wish!.exposure === exposure && one.quantity !== 0;
    one.wish = { exposure, reason, numbers };
    if (repeated && (this.parts.length > 1 || one.left < 1)) return;
    // Where a position of the other side stands, this is the first part of the one to come.
    const [share, left] = one.way === -way ? [this.shares[0]!, 1] : [this.shares[one.adds]!, one.left];
    desk.aim(i, exposure * one.factor * share * left, this.reasonOf(one, reason), ...numbers);
  }

  override protect(
    ...[i, stop, reason = "protect", targets = NO_TARGETS]: Parameters<Desk["protect"]>
  ): void {
    const { desk } = this;
    const one = this.positions[i];
    if (one === undefined || desk.mute) {
      desk.protect(i, stop, reason, targets);
      return;
    }
    one.own = stop === undefined && targets.length === 0 ? null : { stop: stop ?? null, reason, targets };
    if (one.quantity === 0) desk.protect(i, stop, reason, targets);
    else this.shield(i, one, true);
  }

  /** The stop and targets that hold, where they have changed. `always`: they may have been withdrawn. */
  shield(i: number, one: ManagedPosition, always: boolean): void {
    if (one.quantity === 0 || this.desk.mute) return;
    one.stale = false;
    const { stop } = one;
    const targets = one.targets();
    if (stop > 0 || targets.length > 0 || always)
      this.desk.protect(i, stop > 0 ? stop : undefined, one.reason, targets);
  }

  reasonOf({ factor }: ManagedPosition, reason: string): string {
    return factor === 1 ? reason : `${reason}, scaled ${factor}`;
  }
}
