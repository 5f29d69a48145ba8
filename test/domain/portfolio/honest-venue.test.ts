/**
 * Any interleaving of wishes, fills, reports, repeats, losses, halts and foreign trades before an honest venue:
 * the books sum to the venue's account to the unit, limits hold, and the journal alone gives the same state.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { effectOf, undelivered, type Effect } from "../../../domain/portfolio/news.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { money } from "../../../domain/values/values.ts";
import { Floor } from "./floor.ts";
import { step, type Step, type Wish } from "./steps.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, amounts, instrument, of, time } from "./words.ts";

const instruments = [instrument("BTC/USDT"), instrument("ETH/USDT"), instrument("BNB/USDT")];
const start = { USDT: "100000", BNB: "5" };
const limits = {
  orderNotionalMax: 4_000,
  positionNotionalMax: 12_000,
  grossNotionalMax: 20_000,
  ordersPerMinute: 25,
  openOrdersMax: 6,
};

class Run {
  readonly floor = new Floor(instruments, amounts(start), 1_000);
  readonly turns = new Turns(limits).open(start, ...instruments);
  readonly told: PortfolioCommand[] = [];
  snapshot: { readonly at: number; readonly state: string } | undefined;
  private unsent: Effect[] = [];

  constructor(feesInBnb: boolean) {
    for (const name of ["a", "b", "c", "d"]) this.turns.allot(name, "5000");
    this.turns.allot("a", "1", "BNB");
    if (feesInBnb)
      this.floor.venue.payFeesIn(ACCOUNT, {
        asset: "BNB",
        rates: new Map([
          ["USDT", money("0.01")],
          ["BTC", money("1")],
          ["ETH", money("1")],
        ]),
      });
  }

  step(one: Step): void {
    this.floor.now += 2_000;
    this.turns.now = this.floor.now;
    const { floor, turns } = this;
    switch (one.do) {
      case "turn":
        this.turn(
          one.wishes.map((each) => turns.proposal(each.strategy, [this.ask(each)], floor.marks())),
          one.lose === 0,
        );
        break;
      case "hear":
        this.hear(one.picks, one.twice);
        break;
      case "move": {
        const { symbol } = instruments[one.i]!;
        floor.quote(symbol, Math.max(5_000, floor.midTicks(symbol) + one.ticks), one.lots);
        break;
      }
      case "foreign":
        floor.foreign(instruments[one.i]!.symbol, one.side, one.lots);
        break;
      case "halt":
        this.turn([
          one.level === "off"
            ? { type: "Resume", by: "t", at: time(floor.now) }
            : { type: "Halt", level: one.level, by: "t", reason: "t", at: time(floor.now) },
        ]);
        break;
      case "balances":
        // Only what is known everywhere may be compared: the truth check itself must see to that.
        if (floor.pending.length === 0) this.turn([this.balances()]);
    }
  }

  /** Everything that is under way arrives. */
  finish(): void {
    while (this.floor.pending.length > 0) this.hear([0], false);
  }

  balances(): PortfolioCommand {
    return {
      type: "RecordBalances",
      account: ACCOUNT,
      balances: this.floor.balances(),
      complete: true,
      at: time(this.floor.now),
    };
  }

  private hear(picks: readonly number[], twice: boolean): void {
    const { pending } = this.floor;
    const heard = picks.flatMap((pick) =>
      pending.length === 0 ? [] : pending.splice(pick % pending.length, 1),
    );
    this.told.push(...heard);
    this.turn(twice ? [...heard, ...heard.toReversed()] : heard);
  }

  private turn(commands: readonly PortfolioCommand[], lose = false): void {
    const events = this.turns.turn(...commands);
    this.told.push(...commands.filter(({ type }) => type === "Propose"));
    this.checkLimits(events);
    for (const event of events) {
      const effect = effectOf(event);
      if (effect === undefined) continue;
      if (lose && effect.type === "place") this.unsent.push(effect);
      else this.floor.take(effect);
    }
    this.snapshot ??= this.turns.journal.length > 60 ? this.saved() : undefined;
    const lost = this.unsent.splice(0);
    for (const effect of lost) this.neverArrived(effect);
  }

  private saved(): { readonly at: number; readonly state: string } {
    return { at: this.turns.journal.length, state: toJson(this.turns.decider.save(this.turns.state)) };
  }

  private neverArrived(effect: Effect): void {
    if (effect.type !== "place") return;
    const told = { type: "RecordOutcome", order: effect.order.id, at: time(this.floor.now) } as const;
    expect(undelivered(this.turns.state)).toContainEqual(effect);
    this.turn([{ ...told, outcome: "unknown" }]);
    this.turn([{ ...told, outcome: "never-arrived" }]);
  }

  private checkLimits(events: readonly PortfolioEvent[]): void {
    const { state, journal } = this.turns;
    const approved = of(events, "OrderApproved").map(({ order }) => order);
    for (const order of approved) {
      if (order.side === "sell") continue;
      const listed = state.instruments.get(order.instrument)!;
      expect(listed.value <= money("12000")).toBe(true);
      expect((state.gross.get(listed.instrument.quote) ?? 0n) <= money("20000")).toBe(true);
      const minute = of(journal, "OrderApproved").filter(
        (one) =>
          one.order.at > order.at - 60_000 &&
          one.order.id.length <= order.id.length &&
          one.order.id <= order.id,
      );
      expect(minute.length).toBeLessThanOrEqual(25);
      expect(state.halt).toBeUndefined();
    }
    for (const account of state.accounts.values())
      for (const book of account.books.values())
        expect([...book.orders].filter(({ order }) => order.side === "buy").length).toBeLessThanOrEqual(6);
  }

  private ask(one: Wish): Ask {
    const { id, symbol } = instruments[one.i]!;
    const last = this.floor.midTicks(symbol) / 100;
    const place = {
      type: "place",
      instrument: id,
      side: one.side,
      quantity: one.size / 4,
      tag: one.kind,
    } as const;
    const at = last + one.away / 100;
    switch (one.kind) {
      case "aim":
        return aim(one.exposure, id);
      case "limit":
        return { ...place, orderType: "limit", price: at };
      case "post":
        return { ...place, orderType: "limit", timeInForce: "PO", price: at };
      case "market":
        return { ...place, orderType: "market" };
      case "stop":
        return { ...place, orderType: "stop-market", stopPrice: last + (one.side === "buy" ? 0.2 : -0.2) };
      default:
        return { type: "cancel", tag: "limit" };
    }
  }
}

