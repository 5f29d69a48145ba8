/** Instruments and their marks, into state. */
import { absolute, type InstrumentId } from "../values/values.ts";
import { lockAnew } from "./contracts.ts";
import type { PortfolioEventOf } from "./events.ts";
import { bookFor, revalue } from "./ledger.ts";
import { expect } from "./orders.ts";
import { listedAnew } from "./protection.ts";
import { Listed, type PortfolioState } from "./state.ts";

export const list = (state: PortfolioState, event: PortfolioEventOf<"InstrumentChanged">): void => {
  const { instrument } = event;
  const known = state.instruments.get(instrument.id);
  if (known !== undefined) {
    known.instrument = instrument;
    listedAnew(state, instrument.id);
    lockAnew(state, instrument.id);
    return;
  }
  const listed = new Listed(instrument);
  // Foreign fills may have come before the instrument was announced.
  for (const account of state.accounts.values())
    for (const book of account.books.values())
      listed.held += absolute(book.positions.get(instrument.id)?.quantity ?? 0n);
  state.instruments.set(instrument.id, listed);
  lockAnew(state, instrument.id);
};

export const takeMarks = (state: PortfolioState, event: PortfolioEventOf<"Proposed">): void => {
  bookFor(expect(state.accounts.get(event.account), event.account), event.strategy);
  state.sequences.set(event.strategy, event.sequence);
  for (const id of Object.keys(event.marks)) {
    const listed = state.instruments.get(id as InstrumentId);
    if (listed === undefined) continue;
    listed.mark = event.marks[id];
    revalue(state, listed);
  }
};
