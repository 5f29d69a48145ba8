/** Requests of one priority for the same budgets, first come, first served. */
import type { Cost, OverLimit, Priority } from "./limits.ts";

export interface Waiting {
  readonly costs: readonly Cost[];
  readonly since: number;
  held: boolean;
  readonly go: () => void;
  readonly refuse: (error: OverLimit) => void;
}

export interface Line {
  readonly priority: Priority;
  readonly waiting: Waiting[];
  running: boolean;
}
