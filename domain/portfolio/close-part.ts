/**
 * A part of a position closed by hand: so much is owed from then on, and sold as what a target owes is (keep-targets.ts): the stop makes way
 * for it and covers the rest, and a refusal is tried again. The strategy hears of an order of its own.
 */
import { closingSide, partOf } from "../positions/closing.ts";
import { Invalid } from "../values/invalid.ts";
import {
  absolute,
  format,
  roundDown,
  type InstrumentId,
  type Quantity,
  type StrategyId,
  type Timestamp,
} from "../values/values.ts";
import type { Book, Position } from "./book.ts";
import type { PortfolioEvent } from "./events.ts";
import { isDust, nameOf } from "./keep-stops.ts";
import type { Listed, PortfolioState } from "./state.ts";

export interface ClosePart {
  readonly type: "ClosePart";
  readonly strategy: StrategyId;
  readonly instrument: InstrumentId;
  /** Of what is held, above 0, to 100; or a quantity, on the lot or rounded down to it. One of both. */
  readonly percent?: number;
  readonly quantity?: Quantity;
  readonly by: string;
  readonly at: Timestamp;
}

/** Throws `Invalid` naming the field. */
export const decideClosePart = (state: PortfolioState, command: ClosePart): readonly PortfolioEvent[] => {
  const { by, at } = command;
  const { book, position, listed } = heldBy(state, command);
  const { owed } = position.protection?.targets ?? { owed: 0n };
  const free = (absolute(position.quantity) - owed) as Quantity;
  const asked = partAsked(command, free, listed);
  const { lotSize } = listed.instrument;
  // What could not be sold by itself goes with it.
  const rest = free - asked;
  const quantity = rest > 0n && isDust(listed, rest, listed.mark) ? roundDown(free, lotSize) : asked;
  if (isDust(listed, quantity, listed.mark))
    throw new Invalid(fieldOf(command), "as much as the venue's smallest order", format(asked));
  return [
    {
      type: "CloseAsked",
      ...nameOf(book, position.instrument),
      side: closingSide(position.quantity),
      quantity,
      by,
      at,
    },
  ];
};

const fieldOf = ({ percent }: ClosePart): string => (percent === undefined ? "quantity" : "percent");

const heldBy = (
  state: PortfolioState,
  { strategy, instrument }: ClosePart,
): { readonly book: Book; readonly position: Position; readonly listed: Listed } => {
  const listed = state.instruments.get(instrument);
  for (const { books } of state.accounts.values()) {
    const book = books.get(strategy);
    const position = book?.positions.get(instrument);
    if (book !== undefined && position !== undefined && position.quantity !== 0n && listed !== undefined)
      return { book, position, listed };
  }
  throw new Invalid("instrument", `one of which ${strategy} holds something`, instrument);
};

const partAsked = ({ percent, quantity }: ClosePart, free: Quantity, { instrument }: Listed): Quantity => {
  if ((percent === undefined) === (quantity === undefined))
    throw new Invalid("percent", "percent or quantity, one of both", percent);
  if (percent !== undefined) return partOf(free, percent, instrument.lotSize);
  if (quantity! <= 0n || quantity! > free)
    throw new Invalid("quantity", `above 0, to ${format(free)}, which is held`, format(quantity!));
  return roundDown<Quantity>(quantity!, instrument.lotSize);
};
