/** Equity of all strategies in one quote asset: its highest so far, and where the local day began. Money given or taken moves all of them. */
import { fromFloat, times, type Decimal } from "../values/values.ts";
import { localTime } from "./controls/zone.ts";

export interface Fall {
  readonly fall: Decimal;
  readonly max: Decimal;
}

export class EquityTrack {
  last = 0n;
  peak = 0n;
  dayStart = 0n;
  /** Local day counted from 1970-01-01; -1 before the first mark. */
  day = -1;

  mark(equity: Decimal, at: number, timeZone: string): void {
    const { day } = localTime(timeZone, at);
    if (day !== this.day) {
      // What it was when the day before ended.
      this.dayStart = this.day < 0 ? equity : this.last;
      this.day = day;
    }
    this.last = equity;
    if (equity > this.peak) this.peak = equity;
  }

  shift(amount: Decimal): void {
    this.last += amount;
    this.peak += amount;
    this.dayStart += amount;
  }

  /** Somebody has looked at it: the highest counts from here. */
  restart(): void {
    this.peak = this.last;
  }

  /** Undefined while equity is within `ratio` of its highest. */
  fallen(equity: Decimal, ratio: number): Fall | undefined {
    return beyond(this.peak, equity, ratio);
  }

  /** The same from the beginning of the local day of `at`, which may be a day that no mark has come in yet. */
  lost(equity: Decimal, ratio: number, at: number, timeZone: string): Fall | undefined {
    if (this.day < 0) return undefined;
    const began = localTime(timeZone, at).day === this.day ? this.dayStart : this.last;
    return beyond(began, equity, ratio);
  }
}

const beyond = (from: Decimal, equity: Decimal, ratio: number): Fall | undefined => {
  const fall = from - equity;
  const max = times(fromFloat(ratio), from);
  return from > 0n && fall > max ? { fall, max } : undefined;
};
