/** A portfolio run turn by turn as the runtime runs it, its invariants checked after each. */

import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Fill, OrderReport, OrderStatus } from "../../../domain/order/order.ts";
import type { Ask, Mark, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../../domain/portfolio/state.ts";

import { defaultLadder, type Level, type Signs } from "../../../domain/risk/degradation.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  format,
  money,
  notional,
  price,
  quantity,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type PortfolioId,
  type VenueId,
} from "../../../domain/values/values.ts";

import { takeTurn, type Decided } from "../../../domain/values/turn.ts";
import { checkBooks } from "./invariants.ts";
import { ACCOUNT, BTC, amounts, instrument, limit, mark, only, strategy, time } from "./words.ts";
/** A portfolio with its journal. Every turn ends with the ledger's invariants checked. */
export class Turns {
  readonly decider;
  state: PortfolioState;
  readonly journal: PortfolioEvent[] = [];
  /** What each turn with events would be journaled as. */
  readonly entries: Decided<PortfolioCommand, PortfolioEvent>[][] = [];
  private sequences = new Map<string, number>();
  private trades = 0;
  now = 1_000;

  constructor(limits: object = {}, state?: PortfolioState) {
    this.decider = portfolioDecider({
      id: "p" as PortfolioId,
      limits: parseLimits(limits),
      balanceSettleMs: 5_000,
      degradation: defaultLadder,
    });
    this.state = state ?? this.decider.initial();
  }

  /** All commands in one turn; returns its events. */
  turn(...commands: readonly PortfolioCommand[]): readonly PortfolioEvent[] {
    const turns = takeTurn(this.decider, this.state, commands, {
      failed: (error) => {
        throw error;
      },
    });
    const events = turns.flatMap((one) => one.events);
    if (turns.length > 0) this.entries.push(turns);
    this.journal.push(...events);
    checkBooks(this.state);
    return events;
  }

  open(balances: Record<string, string>, ...listed: readonly Instrument[]): this {
    this.turn(
      ...(listed.length === 0 ? [instrument()] : listed).map((one): PortfolioCommand => ({
        type: "InstrumentChanged",
        instrument: one,
        at: time(this.now),
      })),
      {
        type: "OpenAccount",
        account: ACCOUNT,
        venue: "sandbox" as VenueId,
        balances: amounts(balances),
        nonce: "n",
        at: time(this.now),
      },
    );
    return this;
  }

  allot(name: string, amount: string, asset = "USDT"): this {
    this.turn({
      type: "Allot",
      strategy: strategy(name),
      account: ACCOUNT,
      asset: asset as Asset,
      amount: money(amount),
      at: time(this.now),
    });
    return this;
  }

  proposal(
    name: string,
    asks: readonly Ask[],
    marks: Record<string, Mark> = { [BTC]: mark("100") },
  ): PortfolioCommand {
    const sequence = (this.sequences.get(name) ?? 0) + 1;
    this.sequences.set(name, sequence);
    return {
      type: "Propose",
      strategy: strategy(name),
      account: ACCOUNT,
      sequence,
      at: time(this.now),
      marks,
      asks,
    };
  }

  propose(name: string, asks: readonly Ask[], marks?: Record<string, Mark>): readonly PortfolioEvent[] {
    return this.turn(this.proposal(name, asks, marks));
  }

  /** A fill of an order of ours at the venue. */
  fill(id: ClientOrderId, size: string, at: string, change: Partial<Fill> = {}): PortfolioCommand {
    const live = this.state.orders.get(id) ?? this.state.closed.get(id);
    const name = live?.name;
    this.trades += 1;
    return {
      type: "RecordFill",
      fill: {
        tradeId: String(this.trades),
        account: ACCOUNT,
        instrument: name?.instrument ?? BTC,
        order: id,
        side: name?.side ?? "buy",
        price: price(at),
        quantity: quantity(size),
        notional: notional(price(at), quantity(size)),
        fee: money("0"),
        feeAsset: "USDT" as Asset,
        liquidity: "taker",
        at: time(this.now),
        ...change,
      },
    };
  }

  report(id: ClientOrderId, status: Exclude<OrderStatus, "approved">, filled = "0"): PortfolioCommand {
    const report: OrderReport = {
      account: ACCOUNT,
      instrument: this.state.orders.get(id)?.order.instrument ?? BTC,
      order: id,
      status,
      filled: quantity(filled),
      at: time(this.now),
    };
    return { type: "RecordReport", report };
  }

  /** Buys for a strategy by an aim and fills it in full, without a fee. */
  hold(name: string, size: string, at = "100"): this {
    const events = this.propose(name, [{ ...limit("buy", Number(size), Number(at)), tag: "in" } as Ask], {
      [BTC]: mark(at),
    });
    const { order } = only(events, "OrderPlaced");
    this.turn(this.fill(order, size, at));
    return this;
  }

  /** The signs now, all fresh but these; `lately` is the worst level of the last while. */
  observed(signs: Partial<Signs>, lately: Level = "full"): PortfolioCommand {
    const all = { market: 0, account: 0, clock: 0, ...signs };
    return { type: "Observe", account: ACCOUNT, signs: all, lately, at: time(this.now) };
  }

  observe(signs: Partial<Signs>, lately?: Level): readonly PortfolioEvent[] {
    return this.turn(this.observed(signs, lately));
  }

  book(name: string) {
    return this.state.accounts.get(ACCOUNT)!.books.get(strategy(name))!;
  }

  cash(name: string, asset = "USDT"): string {
    return format(this.book(name).total(asset as Asset));
  }

  free(name: string, asset = "USDT"): string {
    return format(this.book(name).free(asset as Asset));
  }

  position(name: string, id: InstrumentId = BTC) {
    const { quantity: held, cost, realised } = this.book(name).position(id);
    return { quantity: format(held), cost: format(cost), realised: format(realised) };
  }

  balance(asset: string): string {
    return format(this.state.accounts.get(ACCOUNT)!.balances.get(asset as Asset) ?? 0n);
  }
}
