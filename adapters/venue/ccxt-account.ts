/**
 * One account's private side through ccxt: orders are sent once, and what became of them is accepted, refused, not
 * sent, or unknown, never guessed. Reports, fills and balances are told in the order in which the venue told them.
 */
import { symbolOf } from "../../domain/market/instrument.ts";
import type { Fill, Order, OrderReport } from "../../domain/order/order.ts";
import {
  type AccountId,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type Money,
  type Timestamp,
  type VenueId,
} from "../../domain/values/values.ts";
import { AccountStream } from "./account-stream.ts";
import type { CcxtSettings, VenuePorts } from "./ccxt.ts";
import type { Exchange, UnifiedOrder } from "./ccxt-words.ts";
import { contractBalances } from "./contract-balances.ts";
import { fundingsSince } from "./funding-history.ts";
import { FillHistory } from "./fill-history.ts";
import type { BreakerState, GuardSettings } from "./guard.ts";
import type { Priority } from "../limits/limits.ts";
import { capabilitiesOf, Link, type SlowDowns, type Weight } from "./link.ts";
import { balancesOf, reportOf } from "./mapping.ts";
import { acceptedAt, offGrid, requestOf } from "./order-request.ts";
import { failureOf, kinds, outdated } from "./outcome.ts";
import type {
  AccountAtVenue,
  AccountSink,
  Capabilities,
  FundingPaid,
  Outcome,
  StreamHealth,
} from "./venue.ts";

export interface CcxtAccountSettings extends CcxtSettings {
  readonly account: AccountId;
}

export interface CcxtAccountPorts extends VenuePorts {
  /** The venue refused an order for a filter or because it is not traded: the market's instruments are out of date. */
  readonly filtersRefused?: (instrument: InstrumentId) => void;
}

export interface CcxtAccount extends AccountAtVenue {
  readonly capabilities: Capabilities;
  /** Private events seen so far, those that ccxt does not pass on included: what a lock-step client compares. */
  received(): number;
  breakers(): readonly BreakerState[];
  weight(): Weight;
  slowDowns(): SlowDowns;
  clockOffsetMs(): number;
}

/** Nothing is loaded or asked before the first call. `guard` is for tests. */
export const ccxtAccount = (
  settings: CcxtAccountSettings,
  ports: CcxtAccountPorts,
  guard: GuardSettings = {},
): CcxtAccount => new AccountOverCcxt(settings, ports, guard);

class AccountOverCcxt implements CcxtAccount {
  private readonly account: AccountId;
  private readonly venue: VenueId;
  private readonly ports: CcxtAccountPorts;
  private readonly link: Link;
  private readonly history: FillHistory;
  private stream: AccountStream | undefined;

  constructor(settings: CcxtAccountSettings, ports: CcxtAccountPorts, guard: GuardSettings) {
    this.account = settings.account;
    this.venue = settings.venue as VenueId;
    this.ports = ports;
    this.link = new Link(settings, ports, guard);
    this.history = new FillHistory(this.link, this.venue, this.account);
  }

  get capabilities(): Capabilities {
    return capabilitiesOf(this.link.exchange, this.link.dialect, this.link.settings.receiveWindowMs ?? 5_000);
  }

  async place(order: Order): Promise<Outcome> {
    const symbol = symbolOf(order.instrument);
    const priority = this.lessens(order) ? "exit" : "entry";
    return this.change(order.instrument, priority, async (exchange) => {
      const refusal = offGrid(exchange.markets?.[symbol], exchange.precisionMode, order);
      if (refusal !== undefined) return { type: "refused", ...refusal, at: this.link.now() };
      const { type, amount, price, params } = requestOf(order);
      const answer = this.link.guard.once(
        "orders",
        () => exchange.createOrder(symbol, type, order.side, amount, price, params),
        priority,
      );
      this.stream?.expectNews(order.id, answer);
      const placed = await answer;
      this.history.remember(symbol, placed.id, order.id);
      return this.accepted(placed);
    });
  }

  async cancel(order: ClientOrderId, instrument: InstrumentId): Promise<Outcome> {
    const symbol = symbolOf(instrument);
    try {
      return await this.change(instrument, "cancel", async (exchange) => {
        const id = this.history.venueId(symbol, order);
        const params = { [this.link.dialect.clientIdParam]: order };
        return this.accepted(
          await this.link.guard.once("cancels", () => exchange.cancelOrder(id, symbol, params)),
        );
      });
    } catch (error) {
      if (!kinds(error).includes("OrderNotFound")) throw error;
      return this.cancelOfUnknown(order, instrument, error as Error);
    }
  }

