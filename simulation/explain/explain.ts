/**
 * Why a run with real latencies came out otherwise than the backtest of the same prints. What a run does follows from what it was
 * given: when things arrived, the prices its strategies saw, what the venue filled, what the strategies asked. Each of these is
 * checked against the recording or the backtest; what then differs between two orders of one purpose has a cause, and its
 * amount. The amounts sum to the difference of the two equities. What fails a check is a riddle: unexplained.
 */
import { assetsOf } from "../../domain/portfolio/book.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { ONE, type Asset, type Money } from "../../domain/values/values.ts";
import { fillRiddles, markRiddles, type Riddle } from "./against-venue.ts";
import { decisionText, decisionsOf, delaysOf, type Decision, type Decisions } from "./decisions.ts";
import { Fates } from "./fates.ts";
import { newsDelay, ordersOf, pathText, type OrderPath, type TimedTurn } from "./order-path.ts";
import { pairUp, type PairedUp } from "./pair-up.ts";
import { refusalsOf, type Refused } from "./refusals.ts";
import type { VenueAgain } from "./venue-again.ts";
import { accountsDiffer, causes, partsOf, sumsOf, type Cause } from "./worth.ts";

export interface CauseTold {
  readonly cause: Cause;
  /** Orders, decisions and refusals of which it is a cause. */
  readonly count: number;
  /** Run less backtest, in quote. */
  readonly amount: Money;
  readonly example: string;
}

export interface Explanation {
  readonly quote: Asset;
  readonly orders: { readonly run: number; readonly backtest: number; readonly paired: number };
  readonly decisions: { readonly run: number; readonly backtest: number; readonly paired: number };
  /** Market ms from the decision to the venue. */
  readonly delayMs: { readonly median: number; readonly most: number };
  readonly causes: readonly CauseTold[];
  /** All of it, in quote: run less backtest, at the last prices. */
  readonly difference: Money;
  readonly unexplained: readonly Riddle[];
}

export interface TwoRuns {
  readonly run: readonly TimedTurn[];
  readonly backtest: readonly TimedTurn[];
  readonly again: VenueAgain;
  /** Shortest timeframe of a strategy, ms. */
  candleMs(strategy: string): number;
  /** Until then a strategy of the run knew candles from before the recording's start, which the backtest has not. */
  warmUntil(strategy: string): number;
  /** Market time at which the run was over. */
  readonly endedAt: number;
  /** Total of an asset in the run's and in the backtest's account at the end, 1e-18. */
  held(asset: Asset): readonly [bigint, bigint];
  /** Found before: that the portfolio decides its own commands otherwise now. */
  readonly riddles: readonly Riddle[];
}

/** Throws `Invalid` where instruments are paid in several assets. */
export const explain = (two: TwoRuns): Explanation => new Explaining(two).explain();

class Explaining {
  private readonly two: TwoRuns;
  private readonly quote: Asset;
  private readonly orders: PairedUp<OrderPath>;
  private readonly counts: readonly [number, number];
  private readonly decided: readonly [Decisions, Decisions];
  private readonly refused: readonly [readonly Refused[], readonly Refused[]];
  private readonly delays: readonly number[];
  /** The longest that anything took in the run: to the venue, or from it. */
  private readonly farthestMs: number;
  private readonly fates: Fates;
  private readonly riddles: Riddle[];
  private readonly found = new Map<Cause, { count: number; amount: bigint; example: string }>();
  /** Purposes of decisions and orders that are riddles. */
  private readonly puzzling = new Set<string>();
  /** Purposes of decisions while only the run was warm. */
  private readonly warming = new Set<string>();
  /** Purposes of decisions that came too late in the run. */
  private readonly late = new Set<string>();

  constructor(two: TwoRuns) {
    this.two = two;
    const [ours, theirs] = [ordersOf(two.run), ordersOf(two.backtest)];
    const quotes = new Set(
      [...ours.values(), ...theirs.values()].map(({ order }) => assetsOf(order.instrument).quote),
    );
    if (quotes.size > 1) throw new Invalid("instruments", "all paid in one asset", [...quotes].join(", "));
    this.quote = [...quotes][0] ?? ("" as Asset);
    this.decided = [decisionsOf(two.run), decisionsOf(two.backtest)];
    this.refused = [refusalsOf(two.run), refusalsOf(two.backtest)];
    this.delays = delaysOf(ours.values(), this.decided[0].all);
    const farthestMs = Math.max(this.delays.at(-1) ?? 0, newsDelay(two.run));
    this.farthestMs = farthestMs;
    this.orders = pairUp([...ours.values()], [...theirs.values()], {
      text: ({ order, purpose }) => `${order.side} ${order.type} ${order.tag} ${purpose}`,
      at: ({ order }) => order.at,
      unmistakable: ({ order, purpose }) => !purpose.endsWith(`${order.reason} `),
      farthestMs,
    });
    this.fates = new Fates(this.orders, this.decided, farthestMs);
    this.counts = [ours.size, theirs.size];
    this.riddles = [
      ...two.riddles,
      ...fillRiddles(ours.values(), two.again, two.endedAt - farthestMs),
      ...markRiddles(this.decided[0], two.again, farthestMs),
    ];
    const puzzling = new Set(this.riddles.map(({ order }) => order));
    for (const { order, purpose } of ours.values()) if (puzzling.has(order.id)) this.puzzling.add(purpose);
  }

