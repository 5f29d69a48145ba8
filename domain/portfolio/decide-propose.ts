/**
 * A strategy's turn: aims are sized here, orders put on the venue's grid, everything reviewed by domain/risk.
 *
 * Grid: quantities down to the lot; limit prices of buys down and of sells up, stop prices of buys up and of
 * sells down (never more eager than asked).
 */
import { legIn } from "../market/instrument.ts";
import { adds, type Order } from "../order/order.ts";
import { Invalid } from "../values/invalid.ts";
import type { Price, Quantity } from "../values/values.ts";
import { refusal } from "../risk/risk.ts";
import type { Limits } from "../risk/limits.ts";
import { decideAim } from "./aim.ts";
import { listedFor, onGrid } from "./asked.ts";
import { decideProtect } from "./decide-protect.ts";
import type { Ask, Mark, Marks, Propose } from "./commands.ts";
import { AIM_TAG, Draft } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import { Book, UNALLOCATED } from "./book.ts";
import { decideMarks } from "./seen-prices.ts";
import { sized } from "./plan-standing.ts";
import { checkTag } from "./tags.ts";
import { type Listed, type PortfolioState } from "./state.ts";

export const decidePropose = (
  state: PortfolioState,
  limits: Limits,
  command: Propose,
): readonly PortfolioEvent[] => {
  const { strategy, sequence, at, asks } = command;
  const account = state.accounts.get(command.account);
  if (account === undefined) throw new Invalid("account", "an account of this portfolio", command.account);
  if (strategy === UNALLOCATED) throw new Invalid("strategy", "not the name of the rest", strategy);
  if (sequence <= (state.sequences.get(strategy) ?? 0)) return [];
  checkMarks(command.marks);
  const draft = new Draft(state, limits, at, command.marks);
  draft.events.push({
    type: "Proposed",
    strategy,
    account: account.id,
    sequence,
    marks: newMarks(state, command.marks),
    at,
  });
  draft.events.push(...decideMarks(state, command.marks, at));
  const book = account.books.get(strategy) ?? new Book(strategy, account);
  asks.forEach((ask, k) => {
    if (ask.type === "cancel") cancelTag(draft, book, ask.tag);
    else if (ask.type === "protect") {
      if (!wishedAgain(asks, k, ask)) decideProtect(draft, book, ask, `asks[${k}]`);
    } else if (ask.type === "place") place(draft, book, ask, `asks[${k}]`);
    // The latest wish wins: earlier aims of the same turn were never made.
    else if (!wishedAgain(asks, k, ask)) decideAsk(draft, book, ask, `asks[${k}]`);
  });
  return draft.events;
};

const wishedAgain = (
  asks: readonly Ask[],
  k: number,
  { type, instrument }: Extract<Ask, { type: "aim" | "protect" }>,
): boolean => {
  for (let later = k + 1; later < asks.length; later += 1) {
    const ask = asks[later]!;
    if (ask.type === type && ask.instrument === instrument) return true;
  }
  return false;
};

const checkMarks = (marks: Marks): void => {
  for (const id of Object.keys(marks)) {
    const mark = marks[id]!;
    for (const field of ["bid", "ask", "last"] as const)
      if (mark[field] <= 0n) throw new Invalid(`marks.${id}.${field}`, "a price above 0", mark[field]);
  }
};

const newMarks = (state: PortfolioState, marks: Marks): Marks => {
  const news: Record<string, Mark> = {};
  for (const id of Object.keys(marks)) {
    const mark = marks[id]!;
    const known = state.instruments.get(id as Listed["instrument"]["id"])?.mark;
    if (known?.last !== mark.last || known.bid !== mark.bid || known.ask !== mark.ask) news[id] = mark;
  }
  return news;
};

const cancelTag = (draft: Draft, book: Book, tag: string): void => {
  for (const event of draft.approved.values())
    if (event.order.tag === tag) draft.cancelApproved(book, event, "asked");
  for (const live of book.orders)
    if (live.order.tag === tag && !live.protects && !live.takes) draft.cancel(live, "asked");
};

