/** What must hold of a portfolio after every turn. */
import { expect } from "vitest";

import { isInverse } from "../../../domain/market/instrument.ts";
import { adds } from "../../../domain/order/order.ts";
import { assetsOf } from "../../../domain/portfolio/book.ts";
import type { PortfolioState } from "../../../domain/portfolio/state.ts";
import { unaccounted } from "../../../domain/portfolio/view.ts";

import { notional, type Price, type Quantity } from "../../../domain/values/values.ts";

/** Every sum the state keeps is counted again from its parts. */
export const checkBooks = (state: PortfolioState): void => {
  for (const account of state.accounts.values()) {
    expect(unaccounted(account)).toEqual({});
    for (const book of account.books.values()) {
      const reserved = new Map<string, bigint>();
      for (const live of book.orders) {
        const { base, quote } = assetsOf(live.order.instrument);
        const asset = adds(live.order) ? quote : base;
        reserved.set(asset, (reserved.get(asset) ?? 0n) + live.reserved);
      }
      // What the margin of contracts keeps: a long's cost has left the cash, a short's came in; inverse the other way.
      for (const { contract, cost, quote, instrument } of book.positions.values())
        if (contract) {
          const leverage = BigInt(state.instruments.get(instrument)?.instrument.leverage ?? 1);
          const margin = ((cost < 0n ? -cost : cost) + leverage - 1n) / leverage;
          const kept = margin - (isInverse(instrument) ? -cost : cost);
          reserved.set(quote, (reserved.get(quote) ?? 0n) + kept);
        }
      for (const [asset, holding] of book.holdings)
        if (holding.reserved !== (reserved.get(asset) ?? 0n))
          throw new Error(`${book.strategy} reserves ${holding.reserved} ${asset}`);
      for (const { quantity: held, base, contract } of book.positions.values()) {
        if (contract ? held !== book.total(base) : held < 0n)
          throw new Error(`${book.strategy} holds ${held}`);
        if (held > 0n && held > book.total(base)) throw new Error(`${book.strategy}: position without asset`);
      }
    }
  }
  checkSums(state);
};

/** A short counts as a long of its size. */
const sizeOf = (held: bigint): bigint => (held < 0n ? -held : held);

const checkSums = (state: PortfolioState): void => {
  const gross = new Map<string, bigint>();
  for (const listed of state.instruments.values()) {
    let held = 0n;
    let buying = 0n;
    for (const account of state.accounts.values())
      for (const book of account.books.values())
        held += sizeOf(book.positions.get(listed.instrument.id)?.quantity ?? 0n);
    for (const live of state.orders.values())
      if (adds(live.order) && live.order.instrument === listed.instrument.id) buying += live.remaining;
    expect([listed.held, listed.buying]).toEqual([held, buying]);
    const last = listed.mark?.last ?? (0n as Price);
    const size = listed.instrument.contractSize;
    const amount = (held + buying) as Quantity;
    const value = size === undefined ? notional(last, amount) : last === 0n ? 0n : (amount * size) / last;
    gross.set(listed.instrument.quote, (gross.get(listed.instrument.quote) ?? 0n) + value);
  }
  for (const [asset, sum] of state.gross) expect(sum).toBe(gross.get(asset) ?? 0n);
};
