/**
 * What the portfolio's tests share: turns run as the runtime runs them, with the ledger checked after each, and
 * short words for commands. Instruments: BTC/USDT (tick 0.01, lot 0.001, at least 5 USDT, 10 bps) and others alike.
 */
import { expect } from "vitest";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Fill, OrderReport, OrderStatus } from "../../../domain/order/order.ts";
import type { Ask, Mark, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../../domain/portfolio/state.ts";
import { unaccounted } from "../../../domain/portfolio/view.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  decimal,
  format,
  money,
  notional,
  price,
  quantity,
  type AccountId,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type PortfolioId,
  type Price,
  type Quantity,
  type Side,
  type StrategyId,
  type Timestamp,
  type VenueId,
} from "../../../domain/values/values.ts";

export const BTC = "sandbox:BTC/USDT" as InstrumentId;
export const ACCOUNT = "main" as AccountId;
export const strategy = (name: string): StrategyId => name as StrategyId;
export const time = (ms: number): Timestamp => ms as Timestamp;

export const instrument = (symbol = "BTC/USDT", change: Partial<Instrument> = {}): Instrument => {
  const [base, quote] = symbol.split("/") as [Asset, Asset];
  return {
    id: `sandbox:${symbol}` as InstrumentId,
    venue: "sandbox" as VenueId,
    symbol,
    base,
    quote,
    tickSize: price("0.01"),
    lotSize: quantity("0.001"),
    quantityMin: quantity("0.001"),
    quantityMax: quantity("0"),
    notionalMin: money("5"),
    makerBps: 10,
    takerBps: 10,
    status: "trading",
    ...change,
  };
};

export const mark = (last: string, bid = last, ask = last): Mark => ({
  bid: price(bid),
  ask: price(ask),
  last: price(last),
});

export const aim = (exposure: number, id: InstrumentId = BTC): Ask => ({
  type: "aim",
  instrument: id,
  exposure,
  reason: "test",
  numbers: [exposure],
});

type Place = Extract<Ask, { type: "place" }>;
export const limit = (side: Side, size: number, at: number, change: Partial<Place> = {}): Ask => ({
  type: "place",
  instrument: BTC,
  side,
  orderType: "limit",
  quantity: size,
  price: at,
  tag: "t",
  ...change,
});

export type Event<T extends PortfolioEvent["type"]> = Extract<PortfolioEvent, { type: T }>;

/** A portfolio with its journal. Every turn ends with the ledger's invariants checked. */
export class Turns {
  readonly decider;
  state: PortfolioState;
  readonly journal: PortfolioEvent[] = [];
  private sequences = new Map<string, number>();
  private trades = 0;
  now = 1_000;

  constructor(limits: object = {}, state?: PortfolioState) {
    this.decider = portfolioDecider({
      id: "p" as PortfolioId,
      limits: parseLimits(limits),
      balanceSettleMs: 5_000,
    });
    this.state = state ?? this.decider.initial();
  }

  /** All commands in one turn; returns its events. */
  turn(...commands: readonly PortfolioCommand[]): readonly PortfolioEvent[] {
    const events: PortfolioEvent[] = [];
    const apply = (news: readonly PortfolioEvent[]): void => {
      for (const event of news) this.decider.evolve(this.state, event);
      events.push(...news);
    };
    for (const command of commands) apply(this.decider.decide(this.state, command));
    apply(this.decider.settle(this.state));
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

export const amounts = (given: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([asset, amount]) => [asset, money(amount)]));

export const of = <T extends PortfolioEvent["type"]>(
  events: readonly PortfolioEvent[],
  type: T,
): readonly Event<T>[] => events.filter((event): event is Event<T> => event.type === type);

export const only = <T extends PortfolioEvent["type"]>(
  events: readonly PortfolioEvent[],
  type: T,
): Event<T> => {
  const found = of(events, type);
  expect(found.length, `one ${type} in ${types(events)}`).toBe(1);
  return found[0]!;
};

export const types = (events: readonly PortfolioEvent[]): string =>
  events
    .map((event) => (event.type === "OrderRefused" ? `OrderRefused ${event.rule}` : event.type))
    .join(", ");

/** Every sum the state keeps is counted again from its parts. */
export const checkBooks = (state: PortfolioState): void => {
  for (const account of state.accounts.values()) {
    expect(unaccounted(account)).toEqual({});
    for (const book of account.books.values()) {
      const reserved = new Map<string, bigint>();
      for (const live of book.orders) {
        const asset = live.order.instrument.split(":")[1]!.split("/")[live.order.side === "buy" ? 1 : 0]!;
        reserved.set(asset, (reserved.get(asset) ?? 0n) + live.reserved);
      }
      for (const [asset, holding] of book.holdings)
        if (holding.reserved !== (reserved.get(asset) ?? 0n))
          throw new Error(`${book.strategy} reserves ${holding.reserved} ${asset}`);
      for (const { quantity: held, base } of book.positions.values()) {
        if (held < 0n) throw new Error(`${book.strategy} holds ${held}`);
        if (held > 0n && held > book.total(base)) throw new Error(`${book.strategy}: position without asset`);
      }
    }
  }
  checkSums(state);
};

const checkSums = (state: PortfolioState): void => {
  const gross = new Map<string, bigint>();
  for (const listed of state.instruments.values()) {
    let held = 0n;
    let buying = 0n;
    for (const account of state.accounts.values())
      for (const book of account.books.values())
        held += book.positions.get(listed.instrument.id)?.quantity ?? 0n;
    for (const live of state.orders.values())
      if (live.order.side === "buy" && live.order.instrument === listed.instrument.id)
        buying += live.remaining;
    expect([listed.held, listed.buying]).toEqual([held, buying]);
    const value = notional(listed.mark?.last ?? (0n as Price), (held + buying) as Quantity);
    gross.set(listed.instrument.quote, (gross.get(listed.instrument.quote) ?? 0n) + value);
  }
  for (const [asset, sum] of state.gross) expect(sum).toBe(gross.get(asset) ?? 0n);
};

export const units = (text: string): bigint => decimal(text);
