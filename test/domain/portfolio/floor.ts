/**
 * An honest venue before the portfolio: the simulated one, with a crowd that quotes around a moving price. It tells
 * in reports and fills what happened to our orders; the tests decide when, how often and in which order they arrive.
 */
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Fill, OrderReport } from "../../../domain/order/order.ts";
import type { Mark, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { Effect } from "../../../domain/portfolio/news.ts";
import type { ClientOrderId, InstrumentId, Money, Price } from "../../../domain/values/values.ts";
import { createVenue } from "../../../simulation/venue/engine.ts";
import type { VenueEvent, VenueFill, VenueOrder } from "../../../simulation/venue/venue.ts";
import { ACCOUNT, time } from "./words.ts";

const CROWD = "crowd";
type Told = Extract<PortfolioCommand, { type: "RecordReport" | "RecordFill" }>;

export class Floor {
  readonly venue = createVenue({ unlimited: [CROWD] });
  /** What our account was told and has not taken in yet. */
  pending: Told[] = [];
  now: number;
  private readonly listed = new Map<string, Instrument>();
  private readonly mids = new Map<string, number>();

  constructor(instruments: readonly Instrument[], balances: Readonly<Record<string, Money>>, now: number) {
    this.now = now;
    for (const one of instruments) {
      this.listed.set(one.symbol, one);
      this.venue.list({
        symbol: one.symbol,
        base: one.base,
        quote: one.quote,
        tick: one.tickSize,
        lot: one.lotSize,
        lotsMin: 1,
        lotsMax: 1_000_000_000,
        notionalMin: one.notionalMin,
        makerBps: one.makerBps,
        takerBps: one.takerBps,
        feeStep: 10_000_000_000n,
        status: "trading",
      });
      this.quote(one.symbol, 10_000, 1_000_000);
    }
    for (const asset of Object.keys(balances)) this.venue.deposit(ACCOUNT, asset, balances[asset]!, now);
  }

  /** The crowd leaves and quotes anew around `mid` ticks, `lots` on each of five levels a side. */
  quote(symbol: string, mid: number, lots: number): void {
    this.mids.set(symbol, mid);
    for (const { id } of this.venue.openOrders(CROWD, symbol))
      this.venue.cancel(CROWD, symbol, { id }, this.now);
    for (let level = 1; level <= 5; level += 1)
      for (const side of ["buy", "sell"] as const)
        this.venue.submit(
          {
            account: CROWD,
            symbol,
            clientId: "",
            side,
            type: "limit",
            timeInForce: "GTC",
            lots,
            ticks: mid + (side === "buy" ? -2 : 2) * level,
          },
          this.now,
        );
    this.listen();
  }

  midTicks(symbol: string): number {
    return this.mids.get(symbol)!;
  }

  marks(): Record<string, Mark> {
    const marks: Record<string, Mark> = {};
    for (const { id, symbol, tickSize } of this.listed.values()) {
      const mid = BigInt(this.midTicks(symbol)) * tickSize;
      marks[id] = {
        last: mid as Price,
        bid: (mid - 2n * tickSize) as Price,
        ask: (mid + 2n * tickSize) as Price,
      };
    }
    return marks;
  }

  /** False when the venue refused it: that is told as a report. */
  take(effect: Effect): void {
    if (effect.type === "cancel") this.cancel(effect.instrument, effect.order);
    else this.place(effect.order);
    this.listen();
  }

  /** Orders of somebody else on our account: no client id of ours. */
  foreign(symbol: string, side: "buy" | "sell", lots: number): void {
    this.venue.submit(
      {
        account: ACCOUNT,
        symbol,
        clientId: `web-${this.now}`,
        side,
        type: "market",
        timeInForce: "GTC",
        lots,
      },
      this.now,
    );
    this.listen();
  }

  balances(): Record<string, Money> {
    const totals: Record<string, Money> = {};
    for (const [asset, { free, locked }] of this.venue.balances(ACCOUNT))
      totals[asset] = (free + locked) as Money;
    return totals;
  }

  private place(order: Extract<Effect, { type: "place" }>["order"]): void {
    const { symbol, tickSize, lotSize } = this.instrument(order.instrument);
    const submitted = this.venue.submit(
      {
        account: ACCOUNT,
        symbol,
        clientId: order.id,
        side: order.side,
        type: order.type,
        timeInForce: order.timeInForce,
        lots: Number(order.quantity / lotSize),
        ticks: order.price === undefined ? undefined : Number(order.price / tickSize),
        stopTicks: order.stopPrice === undefined ? undefined : Number(order.stopPrice / tickSize),
      },
      this.now,
    );
    if (submitted.ok) return;
    this.tell({
      account: ACCOUNT,
      instrument: order.instrument,
      order: order.id,
      status: "refused",
      filled: 0n as never,
      reason: submitted.refusal,
      at: time(this.now),
    });
  }

  private cancel(instrument: InstrumentId, clientId: ClientOrderId): void {
    this.venue.cancel(ACCOUNT, this.instrument(instrument).symbol, { clientId }, this.now);
  }

  private instrument(id: InstrumentId): Instrument {
    return this.listed.get(id.slice(id.indexOf(":") + 1))!;
  }

  private listen(): void {
    for (const event of this.venue.drain()) this.hear(event);
  }

  private hear(event: VenueEvent): void {
    if (event.type === "fill" && event.fill.account === ACCOUNT) {
      this.pending.push({ type: "RecordFill", fill: this.fillOf(event.fill) });
      if (event.order.status === "filled") this.tell(this.reportOf(event.order, "filled"));
    } else if (event.type === "order" && event.order.account === ACCOUNT) {
      if (event.why === "accepted") this.tell({ ...this.reportOf(event.order, "open"), filled: 0n as never });
      else if (event.why === "cancelled" || event.why === "expired")
        this.tell(this.reportOf(event.order, event.why));
      else if (event.why === "rejected") this.tell(this.reportOf(event.order, "refused"));
    }
  }

  private tell(report: OrderReport): void {
    this.pending.push({ type: "RecordReport", report });
  }

  private reportOf(order: VenueOrder, status: OrderReport["status"]): OrderReport {
    const { id, lotSize } = this.listed.get(order.symbol)!;
    return {
      account: ACCOUNT,
      instrument: id,
      order: order.clientId as ClientOrderId,
      venueOrderId: String(order.id),
      status,
      filled: (BigInt(order.filledLots) * lotSize) as OrderReport["filled"],
      at: time(this.now),
    };
  }

  private fillOf(fill: VenueFill): Fill {
    const { id, lotSize, tickSize } = this.listed.get(fill.symbol)!;
    return {
      tradeId: String(fill.tradeId),
      account: ACCOUNT,
      instrument: id,
      order: fill.clientId as ClientOrderId,
      side: fill.side,
      price: (BigInt(fill.ticks) * tickSize) as Price,
      quantity: (BigInt(fill.lots) * lotSize) as Fill["quantity"],
      notional: fill.notional,
      fee: fill.fee,
      feeAsset: fill.feeAsset as Fill["feeAsset"],
      liquidity: fill.liquidity,
      at: time(fill.at),
    };
  }
}
