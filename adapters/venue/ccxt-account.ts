/**
 * One account's private side through ccxt: orders are sent once, and what became of them is accepted, refused, not
 * sent, or unknown, never guessed. Reports, fills and balances are told in the order in which the venue told them.
 */
import { marketOf, symbolOf, type ContractTerms } from "../../domain/market/instrument.ts";
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
import type { UnifiedOrder } from "./ccxt-words.ts";
import { LISTED_APART } from "./conditionals.ts";
import { contractBalances } from "./contract-balances.ts";
import { TermsKeeper } from "./contract-terms.ts";
import { fundingsSince } from "./funding-history.ts";
import { FillHistory } from "./fill-history.ts";
import type { BreakerState, GuardSettings } from "./guard.ts";
import { ofItsLeg } from "./legs.ts";
import { capabilitiesOf, Link, type SlowDowns, type Weight } from "./link.ts";
import { balancesOf, reportOf } from "./mapping.ts";
import { Sending } from "./sending.ts";
import type {
  AccountAtVenue,
  AccountSink,
  Capabilities,
  FundingPaid,
  Outcome,
  StreamHealth,
  TermsAtVenue,
} from "./venue.ts";

export interface CcxtAccountSettings extends CcxtSettings {
  readonly account: AccountId;
  /** Leverage and margin mode that a contract shall have at the venue; undefined: whatever it has. */
  readonly termsOf?: (symbol: string) => ContractTerms | undefined;
  /** Set at the venue where it differs. Absent: one-way mode, which it must be in already. */
  readonly positionMode?: "net" | "hedge";
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
  private readonly link: Link;
  private readonly history: FillHistory;
  private readonly sending: Sending;
  private readonly terms: TermsKeeper;
  private stream: AccountStream | undefined;

  constructor(settings: CcxtAccountSettings, ports: CcxtAccountPorts, guard: GuardSettings) {
    this.account = settings.account;
    this.venue = settings.venue as VenueId;
    this.link = new Link(settings, ports, guard);
    this.history = new FillHistory(this.link, this.venue, this.account);
    this.terms = new TermsKeeper(this.link, settings.termsOf ?? (() => undefined), settings.positionMode);
    this.sending = new Sending(this.link, this.history, {
      lacking: (instrument) => this.terms.lacking(instrument),
      find: (order, instrument) => this.find(order, instrument),
      filtersRefused: (instrument) => ports.filtersRefused?.(instrument),
      termsRefused: () => this.terms.forget(),
    });
  }

  get capabilities(): Capabilities {
    return capabilitiesOf(this.link.exchange, this.link.dialect, this.link.settings.receiveWindowMs ?? 5_000);
  }

  place(order: Order): Promise<Outcome> {
    return this.sending.place(order, (answer) => this.stream?.expectNews(order.id, answer));
  }

  cancel(order: ClientOrderId, instrument: InstrumentId): Promise<Outcome> {
    return this.sending.cancel(order, instrument);
  }

  arrange(instruments: readonly InstrumentId[]): Promise<readonly TermsAtVenue[]> {
    return this.terms.arrange(instruments);
  }

  async find(order: ClientOrderId, instrument: InstrumentId): Promise<OrderReport | undefined> {
    const exchange = await this.link.ready();
    const found = await this.history.find(exchange, marketOf(symbolOf(instrument)), order);
    return found === undefined ? undefined : { ...this.report(found), order };
  }

  async openOrders(): Promise<readonly OrderReport[]> {
    const exchange = await this.link.ready();
    // Stops first: one that triggers meanwhile is in the book by then.
    const stops = this.link.dialect.stopsApart
      ? await this.link.read(() => exchange.fetchOpenOrders(undefined, undefined, undefined, LISTED_APART))
      : [];
    const orders = await this.link.read(() => exchange.fetchOpenOrders());
    return [...stops, ...orders].map((order) => {
      this.history.note(order.symbol, order);
      return this.report(order);
    });
  }

  async fills(instrument: InstrumentId, since: Timestamp): Promise<readonly Fill[]> {
    const exchange = await this.link.ready();
    const all = await this.history.since(exchange, marketOf(symbolOf(instrument)), since);
    return all.filter((fill) => fill.instrument === instrument);
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
    this.stream ??= new AccountStream(this.link, exchange, this.history, sink, {
      reportOf: (order) => this.report(order),
      settingsChanged: () => this.terms.forget(),
    });
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

  private report(order: UnifiedOrder): OrderReport {
    return reportOf(this.venue, this.account, ofItsLeg(order), this.link.now());
  }
}
