/**
 * The venue of a simulated cluster: the matching engine behind a seeded tape, and what a real venue adds around it:
 * signed requests that are too old are refused, histories are told when asked, streams go to whoever is connected.
 * It also keeps what no venue tells, every order it took in order of arrival, for the checkers.
 */
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import { instrumentId, type Instrument } from "../../domain/market/instrument.ts";
import type { Depth, Trade } from "../../domain/market/tick.ts";
import type { Fill, Order, OrderReport, OrderStatus } from "../../domain/order/order.ts";
import type { Chance } from "../../domain/values/chance.ts";
import {
  decimal,
  money,
  toFloat,
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
import type { GroundVenue, Listing } from "./ground.ts";
import { SPEED } from "./ground.ts";
import { EPOCH_MS } from "./machine.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Age at which a signed request is refused. */
export const WINDOW_MS = 1_000;
const PRINT_MS = 120;
/** Of the market's time, between two trades before the run. */
const HISTORY_PRINT_MS = 7_500;

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
  readonly swing: number;
  /** How many trades there were before the run. */
  before: number;
}

export class SimulatedExchange {
  /** Told of each order that was taken. */
  onTaken: (order: ClientOrderId) => void = () => undefined;
  readonly listed: ReadonlyMap<InstrumentId, Listed>;
  readonly venue: VenueId;
  readonly account: AccountId;
  /** Whether quotes and books are told. */
  readonly depths: boolean;
  /** Told of each public trade, and of everything that happens to the account. */
  onTrade: (instrument: InstrumentId) => void = () => undefined;
  onAccount: (event: VenueEvent) => void = () => undefined;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #venue: SimulatedVenue = createVenue({ market: "tape" });

  constructor(time: VirtualTime, chance: Chance, { venue, account, listings, ...ground }: GroundVenue) {
    this.venue = venue;
    this.account = account;
    this.depths = ground.depths;
    this.#time = time;
    this.#chance = chance;
    this.listed = new Map(listings.map((listing) => [listing.instrument.id, this.#list(listing)] as const));
    this.#venue.deposit(account, "USDT", money("100000"), this.marketNow());
    this.#venue.drain();
    for (const one of this.listed.values()) {
      if (ground.historyMinutes > 0) this.#remember(one, chance.fork(one.symbol), ground.historyMinutes);
      this.#print(one);
    }
  }

  #list({ instrument, ticks, swing }: Listing): Listed {
    const { symbol, base, quote, tickSize: tick, lotSize: lot, notionalMin } = instrument;
    this.#venue.list({
      ...{ symbol, base, quote, tick, lot, lotsMin: 1, lotsMax: 1e9, notionalMin },
      ...{ makerBps: 10, takerBps: 10, feeStep: decimal("0.00000001"), status: "trading" },
    });
    const series = new CandleSeries(lot, ["1m", "5m", "15m", "1h"]);
    return { symbol, instrument, series, candles: [], trades: [], ticks, swing, before: 0 };
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
    const { symbol, instrument } = this.listed.get(order.instrument)!;
    const { tickSize: tick, lotSize: lot } = instrument;
    const submitted = this.#venue.submit(
      {
        ...{ account: this.account, symbol, clientId: order.id, side: order.side, type: order.type },
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
    const cancelled = this.#venue.cancel(this.account, symbol, { clientId: order }, this.marketNow());
    this.#tell();
    return cancelled !== undefined;
  }

  find(order: ClientOrderId, instrument: InstrumentId): OrderReport | undefined {
    const { symbol } = this.listed.get(instrument)!;
    const found = this.#venue.order(this.account, symbol, { clientId: order });
    return found === undefined ? undefined : this.reportOf(found);
  }

  openOrders(): readonly OrderReport[] {
    return this.#venue.openOrders(this.account).map((order) => this.reportOf(order));
  }

  fills(instrument: InstrumentId, since: number): readonly Fill[] {
    const { symbol } = this.listed.get(instrument)!;
    const found = this.#venue.fills(this.account, symbol).filter(({ at }) => at >= since);
    return found.map((fill) => this.fillOf(fill));
  }

  /** Free and locked together. */
  balances(): ReadonlyMap<Asset, Money> {
    return new Map(
      [...this.#venue.balances(this.account)].map(([name, { free, locked }]) => [
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
    const instrument = instrumentId(this.venue, order.symbol);
    const { lotSize: lot } = this.listed.get(instrument)!.instrument;
    return {
      ...{ account: this.account, instrument, order: order.clientId as ClientOrderId },
      ...{ venueOrderId: String(order.id), status: statuses[order.status] },
      filled: (BigInt(order.filledLots) * lot) as Quantity,
      ...(order.status === "rejected" ? { reason: "other" } : {}),
      at: order.updatedAt as Timestamp,
    };
  }

  fillOf(fill: VenueFill): Fill {
    const { tradeId, symbol, clientId, side, notional, fee, feeAsset, liquidity, at } = fill;
    const instrument = instrumentId(this.venue, symbol);
    const { tickSize: tick, lotSize: lot } = this.listed.get(instrument)!.instrument;
    return {
      ...{ tradeId: String(tradeId), account: this.account, instrument },
      ...{ order: clientId as ClientOrderId, side, price: (BigInt(fill.ticks) * tick) as Price },
      ...{ quantity: (BigInt(fill.lots) * lot) as Quantity, notional, fee, feeAsset: feeAsset as Asset },
      ...{ liquidity, at: at as Timestamp },
    };
  }

  /** The next trade of the tape: a walk of the price, a few lots, so that orders fill in parts. */
  #print(one: Listed): void {
    this.#time.after(PRINT_MS * (0.5 + this.#chance.next()), () => {
      const at = this.marketNow();
      const id = one.before + one.trades.length + 1;
      const { lots, side, trade } = this.#draw(one, this.#chance, id, at);
      this.#venue.print(one.symbol, id, one.ticks, lots, side, at);
      this.#tell();
      one.trades.push(trade);
      one.candles.push(...one.series.push(trade));
      this.onTrade(one.instrument.id);
      this.#print(one);
    });
  }

