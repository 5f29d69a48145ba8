/** Feeds the memory of the risk plan with what happened. Without a plan there is no memory, and nothing here is called. */
import { format, roundDown, toFloat, type Asset, type Decimal, type Quantity } from "../values/values.ts";
import { adds } from "../order/order.ts";
import { notionalOf } from "../positions/contract.ts";
import { belowMinimum } from "../risk/risk.ts";
import { nextDay } from "../risk/controls/zone.ts";
import type { RiskMemory } from "../risk/memory.ts";
import { UNALLOCATED, type Book, type Position } from "./book.ts";
import { equityOf } from "./equity.ts";
import type { PortfolioEvent, PortfolioEventOf } from "./events.ts";
import type { Marks } from "./commands.ts";
import type { PortfolioState } from "./state.ts";

/** After the event is in the state. */
export const remember = (state: PortfolioState, memory: RiskMemory, event: PortfolioEvent): void => {
  const handle = handlers[event.type] as Handler<PortfolioEvent> | undefined;
  handle?.(state, memory, event);
};

type Handler<E> = (state: PortfolioState, memory: RiskMemory, event: E) => void;
type Handlers = { readonly [T in PortfolioEvent["type"]]?: Handler<PortfolioEventOf<T>> };

/** Of all strategies, what is unallocated left out. Fresher `marks` go before the state's. */
export const equityOfAll = (state: PortfolioState, quote: Asset, marks: Marks = {}): Decimal => {
  let sum = 0n;
  for (const account of state.accounts.values())
    for (const book of account.books.values())
      if (book.strategy !== UNALLOCATED) sum += equityOf(state, book, quote, marks);
  return sum;
};

const handlers: Handlers = {
  Proposed: (state, memory, { marks, at }) => {
    memory.reach(at);
    for (const id of Object.keys(marks)) memory.see(id, toFloat(marks[id]!.last));
    const { drawdown, dailyLoss } = memory.plan;
    if (drawdown === undefined && dailyLoss === undefined) return;
    const zone = dailyLoss?.timeZone ?? "UTC";
    for (const quote of memory.quotes) {
      const equity = equityOfAll(state, quote as Asset);
      const track = memory.track(quote);
      track.mark(equity, at, zone);
      if (dailyLoss !== undefined && track.lost(equity, dailyLoss.max, at, zone) !== undefined)
        memory.lock({ rule: "daily-loss", instrument: "*", side: "*", until: nextDay(zone, at) }, at);
    }
  },
  Allotted: (_, memory, { asset, amount }) => memory.track(asset).shift(amount),
  Released: (_, memory, { amounts }) => {
    for (const asset of Object.keys(amounts)) memory.track(asset).shift(0n - amounts[asset]!);
  },
  Halted: (_, memory) => void (memory.liquidated = undefined),
  Resumed: (_, memory) => memory.restart(),
  EntriesLocked: (_, memory, { number }) => memory.tell(number),
  OrderApproved: (_, memory, { order }) => {
    if (adds(order)) memory.entered(order.strategy, order.at);
  },
  OrderPlaced: (_, memory, { sent }) => memory.sent(sent.at),
  CancelRequested: (_, memory, { at }) => memory.cancelled(at),
  OrderFilled: (state, memory, { strategy, fill, order, tag }) => {
    memory.filled(fill.at);
    const book = state.accounts.get(fill.account)!.books.get(strategy)!;
    const stopped = state.orders.get(order)?.protects === true || isStopTag(tag);
    traded(state, memory, book, { ...fill, stopped });
  },
  Crossed: (state, memory, { account, instrument, buy, sell, quantity, notional: worth, at }) => {
    for (const { strategy, order, tag } of [buy, sell]) {
      const book = state.accounts.get(account)!.books.get(strategy)!;
      const stopped = state.orders.get(order)?.protects === true || isStopTag(tag);
      traded(state, memory, book, { instrument, quantity, notional: worth, at, stopped });
    }
  },
  Liquidated: (state, memory, { fill, shares }) => {
    const { account, instrument, price, at } = fill;
    if (memory.plan.haltOnLiquidation === true)
      memory.liquidated = `liquidation: ${format(fill.quantity)} ${instrument} at ${format(price)}`;
    for (const { strategy, quantity } of shares) {
      const book = state.accounts.get(account)!.books.get(strategy)!;
      const paid = notionalOf(state.instruments.get(instrument)?.instrument ?? {}, price, quantity);
      traded(state, memory, book, { instrument, quantity, notional: paid, at, stopped: true });
    }
  },
};

/** As strategies name orders that leave at a loss: freqtrade's exit reasons. */
const isStopTag = (tag: string): boolean =>
  tag === "stop_loss" || tag === "trailing_stop_loss" || tag === "liquidation";

interface Trade {
  readonly instrument: Position["instrument"];
  readonly quantity: Decimal;
  readonly notional: Decimal;
  readonly at: number;
  readonly stopped: boolean;
}

const traded = (state: PortfolioState, memory: RiskMemory, book: Book, trade: Trade): void => {
  const { instrument, at, stopped } = trade;
  const position = book.position(instrument);
  const listed = state.instruments.get(instrument);
  const lots = roundDown(position.quantity, listed?.instrument.lotSize ?? 0n) as Quantity;
  const last = listed?.mark?.last;
  // Dust cannot be sold: the position has ended.
  const ended =
    lots === 0n ||
    (lots > 0n &&
      listed !== undefined &&
      last !== undefined &&
      belowMinimum(listed.instrument, lots, last) !== undefined);
  memory.traded({
    key: `${book.account.id}|${book.strategy}|${instrument}`,
    instrument,
    strategy: book.strategy,
    at,
    held: ended ? 0 : toFloat(position.quantity),
    quantity: toFloat(trade.quantity),
    notional: toFloat(trade.notional),
    realised: toFloat(position.realised),
    stopped,
  });
};
