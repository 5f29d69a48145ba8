/**
 * The venue of a simulated cluster: the matching engine behind a seeded tape, and what a real venue adds around it:
 * signed requests that are too old are refused, histories are told when asked, streams go to whoever is connected.
 * It also keeps what no venue tells, every order it took in order of arrival, for the checkers.
 */
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import { instrumentId, type Instrument } from "../../domain/market/instrument.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { Fill, Order, OrderReport, OrderStatus } from "../../domain/order/order.ts";
import type { Chance } from "../../domain/values/chance.ts";
import {
  asset,
  decimal,
  money,
  price,
  quantity,
  type AccountId,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
  type Money,
  type Price,
  type Quantity,
  type Timestamp,
  type VenueId,
} from "../../domain/values/values.ts";
import { createVenue } from "../../simulation/venue/engine.ts";
import type {
  SimulatedVenue,
  Submitted,
  VenueEvent,
  VenueFill,
  VenueOrder,
} from "../../simulation/venue/venue.ts";
import { EPOCH_MS } from "./machine.ts";
import type { VirtualTime } from "./virtual-time.ts";

export const VENUE = "sandbox" as VenueId;
export const ACCOUNT = "main" as AccountId;
/** Market time per virtual time: a minute's candle each second. */
export const SPEED = 60;
/** Age at which a signed request is refused. */
export const WINDOW_MS = 1_000;
const PRINT_MS = 120;
const symbols = ["AAA/USDT", "BBB/USDT"] as const;
const lot = quantity("0.001");
const tick = price("0.01");

const statuses: Readonly<Record<VenueOrder["status"], Exclude<OrderStatus, "approved">>> = {
  new: "open",
  partial: "open",
  filled: "filled",
  cancelled: "cancelled",
  expired: "expired",
  rejected: "refused",
};

interface Listed {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly series: CandleSeries;
  readonly candles: ClosedCandle[];
  /** All public trades; ids count from 1. */
  readonly trades: Trade[];
  ticks: number;
}