  #draw(one: Listed, chance: Chance, id: number, at: Timestamp) {
    one.ticks = Math.max(5_000, one.ticks + Math.round(one.swing * (chance.next() - 0.5)));
    const lots = 1 + chance.integer(12_000);
    const side = chance.next() < 0.5 ? "buy" : "sell";
    // The double nearest to the decimal: a tick divides one.
    const price = one.ticks / Math.round(1 / toFloat(one.instrument.tickSize));
    const trade: Trade = { at, price, quantity: lots / 1_000, side, id };
    return { lots, side, trade } as const;
  }

  /** Trades before the run: candles to warm up with. */
  #remember(one: Listed, chance: Chance, minutes: number): void {
    const begin = EPOCH_MS - minutes * 60_000;
    for (let at = begin; at < EPOCH_MS; at += HISTORY_PRINT_MS) {
      one.before += 1;
      one.candles.push(...one.series.push(this.#draw(one, chance, one.before, at as Timestamp).trade));
    }
  }

  /** The best levels as the last trades tell them, in units and prices. */
  depth(instrument: InstrumentId): Depth {
    const { symbol, instrument: of } = this.listed.get(instrument)!;
    const { bids, asks } = this.#venue.depth(symbol, 20);
    const [perTick, perLot] = [Math.round(1 / toFloat(of.tickSize)), Math.round(1 / toFloat(of.lotSize))];
    const real = (levels: readonly (readonly [number, number])[]): (readonly [number, number])[] =>
      levels.map(([ticks, lots]) => [ticks / perTick, lots / perLot] as const);
    return { at: this.marketNow(), bids: real(bids), asks: real(asks) };
  }

  #tell(): void {
    for (const event of this.#venue.drain()) this.onAccount(event);
  }
}
