/** A position with targets before an honest venue, step by step, and what must hold after each turn (kept-targets.test.ts). */
import { expect } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { isDust } from "../../../domain/portfolio/keep-stops.ts";
import { effectOf, undelivered, type Effect } from "../../../domain/portfolio/news.ts";
import { reachesOf } from "../../../domain/portfolio/seen-prices.ts";
import { CLOSE_TAG, TARGET_TAG } from "../../../domain/portfolio/targets.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { roundDown } from "../../../domain/values/values.ts";
import { Floor } from "./floor.ts";
import { Turns } from "./turns.ts";
import type { Step } from "./target-steps.ts";
import { ACCOUNT, BTC, aim, amounts, instrument, limit, time } from "./words.ts";

const sells = (tag: string): boolean => tag === TARGET_TAG || tag === CLOSE_TAG;

export class Run {
  readonly listed;
  readonly floor;
  readonly turns;
  readonly seen = { reached: 0, sales: 0, failures: 0, partial: 0, rests: 0 };
  /** Targets of the ladder that was wished last. */
  private wished: Ask | undefined;
  private refuse = 0;
  private lose = 0;
  /** Reached while this wish lives; owed by all that was reached. */
  private readonly reached = new Set<string>();
  private owed = 0n;

  constructor(stops: "none" | undefined) {
    this.listed = instrument("BTC/USDT", stops === undefined ? {} : { stops });
    this.floor = new Floor([this.listed], amounts({ USDT: "100000" }), 1_000);
    this.turns = new Turns().open({ USDT: "100000" }, this.listed).allot("a", "5000");
    this.propose(aim(0.9));
    this.turn(this.floor.pending.splice(0));
  }

  get protection() {
    return this.turns.book("a").position(BTC).protection;
  }

  step(one: Step): void {
    this.pass(2_000);
    const { floor } = this;
    const mid = floor.midTicks("BTC/USDT");
    switch (one.do) {
      case "aim":
        this.propose(aim(one.exposure));
        break;
      case "protect": {
        let at = mid;
        const targets = one.targets.map(({ ticks, part }) => ({ price: (at += ticks) / 100, part }));
        const stop = one.below === 0 ? {} : { stopPrice: (mid - one.below) / 100 };
        this.wished = { type: "protect", instrument: BTC, ...stop, reason: "s", targets };
        this.propose(this.wished);
        break;
      }
      case "again": {
        // The same ladder over a stop that is moved.
        const { wished } = this;
        if (wished?.type !== "protect" || wished.targets?.length === 0) break;
        const stopPrice = (Math.min(mid, wished.targets![0]!.price * 100) - one.under) / 100;
        this.propose({ ...wished, stopPrice });
        break;
      }
      case "sell":
        this.propose(limit("sell", one.size / 4, mid / 100 + 3, { tag: "profit" }));
        break;
      case "close":
        this.close(one.percent);
        break;
      case "hear":
        this.turn(
          one.picks.flatMap((pick) =>
            floor.pending.length === 0 ? [] : floor.pending.splice(pick % floor.pending.length, 1),
          ),
        );
        break;
      case "move":
        floor.quote("BTC/USDT", Math.max(5_000, mid + one.ticks), one.lots);
        this.look();
        break;
      case "by-hand":
        for (const { id } of floor.venue.openOrders(ACCOUNT, "BTC/USDT"))
          floor.venue.cancel(ACCOUNT, "BTC/USDT", { id }, floor.now);
        floor.quote("BTC/USDT", mid, 1_000);
        break;
      case "refuse":
        this.refuse = one.count;
        break;
      case "lose":
        this.lose = 1;
        break;
      case "restart": {
        const { decider, state } = this.turns;
        this.turns.state = decider.load(fromJson(toJson(decider.save(state))));
        expect(this.turns.turn({ type: "KeepStops", at: time(0) })).toEqual([]);
        // Asked first: the venue has them, so they are not placed again.
        for (const effect of undelivered(this.turns.state)) if (effect.type === "cancel") floor.take(effect);
        break;
      }
      case "halt": {
        const at = time(floor.now);
        this.turn([
          one.level === "off"
            ? { type: "Resume", by: "t", at }
            : { type: "Halt", level: one.level, by: "t", reason: "t", at },
        ]);
        break;
      }
    }
  }

  /** All that is under way arrives, halts end, pauses pass. */
  finish(): void {
    this.refuse = 0;
    this.turn([{ type: "Resume", by: "t", at: time(this.floor.now) }]);
    for (let k = 0; k < 30; k += 1) {
      this.pass(61_000);
      this.floor.quote("BTC/USDT", this.floor.midTicks("BTC/USDT"), 1_000_000);
      this.turn(this.floor.pending.splice(0));
      this.turn([{ type: "KeepStops", at: time(this.floor.now) }]);
    }
    expect(this.floor.pending).toEqual([]);
    const { protection } = this;
    expect(protection?.targets.sale).toBe(undefined);
    if (protection !== undefined && protection.targets.owed > 0n) {
      this.seen.rests += 1;
      const held = protection.position.quantity;
      expect(
        this.isSmall(protection.targets.owed) ||
          this.isSmall(held) ||
          this.freeOf(held) < protection.targets.owed,
      ).toBe(true);
    }
  }

