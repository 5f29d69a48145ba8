/** A clearing house on a venue of its own, whose price the test sets: one contract, one margin account, a crowd that takes the other side. */
import { House } from "../../sandbox/futures/house.ts";
import { placementError } from "../../sandbox/futures/admission.ts";
import { futuresTerms, type FuturesOptions } from "../../sandbox/futures/terms.ts";
import { decimal, money, type Money } from "../../domain/values/values.ts";
import { createVenue } from "../../simulation/venue/engine.ts";
import type { NewOrder, SimulatedVenue, VenueFill } from "../../simulation/venue/venue.ts";

export const SYMBOL = "BTCUSDT";
const OWN = "main";
/** 2026-01-01, a funding time. */
export const START = 1_767_225_600_000;
/** One rate of 1 % for every notional. */
const tiers = [{ notionalFloor: 0, maintMarginRatio: 0.01, initialLeverage: 125 }];

export interface Desk {
  readonly house: House;
  readonly venue: SimulatedVenue;
  now: number;
  /** The last price becomes this many ticks (of 1 USDT); the book around it is `depth` lots a side. */
  price(ticks: number, depth?: number): void;
  /** False when it is refused. */
  order(order: Partial<NewOrder> & Pick<NewOrder, "side" | "lots">): boolean;
  fills(): readonly VenueFill[];
  /** What is due at `now`, until nothing more follows from it. */
  settle(): void;
}

/** Ticks of 1 USDT, lots of 0.01 BTC, 10 basis points for takers. */
export const openDesk = (wallet: string, options: FuturesOptions = {}): Desk => {
  const accounts = [{ name: OWN, apiKey: "key", secret: "secret", balances: { USDT: wallet } }];
  const house = new House(accounts, futuresTerms({ tiers, ...options }), START);
  const venue = createVenue({ unlimited: ["crowd"], clearing: house });
  house.open(venue);
  venue.list({
    symbol: SYMBOL,
    base: "BTC",
    quote: "USDT",
    tick: decimal("1"),
    lot: decimal("0.01"),
    lotsMin: 1,
    lotsMax: 1_000_000,
    notionalMin: money("0"),
    makerBps: 0,
    takerBps: 10,
    feeStep: decimal("0.00000001"),
    status: "trading",
    market: "book",
  });
  let ids = 0;
  const crowd = (side: "buy" | "sell", ticks: number, lots: number): void => {
    const base = { account: "crowd", symbol: SYMBOL, clientId: "", timeInForce: "GTC" } as const;
    venue.submit({ ...base, side, type: "limit", lots, ticks }, desk.now);
  };
  const desk: Desk = {
    house,
    venue,
    now: START,
    price(ticks, depth = 1_000_000) {
      for (const { id } of [...venue.openOrders("crowd")]) venue.cancel("crowd", SYMBOL, { id }, desk.now);
      // Whatever of ours stands in between is traded through.
      crowd("sell", ticks, 1_000_000);
      crowd("buy", ticks, 1);
      for (const { id } of [...venue.openOrders("crowd")]) venue.cancel("crowd", SYMBOL, { id }, desk.now);
      crowd("buy", ticks, 1_000_000);
      crowd("sell", ticks, 1);
      for (const { id } of [...venue.openOrders("crowd")]) venue.cancel("crowd", SYMBOL, { id }, desk.now);
      crowd("buy", ticks - 1, depth);
      crowd("sell", ticks + 1, depth);
    },
    order(asked) {
      ids += 1;
      const order: NewOrder = {
        account: OWN,
        symbol: SYMBOL,
        clientId: `o${ids}`,
        type: asked.ticks === undefined ? "market" : "limit",
        timeInForce: "GTC",
        ...asked,
      };
      return placementError(house, order) === undefined && venue.submit(order, desk.now).ok;
    },
    fills: () => venue.fills(OWN, SYMBOL),
    settle() {
      do venue.drain();
      while (house.settle(desk.now));
    },
  };
  return desk;
};

export const ownAccount = ({ house }: Desk) => house.account(OWN);

export const incomeOf = (desk: Desk, type?: string): Money =>
  ownAccount(desk)
    .incomes.filter((one) => type === undefined || one.type === type)
    .reduce((sum, { amount }) => sum + amount, 0n) as Money;