const decideAsk = (draft: Draft, book: Book, ask: Extract<Ask, { type: "aim" }>, field: string): void => {
  if (!Number.isFinite(ask.exposure)) throw new Invalid(`${field}.exposure`, "a finite number", ask.exposure);
  const listed = listedFor(draft, book, ask.instrument);
  const known = book.positions.get(ask.instrument)?.refused;
  if (listed !== undefined) decideAim(draft, book, listed, sized(draft, book, listed, ask));
  else
    draft.refuse(
      book,
      { instrument: ask.instrument, tag: AIM_TAG, side: ask.exposure > 0 ? "buy" : "sell" },
      refusal("unknown-instrument"),
      { known },
    );
};

type Place = Extract<Ask, { type: "place" }>;

const place = (draft: Draft, book: Book, ask: Place, field: string): void => {
  checkPlace(ask, field);
  const listed = listedFor(draft, book, ask.instrument);
  if (listed === undefined) {
    draft.refuse(book, ask, refusal("unknown-instrument"));
    return;
  }
  const { tickSize, lotSize } = listed.instrument;
  const buys = ask.side === "buy";
  const quantity = onGrid(ask.quantity, lotSize, "down", `${field}.quantity`) as Quantity;
  const only = reduces(draft, book, listed, { buys, quantity });
  if (!only && turnsUnasked(draft, book, listed, buys)) {
    draft.refuse(book, ask, refusal("reduce-only", quantity, draft.closable(book, listed)));
    return;
  }
  draft.submit(book, listed, {
    instrument: ask.instrument,
    side: ask.side,
    type: ask.orderType,
    timeInForce: ask.timeInForce ?? "GTC",
    quantity,
    ...(only ? { reduceOnly: true } : {}),
    ...(ask.price === undefined
      ? {}
      : { price: onGrid(ask.price, tickSize, buys ? "down" : "up", `${field}.price`) as Price }),
    ...(ask.stopPrice === undefined
      ? {}
      : { stopPrice: onGrid(ask.stopPrice, tickSize, buys ? "up" : "down", `${field}.stopPrice`) as Price }),
    tag: ask.tag,
    reason: ask.tag,
  });
};

/** Against the position of a contract, and within it: such an order needs no margin, and can never turn the position over. Against a leg all do. */
const reduces = (
  draft: Draft,
  book: Book,
  listed: Listed,
  { buys, quantity }: { readonly buys: boolean; readonly quantity: Quantity },
): boolean => {
  const leg = legIn(listed.instrument.id);
  if (leg !== undefined) return buys !== (leg === "long");
  const position = book.positions.get(listed.instrument.id);
  if (position?.contract !== true || position.quantity === 0n || buys === position.quantity > 0n)
    return false;
  return quantity <= draft.closable(book, listed);
};

/**
 * An order larger than the room beside reductions that are out: a venue ends those when their position has gone. One that has no reduce-only
 * would let them turn it over, so the order is refused.
 */
const turnsUnasked = (
  draft: Draft,
  book: Book,
  { instrument: { id, lacks } }: Listed,
  buys: boolean,
): boolean => {
  const held = book.positions.get(id)?.quantity ?? 0n;
  if (lacks?.includes("reduce-only") !== true || held === 0n || buys === held > 0n) return false;
  const reduction = (order: Order): boolean => order.instrument === id && !adds(order);
  for (const { order } of book.orders) if (reduction(order)) return true;
  for (const { order } of draft.approved.values())
    if (order.strategy === book.strategy && reduction(order)) return true;
  return false;
};

const checkPlace = (ask: Place, field: string): void => {
  const wantsPrice = ask.orderType === "limit" || ask.orderType === "stop-limit";
  const wantsStop = ask.orderType === "stop-market" || ask.orderType === "stop-limit";
  checkTag(ask.tag, `${field}.tag`);
  if (!(ask.quantity > 0)) throw new Invalid(`${field}.quantity`, "a number above 0", ask.quantity);
  expectPrice(`${field}.price`, ask.orderType, wantsPrice, ask.price);
  expectPrice(`${field}.stopPrice`, ask.orderType, wantsStop, ask.stopPrice);
};

const expectPrice = (field: string, type: string, wanted: boolean, found: number | undefined): void => {
  if (wanted && !(found !== undefined && found > 0))
    throw new Invalid(field, `a price above 0 for a ${type} order`, found);
  if (!wanted && found !== undefined) throw new Invalid(field, `none for a ${type} order`, found);
};