  async find(order: ClientOrderId, instrument: InstrumentId): Promise<OrderReport | undefined> {
    const exchange = await this.link.ready();
    const found = await this.history.find(exchange, symbolOf(instrument), order);
    return found === undefined ? undefined : { ...this.report(found), order };
  }

  async openOrders(): Promise<readonly OrderReport[]> {
    const exchange = await this.link.ready();
    const orders = await this.link.read(() => exchange.fetchOpenOrders());
    return orders.map((order) => {
      this.history.remember(order.symbol, order.id, order.clientOrderId);
      return this.report(order);
    });
  }

  async fills(instrument: InstrumentId, since: Timestamp): Promise<readonly Fill[]> {
    const exchange = await this.link.ready();
    return this.history.since(exchange, symbolOf(instrument), since);
  }

  async balances(): Promise<ReadonlyMap<Asset, Money>> {
    const exchange = await this.link.ready();
    const told = await this.link.read(() => exchange.fetchBalance());
    const contracts = this.link.dialect.lists === "contracts";
    return contracts ? contractBalances(told, (id) => exchange.market(id)) : balancesOf(told);
  }

  async fundings(since: Timestamp): Promise<readonly FundingPaid[]> {
    return this.capabilities.shorts ? fundingsSince(this.link, this.venue, since) : [];
  }

  async watch(sink: AccountSink): Promise<void> {
    const exchange = await this.link.ready();
    this.stream ??= new AccountStream(this.link, exchange, this.history, sink, (order) => this.report(order));
    await this.stream.start();
  }

  health(): readonly StreamHealth[] {
    return this.stream === undefined ? [] : [this.stream.health()];
  }

  received(): number {
    return this.stream?.received ?? 0;
  }

  breakers(): readonly BreakerState[] {
    return this.link.guard.breakers();
  }

  weight(): Weight {
    return this.link.weight;
  }

  slowDowns(): SlowDowns {
    return this.link.slowDowns;
  }

  clockOffsetMs(): number {
    return this.link.offsetMs;
  }

  clockOffMs(): number {
    return this.link.clockOffMs();
  }

  async close(): Promise<void> {
    this.stream?.close();
    await this.link.close();
  }

  /** Sends once. Throws only `OrderNotFound`; every other error becomes an outcome. */
  private async change(
    instrument: InstrumentId,
    priority: Priority,
    send: (exchange: Exchange) => Promise<Outcome>,
  ): Promise<Outcome> {
    let exchange: Exchange;
    try {
      exchange = await this.link.ready();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { type: "not-sent", detail: `the venue could not be opened: ${detail}`, retryAfterMs: 1_000 };
    }
    try {
      return await this.link.onTime(() => send(exchange), priority);
    } catch (error) {
      if (kinds(error).includes("OrderNotFound")) throw error;
      const failure = failureOf(error);
      if (failure.type !== "refused") return failure;
      if (outdated.has(failure.reason)) this.refreshFilters(instrument);
      return { ...failure, at: this.link.now() };
    }
  }

  /** The order may have closed a moment ago, or never have arrived: the venue's own answer decides. */
  private async cancelOfUnknown(
    order: ClientOrderId,
    instrument: InstrumentId,
    error: Error,
  ): Promise<Outcome> {
    const { dialect } = this.link;
    if (!dialect.findByClientId) return { type: "accepted", venueOrderId: "", at: this.link.now() };
    try {
      const found = await this.find(order, instrument);
      if (found?.status === "open")
        return { type: "refused", reason: "other", detail: error.message, at: found.at };
      return { type: "accepted", venueOrderId: found?.venueOrderId ?? "", at: found?.at ?? this.link.now() };
    } catch (failed) {
      return { type: "unknown", detail: failed instanceof Error ? failed.message : String(failed) };
    }
  }

  /** Nobody is short on spot, so what is sold there is held. */
  private lessens(order: Order): boolean {
    return order.reduceOnly === true || (!this.capabilities.shorts && order.side === "sell");
  }

  private accepted(order: UnifiedOrder): Outcome {
    return { type: "accepted", venueOrderId: order.id ?? "", at: acceptedAt(order, this.link.now()) };
  }

  private report(order: UnifiedOrder): OrderReport {
    return reportOf(this.venue, this.account, order, this.link.now());
  }

  private refreshFilters(instrument: InstrumentId): void {
    this.link.reload().catch((error: unknown) => this.link.tell(error));
    this.ports.filtersRefused?.(instrument);
  }
}
