/** How the parents of one instrument came out: the newest one by one, and all of them in sum. */
import { loadState, saveState } from "../indicators/state.ts";
import type { ToldRow } from "../strategy/strategy.ts";
import { Invalid } from "../values/invalid.ts";
import { readCount, readObject } from "../values/read.ts";
import { Outcome } from "./shortfall.ts";

const KEPT = 20;

/** Sums over those that are over. Amounts are quote at the arrival prices, costs those amounts times their share. */
class Sums {
  parents = 0;
  orders = 0;
  seconds = 0;
  total = 0;
  filled = 0;
  asked = 0;
  traded = 0;
  compared = 0;
  arrivalCost = 0;
  marketCost = 0;
  shortfall = 0;
}

export class Parents {
  /** Of those that are over, the oldest first. */
  private newest: { readonly reason: string; readonly outcome: Outcome }[] = [];
  private readonly sums = new Sums();
  private endings: Record<string, number> = {};

  over(reason: string, outcome: Outcome): void {
    this.newest.push({ reason, outcome });
    if (this.newest.length > KEPT) this.newest.shift();
    this.endings[outcome.ending] = (this.endings[outcome.ending] ?? 0) + 1;
    const { sums } = this;
    const { arrival, total, filled, orders, seconds, arrivalBps, marketBps, shortfallBps } = outcome;
    sums.parents += 1;
    sums.orders += orders;
    sums.seconds += seconds;
    sums.total += total;
    sums.filled += filled;
    sums.asked += total * arrival;
    sums.shortfall += shortfallBps * total * arrival;
    if (!(filled > 0)) return;
    sums.traded += filled * arrival;
    sums.arrivalCost += arrivalBps * filled * arrival;
    if (Number.isNaN(marketBps)) return;
    sums.compared += filled * arrival;
    sums.marketCost += marketBps * filled * arrival;
  }

  /** The newest, and one row for all: counts, mean seconds, and costs in basis points weighted by money. */
  rows(pair: string): ToldRow[] {
    const { sums } = this;
    const rows = this.newest.map(({ reason, outcome }) => rowOf(pair, reason, outcome));
    if (sums.parents === 0) return rows;
    const all = new Outcome();
    all.ending = Object.entries(this.endings)
      .map(([ending, count]) => `${ending} ${count}`)
      .join(", ");
    all.side = "";
    all.total = Number(sums.total.toPrecision(12));
    all.filled = Number(sums.filled.toPrecision(12));
    all.orders = sums.orders;
    all.seconds = sums.seconds / sums.parents;
    all.arrivalBps = sums.arrivalCost / sums.traded;
    all.marketBps = sums.marketCost / sums.compared;
    all.shortfallBps = sums.shortfall / sums.asked;
    return [...rows, rowOf(pair, `all ${sums.parents}`, all)];
  }

  save(): unknown {
    return {
      newest: this.newest.map(({ reason, outcome }) => ({ reason, outcome: saveState(outcome) })),
      sums: saveState(this.sums),
      endings: { ...this.endings },
    };
  }

  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    loadState(this.sums, from["sums"], `${field}.sums`);
    const endings = readObject(from["endings"], `${field}.endings`);
    this.endings = Object.fromEntries(
      Object.entries(endings).map(([name, count]) => [name, readCount(count, `${field}.endings.${name}`)]),
    );
    if (!Array.isArray(from["newest"]))
      throw new Invalid(`${field}.newest`, "a list of parents", from["newest"]);
    this.newest = from["newest"].map((raw, k) => {
      const one = readObject(raw, `${field}.newest[${k}]`);
      const outcome = new Outcome();
      loadState(outcome, one["outcome"], `${field}.newest[${k}].outcome`);
      return { reason: String(one["reason"]), outcome };
    });
  }
}

export const rowOf = (pair: string, of: string, outcome: Outcome): ToldRow => ({
  pair,
  of,
  ...(Object.fromEntries(Object.entries(outcome)) as ToldRow),
});