const check = (run: Run): void => {
  const { turns, floor } = run;
  const ours = Object.fromEntries(
    [...turns.state.accounts.get(ACCOUNT)!.balances].filter(([, amount]) => amount !== 0n),
  );
  const theirs = Object.fromEntries(Object.entries(floor.balances()).filter(([, amount]) => amount !== 0n));
  expect(ours).toEqual(theirs);
  // What is still live rests at the venue.
  const open = floor.venue.openOrders(ACCOUNT).map((order) => order.clientId);
  expect([...turns.state.orders.keys()].sort()).toEqual(open.sort());
  expect(of(turns.journal, "Adjusted")).toEqual([]);
};

const replayed = (run: Run, from?: Run["snapshot"]): string => {
  const { decider, journal } = run.turns;
  const state = from === undefined ? decider.initial() : decider.load(fromJson(from.state));
  const events = fromJson(toJson(journal.slice(from?.at ?? 0))) as readonly PortfolioEvent[];
  for (const event of events) decider.evolve(state, event);
  return toJson(decider.save(state));
};

describe("before an honest venue", () => {
  it("the ledger equals the account, the journal equals the state, repeats change nothing", () => {
    let orders = 0;
    let fills = 0;
    let crosses = 0;
    let held = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 160 }), fc.boolean(), (steps, feesInBnb) => {
        const run = new Run(feesInBnb);
        for (const one of steps) run.step(one);
        run.finish();
        check(run);
        const now = toJson(run.turns.decider.save(run.turns.state));
        expect(replayed(run)).toBe(now);
        if (run.snapshot !== undefined) expect(replayed(run, run.snapshot)).toBe(now);
        for (const command of run.told) expect(run.turns.turn(command)).toEqual([]);
        orders += run.turns.state.counters.orders;
        fills += run.turns.state.counters.fills;
        crosses += run.turns.state.counters.crosses;
        held += of(run.turns.journal, "OrderHeld").length;
      }),
      { numRuns: 120 },
    );
    console.log(`${orders} orders, ${fills} fills, ${crosses} crossed, ${held} held back`);
    expect(Math.min(orders, fills, crosses, held)).toBeGreaterThan(30);
  });
});
