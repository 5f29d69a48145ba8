/**
 * One side of a book on integer ticks: levels sorted so that the best stands last (taking from the best is
 * a pop), orders of a level in a chain by time. Finding a level is a binary search that looks at the best
 * first, for that is where most orders go. Nothing is allocated but new levels.
 */
import type { Side } from "../../domain/values/values.ts";
import type { OrderState } from "./order-state.ts";

export class Level {
  /** Grows towards better prices: ticks for bids, minus ticks for asks. */
  key: number;
  lots = 0;
  first: OrderState | undefined = undefined;
  last: OrderState | undefined = undefined;

  constructor(key: number) {
    this.key = key;
  }
}

export class Ladder {
  readonly sign: 1 | -1;
  private readonly levels: Level[] = [];

  constructor(side: Side) {
    this.sign = side === "buy" ? 1 : -1;
  }

  get best(): Level | undefined {
    const { levels } = this;
    // Reading below zero would leave the fast path of arrays.
    return levels.length === 0 ? undefined : levels[levels.length - 1];
  }

  /** Ticks of the best level, 0 when empty. */
  get bestTicks(): number {
    const { best } = this;
    return best === undefined ? 0 : best.key * this.sign;
  }

  get isEmpty(): boolean {
    return this.levels.length === 0;
  }

  /** Whether its best level is at this price or better. */
  reaches(ticks: number): boolean {
    const { best } = this;
    return best !== undefined && best.key >= ticks * this.sign;
  }

  /** Behind all orders of its price. */
  add(order: OrderState): void {
    const level = this.levelAt(order.limit * this.sign);
    level.lots += order.remaining;
    order.level = level;
    order.place = "ladder";
    order.before = level.last;
    if (level.last === undefined) level.first = order;
    else level.last.behind = order;
    level.last = order;
  }

  /** Takes the order's remaining lots off the book. */
  remove(order: OrderState): void {
    const level = order.level!;
    level.lots -= order.remaining;
    if (order.before === undefined) level.first = order.behind;
    else order.before.behind = order.behind;
    if (order.behind === undefined) level.last = order.before;
    else order.behind.before = order.before;
    order.level = undefined;
    order.before = undefined;
    order.behind = undefined;
    order.place = "nowhere";
    if (level.first === undefined) this.drop(level);
  }

  /** Fills a resting order in part or whole; a wholly filled one leaves the book. */
  fill(order: OrderState, lots: number): void {
    order.level!.lots -= lots;
    order.remaining -= lots;
    if (order.remaining === 0) this.remove(order);
  }

  /** The i-th best level. */
  level(i: number): Level | undefined {
    return i < this.levels.length ? this.levels[this.levels.length - 1 - i] : undefined;
  }

  depth(levels: number): [number, number][] {
    const found: [number, number][] = [];
    for (let i = this.levels.length - 1; i >= 0 && found.length < levels; i -= 1) {
      const level = this.levels[i]!;
      found.push([level.key * this.sign, level.lots]);
    }
    return found;
  }

  private levelAt(key: number): Level {
    const { levels, best } = this;
    if (best?.key === key) return best;
    const level = new Level(key);
    if (best === undefined || best.key < key) {
      levels.push(level);
      return level;
    }
    const index = this.indexOf(key);
    const there = levels[index]!;
    if (there.key === key) return there;
    levels.splice(index, 0, level);
    return level;
  }

  private drop(level: Level): void {
    const { levels } = this;
    if (this.best === level) levels.pop();
    else levels.splice(this.indexOf(level.key), 1);
  }

  /** First level whose key is not below `key`; one exists. */
  private indexOf(key: number): number {
    const { levels } = this;
    let low = 0;
    let high = levels.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