  explain(): Explanation {
    const decisions = this.compareDecisions();
    this.compareOrders();
    this.compareRefusals();
    const { held, again } = this.two;
    const difference = accountsDiffer({ held, quote: this.quote }, again.printed.keys(), (instrument) =>
      this.last(instrument),
    );
    const told = [...this.found.values()].reduce((sum, { amount }) => sum + amount, 0n);
    if (told !== difference) {
      this.riddles.push({ what: "what was booked without an order", at: this.two.endedAt });
      this.add("unexplained", difference - told, "booked without an order");
    }
    const { delays } = this;
    const median = delays[delays.length >> 1] ?? 0;
    return {
      quote: this.quote,
      orders: { run: this.counts[0], backtest: this.counts[1], paired: this.orders.pairs.length },
      decisions,
      delayMs: { median, most: delays.at(-1) ?? 0 },
      causes: causes.flatMap((cause) => {
        const one = this.found.get(cause);
        return one === undefined ? [] : [{ cause, ...one, amount: (one.amount / ONE) as Money }];
      }),
      difference: (difference / ONE) as Money,
      unexplained: this.riddles,
    };
  }

  private add(cause: Cause, amount: bigint, example: string): void {
    const known = this.found.get(cause);
    if (known === undefined) this.found.set(cause, { count: 1, amount, example });
    else {
      known.count += 1;
      known.amount += amount;
    }
  }

  private compareDecisions(): Explanation["decisions"] {
    const [ours, theirs] = this.decided;
    const { farthestMs } = this;
    const { pairs, onlyFirst, onlySecond } = pairUp(ours.all, theirs.all, {
      text: ({ strategy, text }) => `${strategy} ${text}`,
      at: ({ at }) => at,
      unmistakable: ({ ask }) => ask.type === "aim" && ask.numbers.length > 0,
      farthestMs,
    });
    for (const one of onlyFirst) this.only(one, "run", theirs.stoodAt(one.strategy, one.at));
    for (const one of onlySecond) {
      const cause = this.missed(one);
      if (cause === "late") this.late.add(one.purpose);
      if (cause === undefined) this.only(one, "backtest", ours.stoodAt(one.strategy, one.at));
      else this.add(cause, 0n, decisionText(one, "backtest"));
    }
    return { run: ours.all.length, backtest: theirs.all.length, paired: pairs.length };
  }

  /** Why the run had no chance to decide what only the backtest did. */
  private missed({ strategy, at }: Pick<Decision, "strategy" | "at">): Cause | undefined {
    const { farthestMs, two } = this;
    if (at + farthestMs > two.endedAt) return "not-reached";
    if (at <= this.decided[0].begunAt(strategy) + farthestMs) return "not-begun";
    // A strategy is mute about a candle once another has closed behind it: so late did things come in this run.
    return farthestMs >= two.candleMs(strategy) ? "late" : undefined;
  }

  private only(one: Decision, where: string, stoodThere: string): void {
    const text = decisionText(one, where);
    if (stoodThere !== one.stood || this.fates.otherwise(one)) this.add("stood-otherwise", 0n, text);
    else if (one.at <= this.two.warmUntil(one.strategy)) {
      this.warming.add(one.purpose);
      this.add("warm-up", 0n, text);
    } else {
      this.puzzling.add(one.purpose);
      this.riddles.push({ what: `${text}, though the strategy stood the same in both`, at: one.at });
    }
  }

  private compareOrders(): void {
    const { pairs, onlyFirst, onlySecond } = this.orders;
    for (const [ours, theirs] of pairs) {
      const sums = [this.sums(ours), this.sums(theirs)] as const;
      const text = `${pathText(ours)}; backtest: ${pathText(theirs)}`;
      if (this.puzzles(ours)) this.add("unexplained", sums[0].worth - sums[1].worth, text);
      else {
        const parts = Object.entries(partsOf(ours, theirs, sums)) as [Cause, bigint][];
        for (const [cause, amount] of parts) this.add(cause, amount, text);
        if (parts.length === 0 && ours.acceptedAt !== theirs.acceptedAt) this.add("arrival", 0n, text);
      }
    }
    const [refusedHere, refusedThere] = this.refused;
    for (const one of onlyFirst)
      this.add(this.alone(one, refusedThere), this.sums(one).worth, `only in the run: ${pathText(one)}`);
    for (const one of onlySecond) {
      const missed = this.missed(one.order);
      const known = missed === "late" && !this.late.has(one.purpose) ? undefined : missed;
      const cause = known ?? this.alone(one, refusedHere);
      this.add(cause, -this.sums(one).worth, `only in the backtest: ${pathText(one)}`);
    }
  }

  private alone(path: OrderPath, refusedThere: readonly Refused[]): Cause {
    if (this.puzzles(path)) return "unexplained";
    if (this.warming.has(path.purpose)) return "warm-up";
    const { strategy, instrument, side, at } = path.order;
    const { farthestMs } = this;
    const refused = refusedThere.some(
      (one) =>
        one.strategy === strategy &&
        one.instrument === instrument &&
        one.side === side &&
        Math.abs(one.at - at) <= farthestMs,
    );
    return refused ? "refused" : "stood-otherwise";
  }

  private compareRefusals(): void {
    const { onlyFirst, onlySecond } = pairUp(...this.refused, {
      text: ({ text }) => text,
      at: ({ at }) => at,
      unmistakable: () => false,
      farthestMs: this.farthestMs,
    });
    for (const { text } of onlyFirst) this.add("refused", 0n, `only in the run: ${text}`);
    for (const { text } of onlySecond) this.add("refused", 0n, `only in the backtest: ${text}`);
  }

  private puzzles({ purpose }: OrderPath): boolean {
    return this.puzzling.has(purpose);
  }

  private sums(path: OrderPath) {
    return sumsOf(path, this.last(path.order.instrument));
  }

  private last(instrument: string): bigint {
    return this.two.again.printed.get(instrument)?.price.at(-1) ?? 0n;
  }
}
