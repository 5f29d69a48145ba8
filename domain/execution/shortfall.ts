/**
 * What working a total has cost against what it might have: the average price beside the arrival price and beside the market's average by
 * volume over the same time, in basis points, above 0 where it was worse; and the shortfall of Perold (1988), which counts what was not
 * filled at the price that it ended at. Fees are not in it.
 */
import type { Parent } from "./parent.ts";

const BPS = 10_000;

/** Saved field by field. NaN where there is nothing to tell. */
export class Outcome {
  /** How it ended; "none" while nothing has. */
  ending = "none";
  side = "buy";
  /** Base units. */
  total = 0;
  filled = 0;
  /** Orders it took. */
  orders = 0;
  seconds = 0;
  arrival = Number.NaN;
  average = Number.NaN;
  marketAverage = Number.NaN;
  arrivalBps = Number.NaN;
  marketBps = Number.NaN;
  shortfallBps = Number.NaN;

  /** `lot`: base units of a lot. */
  tell(parent: Parent, lot: number): void {
    const { buys, total, filled, spent, arrival, last, marketVolume, marketNotional } = parent;
    const sign = buys ? 1 : -1;
    this.ending = parent.ending;
    this.side = buys ? "buy" : "sell";
    this.total = inBase(total, lot);
    this.filled = inBase(filled, lot);
    this.orders = parent.children;
    this.seconds = parent.active ? Number.NaN : (parent.endedAt - parent.beganAt) / 1_000;
    this.arrival = arrival;
    this.average = filled > 0 ? spent / (filled * lot) : Number.NaN;
    this.marketAverage = marketVolume > 0 ? marketNotional / marketVolume : Number.NaN;
    this.arrivalBps = sign * BPS * (this.average / arrival - 1);
    this.marketBps = sign * BPS * (this.average / this.marketAverage - 1);
    const cost = spent - filled * lot * arrival + (total - filled) * lot * (last - arrival);
    this.shortfallBps = (sign * BPS * cost) / (total * lot * arrival);
  }
}

/** Lots as base units, rid of the noise of doubles: 3 lots of 0.1 are 0.3. */
export const inBase = (lots: number, lot: number): number => Number((lots * lot).toPrecision(15));
