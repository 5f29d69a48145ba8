/** What protects a position: a stop loss, the profit to take by time (the ROI table), and a stop that follows the price. */

export interface RoiStep {
  /** Whole minutes after the opening from which on it holds. */
  readonly minutes: number;
  /** Profit to take; below 0 takes losses, -1 leaves at any price. */
  readonly ratio: number;
}

export interface Trailing {
  /** Distance once the profit is above `offset`; NaN keeps that of the stop loss. */
  readonly positive: number;
  readonly offset: number;
  /** Whether the stop stays where it is until the profit has reached `offset`. */
  readonly onlyOffsetIsReached: boolean;
}

export interface ExitRules {
  /** Loss to leave at, below 0, as a ratio of the stake: leverage brings it nearer. NaN: none. */
  readonly stoploss: number;
  /** Ascending by minutes. */
  readonly roi: readonly RoiStep[];
  readonly trailing: Trailing | undefined;
}

/** freqtrade's words for why a trade ended. */
export type ExitReason =
  "exit_signal" | "stop_loss" | "liquidation" | "roi" | "trailing_stop_loss" | "force_exit";

export interface Exit {
  readonly reason: ExitReason;
  readonly price: number;
}

/** The step that holds after so many minutes; undefined before the first. */
export const roiStepAt = (roi: readonly RoiStep[], minutes: number): RoiStep | undefined => {
  let found: RoiStep | undefined;
  for (const step of roi) {
    if (step.minutes > minutes) break;
    found = step;
  }
  return found;
};
