/** A portfolio before an honest venue on its floor: steps drawn at random, news in any order, all of it journaled. */
import { expect } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { effectOf, undelivered, type Effect } from "../../../domain/portfolio/news.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { toJson } from "../../../domain/values/json.ts";
import { money } from "../../../domain/values/values.ts";
import { Floor } from "./floor.ts";
import type { Step, Wish } from "./steps.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, amounts, instrument, of, time } from "./words.ts";

const instruments = [instrument("BTC/USDT"), instrument("ETH/USDT"), instrument("BNB/USDT")];
const start = { USDT: "100000", BNB: "5" };
export const runLimits = {
  orderNotionalMax: 4_000,
  positionNotionalMax: 12_000,
  grossNotionalMax: 20_000,
  ordersPerMinute: 25,
  openOrdersMax: 6,
};

export class Run {
  readonly floor = new Floor(instruments, amounts(start), 1_000);
  readonly turns = new Turns(runLimits).open(start, ...instruments);
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
      case "observe":
        this.turn([turns.observed({ market: one.silentMs })]);
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
      expect(state.accounts.get(ACCOUNT)!.level).toBe("full");
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
