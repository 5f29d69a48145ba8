/**
 * One account at the simulated venue, in the words that execution has for it: what the venue did becomes reports and
 * fills, held until they are released, one under way and the rest gathering behind it; orders and cancels are carried out.
 */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Effect } from "../../domain/portfolio/news.ts";
import type { Fill, OrderReport } from "../../domain/order/order.ts";
import type {
  AccountId,
  Asset,
  ClientOrderId,
  Money,
  Price,
  Quantity,
  Timestamp,
} from "../../domain/values/values.ts";
import type { SimulatedVenue, VenueEvent, VenueFill, VenueOrder } from "../venue/venue.ts";
import type { InstrumentMarket } from "./instrument-market.ts";
import { Line, type Waiting } from "./line.ts";
import { newOrderOf } from "./venue-words.ts";

/** News of one message to the portfolio. */
const TOGETHER_MAX = 500;

const statuses = {
  new: "open",
  partial: "open",
  filled: "filled",
  cancelled: "cancelled",
  expired: "expired",
  rejected: "refused",
} as const;

export class AccountDesk {
  private readonly venue: SimulatedVenue;
  private readonly account: AccountId;
  private readonly markets: ReadonlyMap<string, InstrumentMarket>;
  private readonly byInstrument: ReadonlyMap<string, InstrumentMarket>;
  private held: PortfolioCommand[] = [];
  private readonly line: Line;

  /** `mailbox`: the portfolio's. */
  constructor(
    venue: SimulatedVenue,
    account: AccountId,
    markets: ReadonlyMap<string, InstrumentMarket>,
    mailbox: (waiting: Waiting) => void,
  ) {
    this.line = new Line(mailbox, TOGETHER_MAX);
    this.venue = venue;
    this.account = account;
    this.markets = markets;
    this.byInstrument = new Map([...markets.values()].map((market) => [market.instrument.id, market]));
  }

  hear(events: readonly VenueEvent[]): void {
    let balances: Record<string, Money> | undefined;
    let balancesAt = 0;
    const tellBalances = (): void => {
      if (balances === undefined) return;
      const { account } = this;
      this.held.push({
        type: "RecordBalances",
        account,
        balances,
        complete: false,
        at: balancesAt as Timestamp,
      });
      balances = undefined;
    };
    for (const event of events) {
      if (event.type === "balance") {
        if (event.account !== this.account) continue;
        if (balances === undefined) balancesAt = event.at;
        (balances ??= {})[event.asset] = (event.free + event.locked) as Money;
        continue;
      }
      tellBalances();
      if (event.type === "fill" && event.fill.account === this.account) {
        this.held.push({ type: "RecordFill", fill: this.fillOf(event.fill) });
        const { cumulativeLots, at } = event.fill;
        const status = cumulativeLots === event.order.lots ? "filled" : "open";
        this.held.push(this.reportOf(event.order, status, cumulativeLots, at));
      } else if (event.type === "order" && event.order.account === this.account) this.hearOrder(event);
    }
    tellBalances();
  }

  /** What the venue has told so far reaches execution. False when there was nothing. */
  release(): boolean {
    if (this.held.length === 0) return false;
    const { held } = this;
    this.held = [];
    for (const news of held) this.line.post(news);
    return true;
  }

  /** Undefined where the answer is news of its own. */
  carryOut(effect: Effect, at: number): PortfolioCommand | undefined {
    return effect.type === "place" ? this.place(effect, at) : this.cancel(effect, at);
  }

  private place({ order }: Extract<Effect, { type: "place" }>, at: number): PortfolioCommand {
    const market = this.byInstrument.get(order.instrument)!;
    const { listing } = market;
    const submitted = this.venue.submit(newOrderOf(order, listing, this.account), at);
    this.hear(this.venue.drain());
    const { account } = this;
    const { id, instrument } = order;
    const filled = 0n as Quantity;
    const told = { account, instrument, order: id, filled, at: at as Timestamp };
    return submitted.ok
      ? {
          type: "RecordReport",
          report: { ...told, status: "open", venueOrderId: String(submitted.order.id) },
        }
      : { type: "RecordReport", report: { ...told, status: "refused", reason: submitted.refusal } };
  }

  /** A venue that does not know the order has ended it before: its report is on its way. */
  private cancel(
    { order, instrument }: Extract<Effect, { type: "cancel" }>,
    at: number,
  ): PortfolioCommand | undefined {
    const { symbol } = this.byInstrument.get(instrument)!.listing;
    this.venue.cancel(this.account, symbol, { clientId: order }, at);
    const found = this.venue.order(this.account, symbol, { clientId: order });
    this.hear(this.venue.drain());
    if (found !== undefined)
      this.line.post(this.reportOf(found, statuses[found.status], found.filledLots, found.updatedAt));
    return undefined;
  }

  private hearOrder({ order, why, at }: Extract<VenueEvent, { type: "order" }>): void {
    if (why === "triggered") return;
    const status = why === "accepted" ? "open" : why === "cancelled" ? "cancelled" : "expired";
    this.held.push(this.reportOf(order, status, why === "accepted" ? 0 : order.filledLots, at));
  }

  private reportOf(
    order: VenueOrder,
    status: OrderReport["status"],
    filledLots: number,
    at: number,
  ): PortfolioCommand {
    const { listing, instrument } = this.markets.get(order.symbol)!;
    const reason = reasons[status];
    return {
      type: "RecordReport",
      report: {
        account: this.account,
        instrument: instrument.id,
        order: order.clientId as ClientOrderId,
        venueOrderId: String(order.id),
        status,
        filled: (BigInt(filledLots) * listing.lot) as Quantity,
        ...(reason === undefined ? {} : { reason }),
        at: at as Timestamp,
      },
    };
  }

  private fillOf(fill: VenueFill): Fill {
    const { listing, instrument } = this.markets.get(fill.symbol)!;
    return {
      tradeId: String(fill.tradeId),
      account: this.account,
      instrument: instrument.id,
      order: fill.clientId as ClientOrderId,
      side: fill.side,
      price: (BigInt(fill.ticks) * listing.tick) as Price,
      quantity: (BigInt(fill.lots) * listing.lot) as Quantity,
      notional: fill.notional,
      fee: fill.fee,
      feeAsset: fill.feeAsset as Asset,
      at: fill.at as Timestamp,
      liquidity: fill.liquidity,
    };
  }
}

/** As a venue of Binance's kind tells them. */
const reasons: Readonly<Partial<Record<OrderReport["status"], string>>> = {
  cancelled: "canceled",
  expired: "expired",
  refused: "other",
};
