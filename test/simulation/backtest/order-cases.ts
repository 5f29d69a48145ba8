/** One order or two over a few candles: what is asked at which close, and what must become of it. */
import type { OrderRequest } from "../../../domain/strategy/strategy.ts";
import type { BacktestOrder, FillConvention } from "../../../simulation/backtest/settings.ts";
import { MINUTE, START, type Row } from "./scripted.ts";

export const flat = (price: number): Row => [price, price, price, price];

/** What to ask at the close of candle k; the first is always 100. */
type Asks = Readonly<Record<number, readonly (Partial<OrderRequest> & { readonly tag: string })[]>>;

export const orderOf = (request: Partial<OrderRequest>): OrderRequest => ({
  i: 0,
  side: "buy",
  type: "limit",
  quantity: 1,
  ...request,
});

export interface Case {
  readonly what: string;
  readonly rows: readonly Row[];
  readonly asks: Asks;
  /** Tag, status, average price, closed at the end of which minute. */
  readonly expected: readonly (readonly [
    tag: string,
    status: string,
    price: number | null,
    minute: number,
  ])[];
  readonly convention?: FillConvention;
}

const buy = (price: number, more: Partial<OrderRequest> = {}) => ({ tag: "buy", price, ...more });
const market = { tag: "entry", type: "market" } as const;
const stop = (stopPrice: number, more: Partial<OrderRequest> = {}) =>
  ({ tag: "stop", side: "sell", type: "stop-market", stopPrice, ...more }) as const;
const sell = (price: number, more: Partial<OrderRequest> = {}) =>
  ({ tag: "sell", side: "sell", price, ...more }) as const;

export const cases: readonly Case[] = [
  {
    what: "a limit is filled at its price once a candle trades through it",
    rows: [flat(100), [100, 101, 99.5, 100], [100, 101, 98.9, 100]],
    asks: { 0: [buy(99)] },
    expected: [["buy", "filled", 99, 3]],
  },
  {
    what: "a candle that only touches the limit does not fill it",
    rows: [flat(100), [100, 101, 99, 100], [100, 101, 99, 100]],
    asks: { 0: [buy(99)] },
    expected: [["buy", "open", null, 0]],
  },
  {
    what: "a candle that opens beyond a resting limit fills it at the open, which is better",
    rows: [flat(100), [100, 101, 99.5, 100], [97, 98, 96, 97]],
    asks: { 0: [buy(99)] },
    expected: [["buy", "filled", 97, 2]],
  },
  {
    what: "a limit that could trade at once takes the open",
    rows: [flat(100), [100.5, 102, 100, 101]],
    asks: { 0: [buy(101)] },
    expected: [["buy", "filled", 100.5, 1]],
  },
  {
    what: "post-only is refused where it would take, and rests where not",
    rows: [flat(100), [100.5, 102, 98, 101]],
    asks: { 0: [buy(101, { timeInForce: "PO" }), buy(99, { timeInForce: "PO", quantity: 2 })] },
    expected: [
      ["buy", "refused", null, 1],
      ["buy", "filled", 99, 2],
    ],
  },
  {
    what: "immediate or cancel: at the open or never",
    rows: [flat(100), [100.5, 102, 98, 101]],
    asks: { 0: [buy(101, { timeInForce: "IOC" }), buy(100, { timeInForce: "FOK" })] },
    expected: [
      ["buy", "filled", 100.5, 1],
      ["buy", "expired", null, 1],
    ],
  },
  {
    what: "a stop is filled at its price when it is reached",
    rows: [flat(100), flat(100), [100, 101, 95, 99]],
    asks: { 0: [market], 1: [stop(95)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "filled", 95, 3],
    ],
  },
  {
    what: "a gap beyond the stop fills it at the open, which is worse",
    rows: [flat(100), flat(100), flat(100), [90, 92, 89, 91]],
    asks: { 0: [market], 1: [stop(95)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "filled", 90, 3],
    ],
  },
  {
    what: "a gap beyond the stop before it arrived fills it at the open, too",
    rows: [flat(100), flat(100), [90, 92, 89, 91]],
    asks: { 0: [market], 1: [stop(95)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "filled", 90, 2],
    ],
  },
  {
    what: "a stop whose price has been passed is refused",
    rows: [flat(100), flat(100), flat(100)],
    asks: { 0: [market], 1: [stop(100.5)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "refused", null, 2],
    ],
  },
  {
    what: "a stop that buys goes off above",
    rows: [flat(100), [100, 103.5, 100, 103], flat(103)],
    asks: { 0: [{ tag: "stop", type: "stop-market", stopPrice: 103 }] },
    expected: [["stop", "filled", 103, 2]],
  },
  {
    what: "a stop-limit that is jumped over waits as a limit",
    rows: [flat(100), flat(100), [90, 91, 89, 90], [90, 95.5, 90, 94]],
    asks: { 0: [market], 1: [stop(95, { type: "stop-limit", price: 94 })] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "filled", 94, 4],
    ],
  },
  {
    what: "a stop-limit that is reached on the way is filled at its stop",
    rows: [flat(100), flat(100), [100, 101, 94, 96]],
    asks: { 0: [market], 1: [stop(95, { type: "stop-limit", price: 94 })] },
    expected: [
      ["entry", "filled", 100, 1],
      ["stop", "filled", 95, 3],
    ],
  },
  {
    what: "in one candle stops come before limits",
    rows: [flat(100), flat(100), [100, 106, 94, 100]],
    asks: { 0: [{ ...market, quantity: 2 }], 1: [sell(101.5), stop(95)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["sell", "filled", 101.5, 3],
      ["stop", "filled", 95, 3],
    ],
  },
  {
    what: "the path of a candle that rose goes to its low first: the entry, then the stop would be above",
    convention: "intra-candle",
    rows: [flat(100), [100, 104, 98, 103], flat(103)],
    asks: { 0: [buy(99), { tag: "stop", type: "stop-market", stopPrice: 102 }] },
    expected: [
      ["buy", "filled", 99, 2],
      ["stop", "filled", 102, 2],
    ],
  },
  {
    what: "same-close: a market order at the close, a limit from the next candle on",
    convention: "same-close",
    rows: [
      [99, 101, 98, 100],
      [100, 101, 98.5, 100],
    ],
    asks: { 0: [market, buy(99)] },
    expected: [
      ["entry", "filled", 100, 1],
      ["buy", "filled", 99, 2],
    ],
  },
];

/** What a case expects of an order. */
export const seen = (order: BacktestOrder) => [
  order.tag,
  order.status,
  Number.isNaN(order.averagePrice) ? null : order.averagePrice,
  order.closedAt === 0 ? 0 : (order.closedAt - START) / MINUTE,
];
