/** What must hold of a portfolio after every turn. */
import { expect } from "vitest";

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
