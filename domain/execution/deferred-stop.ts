/**
 * What a worked strategy wishes for protection, told to the portfolio when the position that it is of is there: a stop under nothing would be
 * withdrawn before the first part is filled, one of the other side when the position comes by flat. Of which side it is, the aims of the
 * same turn tell, whichever was asked first.
 */
import type { Desk } from "../strategy/strategy.ts";

export type Protect = Parameters<Desk["protect"]>;

/** What the lane knows when it looks. */
interface Standing {
  /** Base units held. */
  readonly held: number;
  /** Nothing is held, or what is to be turned over. */
  readonly early: boolean;
  /** Something is being worked, or is to be. */
  readonly underWay: boolean;
}

export class DeferredStop {
  /** The strategy keeps a stop or targets. */
  guarded = false;
  private asked: Protect | undefined = undefined;
  private waiting: Protect | undefined = undefined;

  ask(wish: Protect): void {
    this.asked = wish;
  }

  /** After all that the strategy asked for in a turn, and as the position changes. */
  look(real: Desk, { held, early, underWay }: Standing): void {
    const { asked } = this;
    if (asked !== undefined) {
      const [, stopPrice, , targets = []] = asked;
      this.asked = undefined;
      this.guarded = stopPrice !== undefined || targets.length > 0;
      this.waiting = this.guarded && early && underWay ? asked : undefined;
      if (this.waiting === undefined) real.protect(...asked);
    } else if (this.waiting !== undefined && !early) {
      real.protect(...this.waiting);
      this.waiting = undefined;
    }
    if (held === 0 && this.waiting === undefined) this.guarded = false;
  }

  /** What it was for does not come. */
  drop(): void {
    this.waiting = undefined;
  }

  save(): unknown {
    const { guarded, waiting } = this;
    return { guarded, ...(waiting !== undefined && { waiting }) };
  }

  load(saved: unknown): void {
    const { guarded, waiting } = saved as { readonly guarded: boolean; readonly waiting?: Protect };
    this.guarded = guarded;
    // What is undefined comes back from JSON as null.
    this.waiting = waiting && (waiting.map((part) => part ?? undefined) as Protect);
  }
}
