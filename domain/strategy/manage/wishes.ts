/** What a managed strategy has wished, as its manager keeps it. */
import type { Target } from "../targets.ts";

/** The strategy's last wish for the instrument that stands. */
export interface Wish {
  readonly exposure: number;
  readonly reason: string;
  readonly numbers: readonly number[];
}

/** A stop and targets that the strategy wishes by itself. */
export interface OwnProtection {
  readonly stop: number | null;
  readonly reason: string;
  readonly targets: readonly Target[];
}