  /** As a price watch tells it. */
  private look(): void {
    const last = this.floor.midTicks("BTC/USDT") / 100;
    const reach = reachesOf(this.turns.state).get(BTC);
    if (reach === undefined || (last > reach.below && last < reach.above)) return;
    this.turn([
      { type: "SeePrice", instrument: BTC, last: this.floor.marks()[BTC]!.last, at: time(this.floor.now) },
    ]);
  }

  private pass(ms: number): void {
    this.floor.now += ms;
    this.turns.now = this.floor.now;
  }

  /** By hand; too little for the venue is refused. */
  private close(percent: number): void {
    const held = this.turns.book("a").position(BTC).quantity - (this.protection?.targets.owed ?? 0n);
    if (this.isSmall((held * BigInt(percent)) / 100n)) return;
    this.turn([
      {
        type: "ClosePart",
        strategy: "a" as never,
        instrument: BTC,
        percent,
        by: "t",
        at: time(this.floor.now),
      },
    ]);
  }

  private propose(ask: Ask): void {
    this.turn([this.turns.proposal("a", [ask], this.floor.marks())]);
  }

  private turn(commands: readonly PortfolioCommand[]): void {
    const events = this.turns.turn(...commands);
    const lost: Effect[] = [];
    for (const event of events) {
      if (event.type === "ProtectionSet" && event.targets === undefined) this.reached.clear();
      else if (event.type === "TargetReached") {
        const name = `${event.price} ${event.part}`;
        expect(this.reached.has(name)).toBe(false);
        this.reached.add(name);
        this.owed += event.quantity;
        this.seen.reached += 1;
      } else if (event.type === "CloseAsked") this.owed += event.quantity;
      else if (event.type === "OrderFilled" && sells(event.tag)) {
        this.owed -= event.fill.quantity;
        if (event.filled < (this.turns.state.orders.get(event.order)?.order.quantity ?? event.filled))
          this.seen.partial += 1;
      } else if (event.type === "TargetFailed") this.seen.failures += 1;
      const effect = effectOf(event);
      if (effect === undefined) continue;
      const sale = effect.type === "place" && sells(effect.order.tag);
      if (sale) this.seen.sales += 1;
      if (effect.type === "place" && this.lose > 0) {
        this.lose -= 1;
        lost.push(effect);
      } else if (sale && this.refuse > 0) {
        this.refuse -= 1;
        this.floor.pending.push(this.turns.report(effect.order.id, "refused") as never);
      } else this.floor.take(effect);
    }
    // What a position has reached ends with it.
    if (this.turns.book("a").position(BTC).quantity === 0n) this.reached.clear();
    // Never more by targets than they were reached for.
    expect(this.owed).toBeGreaterThanOrEqual(0n);
    this.check();
    for (const effect of lost) {
      if (effect.type !== "place") continue;
      const told = { type: "RecordOutcome", order: effect.order.id, at: time(this.floor.now) } as const;
      this.turn([{ ...told, outcome: "unknown" }]);
      this.turn([{ ...told, outcome: "never-arrived" }]);
    }
  }

  private check(): void {
    const { state } = this.turns;
    const book = this.turns.book("a");
    const ours = [...state.orders.values()].filter(({ protects, takes }) => protects || takes);
    const stops = ours.filter(({ protects }) => protects);
    expect([stops.length <= 1, ours.length - stops.length <= 1]).toEqual([true, true]);
    const { quantity } = book.position(BTC);
    expect(ours.reduce((sum, { remaining }) => sum + remaining, 0n)).toBeLessThanOrEqual(quantity);
    for (const holding of book.holdings.values()) expect(holding.reserved).toBeLessThanOrEqual(holding.total);
    const { protection } = this;
    if (protection?.stopPrice === undefined || stops.length > 0 || state.halt?.level === "all") return;
    if (protection.lost || protection.againAt > state.at || protection.refused !== undefined) return;
    expect(this.isSmall(this.freeOf(quantity))).toBe(true);
  }

  private freeOf(quantity: bigint): bigint {
    let free = quantity;
    for (const { order, remaining } of this.turns.book("a").orders)
      if (order.side === "sell") free -= remaining;
    return free;
  }

  private isSmall(quantity: bigint): boolean {
    const stopPrice = this.protection?.stopPrice;
    const mark = stopPrice && { bid: stopPrice, ask: stopPrice, last: stopPrice };
    const listed = this.turns.state.instruments.get(BTC)!;
    return isDust(listed, roundDown(quantity, this.listed.lotSize), mark ?? listed.mark);
  }
}
