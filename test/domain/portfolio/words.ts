/** Short words for the portfolio's tests. BTC/USDT: tick 0.01, lot 0.001, at least 5 USDT, 10 bps; others alike. */
import { expect } from "vitest";
import type { Instrument } from "../../../domain/market/instrument.ts";

import type { Ask, Mark } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";

import {
  decimal,
  money,
  price,
  quantity,
  type AccountId,
  type Asset,
  type InstrumentId,
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

export const units = (text: string): bigint => decimal(text);