export class SimulatedExchange {
  /** Told of each order that was taken. */
  onTaken: (order: ClientOrderId) => void = () => undefined;
  readonly listed: ReadonlyMap<InstrumentId, Listed>;
  /** Told of each public trade, and of everything that happens to the account. */
  onTrade: (instrument: InstrumentId) => void = () => undefined;
  onAccount: (event: VenueEvent) => void = () => undefined;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #venue: SimulatedVenue = createVenue({ market: "tape" });

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
    this.listed = new Map(
      symbols.map((symbol, k) => {
        const [base, quote] = symbol.split("/") as [string, string];
        const id = instrumentId(VENUE, symbol);
        this.#venue.list({
          ...{ symbol, base, quote, tick, lot, lotsMin: 1, lotsMax: 1e9, notionalMin: money("5") },
          ...{ makerBps: 10, takerBps: 10, feeStep: decimal("0.00000001"), status: "trading" },
        });
        const instrument: Instrument = {
          ...{
            id,
            venue: VENUE,
            symbol,
            base: asset(base),
            quote: asset(quote),
            tickSize: tick,
            lotSize: lot,
          },
          ...{ quantityMin: lot, quantityMax: quantity("0"), notionalMin: money("5") },
          ...{ makerBps: 10, takerBps: 10, status: "trading" },
        };
        const series = new CandleSeries(lot, ["1m", "5m", "15m", "1h"]);
        return [id, { symbol, instrument, series, candles: [], trades: [], ticks: 10_000 * (k + 1) }];
      }),
    );
    this.#venue.deposit(ACCOUNT, "USDT", money("100000"), this.marketNow());
    this.#venue.drain();
    for (const one of this.listed.values()) this.#print(one);
  }

  /** Of the venue: what it compares signed timestamps with. */
  get wallNow(): number {
    return EPOCH_MS + this.#time.now;
  }

  marketNow(): Timestamp {
    return (EPOCH_MS + Math.floor(this.#time.now * SPEED)) as Timestamp;
  }

  /** False when the venue refuses the request for its age alone. */
  inTime(signedAt: number): boolean {
    return signedAt < this.wallNow + 1_000 && this.wallNow - signedAt <= WINDOW_MS;
  }

  submit(order: Order): Submitted {
    const { symbol } = this.listed.get(order.instrument)!;
    const submitted = this.#venue.submit(
      {
        ...{ account: ACCOUNT, symbol, clientId: order.id, side: order.side, type: order.type },
        ...{ timeInForce: order.timeInForce, lots: Number(order.quantity / lot) },
        ticks: order.price === undefined ? undefined : Number(order.price / tick),
        stopTicks: order.stopPrice === undefined ? undefined : Number(order.stopPrice / tick),
      },
      this.marketNow(),
    );
    if (submitted.ok) this.onTaken(order.id);
    this.#tell();
    return submitted;
  }

  cancel(order: ClientOrderId, instrument: InstrumentId): boolean {
    const { symbol } = this.listed.get(instrument)!;
    const cancelled = this.#venue.cancel(ACCOUNT, symbol, { clientId: order }, this.marketNow());
    this.#tell();
    return cancelled !== undefined;
  }

  find(order: ClientOrderId, instrument: InstrumentId): OrderReport | undefined {
    const { symbol } = this.listed.get(instrument)!;
    const found = this.#venue.order(ACCOUNT, symbol, { clientId: order });
    return found === undefined ? undefined : this.reportOf(found);
  }

  openOrders(): readonly OrderReport[] {
    return this.#venue.openOrders(ACCOUNT).map((order) => this.reportOf(order));
  }

  fills(instrument: InstrumentId, since: number): readonly Fill[] {
    const { symbol } = this.listed.get(instrument)!;
    const found = this.#venue.fills(ACCOUNT, symbol).filter(({ at }) => at >= since);
    return found.map((fill) => this.fillOf(fill));
  }

  /** Free and locked together. */
  balances(): ReadonlyMap<Asset, Money> {
    return new Map(
      [...this.#venue.balances(ACCOUNT)].map(([name, { free, locked }]) => [
        name as Asset,
        (free + locked) as Money,
      ]),
    );
  }

  candles(instrument: InstrumentId, timeframe: Timeframe, since: number, limit: number): readonly Candle[] {
    const { candles } = this.listed.get(instrument)!;
    return candles
      .filter((one) => one.timeframe === timeframe && one.candle.openAt >= since)
      .map(({ candle }) => candle)
      .slice(0, limit);
  }

  reportOf(order: VenueOrder): OrderReport {
    return {
      ...{
        account: ACCOUNT,
        instrument: instrumentId(VENUE, order.symbol),
        order: order.clientId as ClientOrderId,
      },
      ...{ venueOrderId: String(order.id), status: statuses[order.status] },
      filled: (BigInt(order.filledLots) * lot) as Quantity,
      ...(order.status === "rejected" ? { reason: "other" } : {}),
      at: order.updatedAt as Timestamp,
    };
  }

  fillOf(fill: VenueFill): Fill {
    const { tradeId, symbol, clientId, side, notional, fee, feeAsset, liquidity, at } = fill;
    return {
      ...{ tradeId: String(tradeId), account: ACCOUNT, instrument: instrumentId(VENUE, symbol) },
      ...{ order: clientId as ClientOrderId, side, price: (BigInt(fill.ticks) * tick) as Price },
      ...{ quantity: (BigInt(fill.lots) * lot) as Quantity, notional, fee, feeAsset: feeAsset as Asset },
      ...{ liquidity, at: at as Timestamp },
    };
  }

  /** The next trade of the tape: a walk of the price, a few lots, so that orders fill in parts. */
  #print(one: Listed): void {
    this.#time.after(PRINT_MS * (0.5 + this.#chance.next()), () => {
      const at = this.marketNow();
      one.ticks = Math.max(5_000, one.ticks + Math.round(8 * (this.#chance.next() - 0.5)));
      const id = one.trades.length + 1;
      const lots = 1 + this.#chance.integer(12_000);
      const side = this.#chance.next() < 0.5 ? "buy" : "sell";
      this.#venue.print(one.symbol, id, one.ticks, lots, side, at);
      this.#tell();
      const trade: Trade = { at, price: one.ticks / 100, quantity: lots / 1_000, side, id };
      one.trades.push(trade);
      one.candles.push(...one.series.push(trade));
      this.onTrade(one.instrument.id);
      this.#print(one);
    });
  }

  #tell(): void {
    for (const event of this.#venue.drain()) this.onAccount(event);
  }
}
