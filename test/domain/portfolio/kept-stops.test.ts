/**
 * Protection over any interleaving of wishes, fills, moves, refusals, cancels by hand, losses and restarts, before an
 * honest venue: never two stops of a position, never more reserved than held, and in the end what shall be protected is.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { isDust } from "../../../domain/portfolio/keep-stops.ts";
import { effectOf, undelivered, type Effect } from "../../../domain/portfolio/news.ts";
import { PROTECT_TAG } from "../../../domain/portfolio/protection.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { roundDown } from "../../../domain/values/values.ts";
import { Floor } from "./floor.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, BTC, aim, amounts, instrument, limit, of, time } from "./words.ts";

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("aim" as const), exposure: fc.constantFrom(0, 0.1, 0.4, 0.9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("protect" as const),
      below: fc.option(fc.integer({ min: -20, max: 300 }), { freq: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("sell" as const), size: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      ticks: fc.integer({ min: -150, max: 150 }),
      lots: fc.integer({ min: 200, max: 5_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("by-hand" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("refuse" as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("halt" as const),
      level: fc.constantFrom("entries", "all", "off"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("observe" as const),
      silentMs: fc.constantFrom(0, 0, 15_000, 60_000, 600_000),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly floor = new Floor([instrument()], amounts({ USDT: "100000" }), 1_000);
  turns = new Turns().open({ USDT: "100000" }).allot("a", "5000");
  /** Stops that the venue shall refuse, and orders that shall get lost, from now on. */
  private refuse = 0;
  private lose = 0;
  readonly seen = { stops: 0, moves: 0, failures: 0, exits: 0, most: 0 };

  step(one: Step): void {
    this.pass(2_000);
    const { floor } = this;
    switch (one.do) {
      case "aim":
        this.propose(aim(one.exposure));
        break;
      case "protect": {
        const stopPrice =
          one.below === null ? {} : { stopPrice: (floor.midTicks("BTC/USDT") - one.below) / 100 };
        this.propose({ type: "protect", instrument: BTC, ...stopPrice, reason: "s" });
        break;
      }
      case "sell":
        this.propose(limit("sell", one.size / 4, floor.midTicks("BTC/USDT") / 100 + 3, { tag: "profit" }));
        break;
      case "hear":
        this.turn(
          one.picks.flatMap((pick) =>
            floor.pending.length === 0 ? [] : floor.pending.splice(pick % floor.pending.length, 1),
          ),
        );
        break;
      case "move":
        floor.quote("BTC/USDT", Math.max(5_000, floor.midTicks("BTC/USDT") + one.ticks), one.lots);
        break;
      case "by-hand":
        for (const { id } of floor.venue.openOrders(ACCOUNT, "BTC/USDT"))
          floor.venue.cancel(ACCOUNT, "BTC/USDT", { id }, floor.now);
        // Heard with the next word of the venue.
        floor.quote("BTC/USDT", floor.midTicks("BTC/USDT"), 1_000);
        break;
      case "refuse":
        this.refuse = one.count;
        break;
      case "lose":
        this.lose = 1;
        break;
      case "restart":
        this.restart();
        break;
      case "observe":
        this.turn([this.turns.observed({ market: one.silentMs })]);
        break;
      case "halt": {
        const at = time(floor.now);
        const { level } = one;
        if (level === "off") this.turn([{ type: "Resume", by: "t", at }]);
        else this.turn([{ type: "Halt", level: level as "all", by: "t", reason: "t", at }]);
      }
    }
  }

  /** All that is under way arrives, halts end, pauses pass; the strategy repeats its wish where all tries failed. */
  finish(): void {
    this.refuse = 0;
    this.turn([{ type: "Resume", by: "t", at: time(this.floor.now) }, this.turns.observed({})]);
    for (let k = 0; k < 40; k += 1) {
      this.pass(61_000);
      // Somebody to sell to: a crowd too thin for the position is no fault of the portfolio.
      this.floor.quote("BTC/USDT", this.floor.midTicks("BTC/USDT"), 1_000_000);
      this.turn(this.floor.pending.splice(0));
      this.turn([{ type: "KeepStops", at: time(this.floor.now) }]);
    }
    expect(this.floor.pending).toEqual([]);
  }

  restart(): void {
    const { decider, state } = this.turns;
    this.turns.state = decider.load(fromJson(toJson(decider.save(state))));
    expect(this.turns.turn({ type: "KeepStops", at: time(0) })).toEqual([]);
    // Asked first after a restart: the venue has it, so it is not placed again.
    for (const effect of undelivered(this.turns.state)) if (effect.type === "cancel") this.floor.take(effect);
  }

  private pass(ms: number): void {
    this.floor.now += ms;
    this.turns.now = this.floor.now;
  }

  private propose(ask: Ask): void {
    this.turn([this.turns.proposal("a", [ask], this.floor.marks())]);
  }

  private turn(commands: readonly PortfolioCommand[]): void {
    const events = this.turns.turn(...commands);
    this.seen.stops += of(events, "OrderPlaced").filter(({ tag }) => tag === PROTECT_TAG).length;
    this.seen.moves += of(events, "CancelRequested").filter(({ why }) => why === "moved").length;
    this.seen.exits += of(events, "CancelRequested").filter(({ why }) => why === "exit").length;
    this.seen.failures += of(events, "StopFailed").length;
    const lost: Effect[] = [];
    for (const event of events) {
      const effect = effectOf(event);
      if (effect === undefined) continue;
      if (effect.type === "place" && this.lose > 0) {
        this.lose -= 1;
        lost.push(effect);
      } else if (effect.type === "place" && effect.order.tag === PROTECT_TAG && this.refuse > 0) {
        this.refuse -= 1;
        this.floor.pending.push(this.turns.report(effect.order.id, "refused") as never);
      } else this.floor.take(effect);
    }
    this.check();
    for (const effect of lost) {
      if (effect.type !== "place") continue;
      const told = { type: "RecordOutcome", order: effect.order.id, at: time(this.floor.now) } as const;
      this.turn([{ ...told, outcome: "unknown" }]);
      this.turn([{ ...told, outcome: "never-arrived" }]);
    }
  }

  private check(): void {
    const ours = [...this.turns.state.orders.values()].filter(({ protects }) => protects);
    const atVenue = this.floor.venue
      .openOrders(ACCOUNT, "BTC/USDT")
      .filter(({ type }) => type === "stop-market" || type === "stop-limit");
    this.seen.most = Math.max(this.seen.most, atVenue.length);
    expect(ours.length).toBeLessThanOrEqual(1);
    expect(atVenue.length).toBeLessThanOrEqual(1);
    for (const holding of this.turns.book("a").holdings.values())
      expect(holding.reserved).toBeLessThanOrEqual(holding.total);
  }
}

