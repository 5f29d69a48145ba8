/**
 * Strategies that place and cancel orders themselves act on what became of the ones before: a level of a grid is offered again when it
 * was filled, a quote is placed anew when the end of the old one is known. Once an order has fared otherwise in one of two runs, or news
 * of one is still on its way, such a strategy may go on otherwise; before that it may not.
 */
import type { StrategyId } from "../../domain/values/values.ts";
import type { Decision, Decisions } from "./decisions.ts";
import type { OrderPath } from "./order-path.ts";
import type { PairedUp } from "./pair-up.ts";

/** From when on, by strategy: its orders fared otherwise. Market ms. */
type Since = ReadonlyMap<StrategyId, number>;

export class Fates {
  private readonly placing: ReadonlySet<StrategyId>;
  private readonly since: Since;
  private readonly decided: readonly [Decisions, Decisions];
  private readonly farthestMs: number;

  /** `farthestMs`: the longest that news was on its way. */
  constructor(orders: PairedUp<OrderPath>, decided: readonly [Decisions, Decisions], farthestMs: number) {
    const asked = [...decided[0].all, ...decided[1].all];
    this.placing = new Set(asked.filter(({ ask }) => ask.type === "place").map(({ strategy }) => strategy));
    this.since = sinceOf(orders);
    this.decided = decided;
    this.farthestMs = farthestMs;
  }

  /** Whether what the strategy knew of its orders may have been otherwise when it decided so. */
  otherwise({ strategy, at }: Decision): boolean {
    if (!this.placing.has(strategy)) return false;
    if ((this.since.get(strategy) ?? Infinity) < at) return true;
    return this.decided.some((run) => run.changedWithin(strategy, at - this.farthestMs, at));
  }
}

const sinceOf = ({ pairs, onlyFirst, onlySecond }: PairedUp<OrderPath>): Since => {
  const since = new Map<StrategyId, number>();
  const note = ({ order: { strategy } }: OrderPath, at: number): void => {
    since.set(strategy, Math.min(since.get(strategy) ?? Infinity, at));
  };
  for (const one of [...onlyFirst, ...onlySecond]) note(one, one.order.at);
  for (const [ours, theirs] of pairs)
    if (fateOf(ours) !== fateOf(theirs)) note(ours, Math.min(toldAt(ours), toldAt(theirs)));
  return since;
};

/** How it ended and what it filled when, but for the time at which that was known. */
const fateOf = ({ closed, fills, crosses }: OrderPath): string =>
  JSON.stringify([
    closed?.status,
    fills.map(({ at, quantity, price }) => [at, String(quantity), String(price)]),
    crosses.map(({ quantity, notional }) => [String(quantity), String(notional)]),
  ]);

/** The first that was heard of its fate. */
const toldAt = ({ closed, fills }: OrderPath): number =>
  Math.min(fills[0]?.at ?? Infinity, closed?.at ?? Infinity);
