/**
 * One shape for backtest, paper, live and evolution. A strategy is a named set of genes and a way to start
 * traders; a trader is one running instance with incremental state. It reads no clock and draws no chance,
 * cannot size past the portfolio and cannot see the future.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Depth, Quote, Trade } from "../market/tick.ts";
import type { OrderStatus, OrderType, TimeInForce } from "../order/order.ts";
import type { Side, Timestamp } from "../values/values.ts";
import type { Guiding, Prediction } from "./predictions.ts";
import type { Target } from "./targets.ts";
import type { Inventory, Unhedged } from "./unhedged.ts";

/** Parameter values as plain data: what configuration, genomes and forms carry. */
export type Params = Readonly<Record<string, number | boolean | string>>;

export type Gene =
  | {
      readonly kind: "integer" | "real";
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly unit: string;
      readonly default: number;
      readonly about: string;
    }
  | {
      readonly kind: "choice";
      readonly choices: readonly string[];
      readonly default: string;
      readonly about: string;
    }
  | { readonly kind: "flag"; readonly default: boolean; readonly about: string }
  /** What people write, such as a condition. `impossible` reads it; a search leaves it as it is. */
  | { readonly kind: "text"; readonly default: string; readonly about: string };

export type Genes<P extends Params> = { readonly [K in keyof P]: Gene };

export interface Needs {
  readonly timeframes: readonly Timeframe[];
  /** Final candles of each timeframe wanted before the first live one. */
  readonly warmupCandles: number;
  readonly trades?: boolean;
  readonly quotes?: boolean;
  /** The best levels of the order books, some twenty a side. Candles and trades have none: a backtest over them refuses the strategy. */
  readonly books?: boolean;
}

export interface Strategy<P extends Params = Params> {
  readonly name: string;
  readonly about: string;
  readonly genes: Genes<P>;
  /** Rules between parameters: the text of the first one broken, naming the parameter to change first, or undefined. */
  impossible?(params: P): string | undefined;
  needs(params: P): Needs;
  start(params: P, market: readonly Instrument[]): Trader;
  /** A model's predictions guide it (guided.ts), so its memory is another one. */
  readonly guided?: true;
  /** Its positions are managed (manage/managed.ts), so its memory is another one. */
  readonly managed?: true;
  /** Its last instrument hedges the others (hedged.ts). */
  readonly hedged?: true;
  /** An execution algorithm works its aims (domain/execution/worked.ts), so its memory is another one. */
  readonly worked?: true;
}

/** What a trader must remember across a move or a restart: plain JSON. */
export type Saved = Readonly<Record<string, unknown>>;

/** Private state and incremental indicators of one running strategy. `i` says which of its instruments. */
export interface Trader {
  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void;
  onTrade?(trade: Trade, i: number, desk: Desk): void;
  onQuote?(quote: Quote, i: number, desk: Desk): void;
  onBook?(book: Depth, i: number, desk: Desk): void;
  onOrder?(update: OrderUpdate, desk: Desk): void;
  onTimer?(at: Timestamp, desk: Desk): void;
  /** Of a strategy whose legs answer one another: what was held without an answer, up to `now`. */
  unhedged?(now: Timestamp): Unhedged;
  /** Of a market maker: what it holds, by instrument. */
  inventory?(desk: Desk): readonly Inventory[];
  /** Of one that a model guides: what the model says, while it runs. False: nothing new. */
  predicted?(symbol: string, prediction: Prediction): boolean;
  guiding?(now: Timestamp): Guiding;
  /** What it has to tell of itself at the end of a run, as rows of one table; its orders and profits are told anyway. */
  report?(): readonly ToldRow[];
  save(): Saved;
  load(saved: Saved): void;
}

/** By column; NaN where there is nothing to tell. */
export type ToldRow = Readonly<Record<string, string | number>>;

export interface OrderUpdate {
  readonly i: number;
  readonly tag: string;
  readonly status: OrderStatus | "partial" | "blocked";
  /** Why it was refused, blocked (our own risk rule), cancelled or expired. */
  readonly reason?: string;
  readonly side: Side;
  readonly filled: number;
  readonly price: number;
}

export interface OpenOrder {
  readonly i: number;
  readonly tag: string;
  readonly side: Side;
  readonly price: number;
  readonly remaining: number;
}

export interface OrderRequest {
  readonly i: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce?: TimeInForce;
  /** Base units, rounded down to the lot by the portfolio. */
  readonly quantity: number;
  readonly price?: number;
  readonly stopPrice?: number;
}

/** All that a strategy can do and see of itself. Warm-up candles come with a desk that places nothing. */
export interface Desk {
  /** Held now, as a fraction of the strategy's equity (-1..1 and beyond with leverage). */
  exposure(i: number): number;
  /** Base units held. */
  position(i: number): number;
  /** What the account that trades this instrument has for the strategy of its quote asset, and of its base, however it came. */
  cash(i: number): number;
  holding(i: number): number;
  /** Latest best bid and ask; NaN fields before the first. */
  quote(i: number): Quote;
  /** Latest depth; both sides empty before the first, and where `books` are not needed. */
  book(i: number): Depth;
  /** Marked equity of the strategy's sub-ledger, in quote units. */
  readonly equity: number;
  readonly now: Timestamp;
  /** Whether wishes are dropped now, as in the warm-up: a trader that keeps an account of its orders asks for none. */
  readonly mute: boolean;
  /** Wish to hold this fraction of equity; the portfolio sizes, checks and places. The latest wish wins. */
  aim(i: number, exposure: number, reason: string, ...numbers: number[]): void;
  /**
   * What I hold shall be sold when the price falls to `stopPrice`: the portfolio keeps one stop order for it at the
   * venue, of the size of the position. At each of `targets` a part of it is sold beside (targets.ts); without a stop price there are
   * targets alone, and without either the wish is withdrawn. It replaces the one before, ends by itself with the position, and a
   * target of a price and part that the position has reached before is not reached again.
   */
  protect(i: number, stopPrice: number | undefined, reason?: string, targets?: readonly Target[]): void;
  place(order: OrderRequest, tag: string): void;
  cancel(tag: string): void;
  orders(): Iterable<OpenOrder>;
  wake(at: Timestamp): void;
}