const ends = (run: Run): void => {
  const { turns } = run;
  const position = turns.book("a").position(BTC);
  const { protection } = position;
  const stops = [...turns.state.orders.values()].filter(({ protects }) => protects);
  if (protection?.stopPrice === undefined) {
    expect(stops).toEqual([]);
    return;
  }
  const listed = turns.state.instruments.get(BTC)!;
  const sold = [...turns.book("a").orders].filter(
    ({ order, protects }) => order.side === "sell" && !protects,
  );
  const free = position.quantity - sold.reduce((sum, live) => sum + live.remaining, 0n);
  const whole = roundDown(free, listed.instrument.lotSize);
  const dust = isDust(listed, whole, {
    bid: protection.stopPrice,
    ask: protection.stopPrice,
    last: protection.stopPrice,
  });
  if (dust) return;
  expect(protection.lost).toBe(false);
  expect(stops.map(({ remaining, order }) => [remaining, order.stopPrice ?? protection.stopPrice])).toEqual([
    [whole, protection.stopPrice],
  ]);
};

it("never two stops, never more reserved than held, protected in the end", () => {
  const sum = { stops: 0, moves: 0, failures: 0, exits: 0, most: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
      const run = new Run();
      for (const one of steps) run.step(one);
      run.finish();
      ends(run);
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run.seen[key];
      const { decider, journal, state } = run.turns;
      const again = decider.initial();
      for (const event of fromJson(toJson(journal)) as typeof journal) decider.evolve(again, event);
      expect(toJson(decider.save(again))).toBe(toJson(decider.save(state)));
    }),
    { numRuns: 250 },
  );
  console.log(JSON.stringify(sum));
  expect(Math.min(sum.stops, sum.moves, sum.failures, sum.exits, sum.most)).toBeGreaterThan(30);
}, 60_000);
