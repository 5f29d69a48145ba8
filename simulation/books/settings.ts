/** What a backtest over books is given and gives back. */
import type { BookEvents } from "../../domain/market/book-events.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import type { Money, Quantity } from "../../domain/values/values.ts";
import type { BookAccount } from "./book-account.ts";
import type { BookOrder } from "./book-order.ts";
import type { EquitySamples } from "./equity-samples.ts";
import type { QueueModel } from "./queue-model.ts";

/** Ms, each the same for all messages of its kind at a venue. */
export interface BookLatency {
  /** From the venue's event until the strategy knows it. */
  readonly feedMs: number;
  /** From the wish until order or cancel is at the venue. */
  readonly entryMs: number;
  /** From what the venue did with an order until the strategy knows it. */
  readonly answerMs: number;
}

export interface BookSettings {
  readonly strategy: Strategy;
  /** Complete. */
  readonly params: Params;
  readonly instrument: Instrument;
  readonly events: BookEvents;
  readonly queue: QueueModel;
  readonly latency: BookLatency;
  /** What there is at the start: quote, and base on the instrument's grid. */
  readonly quote: Money;
  readonly base: Quantity;
}

/** Several at once. */
export interface BooksSettings extends Omit<BookSettings, "instrument" | "events"> {
  /** One for each instrument, in the order in which the trader numbers them; `quote` of the first one's quote and `base` of its base are at each venue. */
  readonly markets: readonly BookMarket[];
}

export interface BookMarket {
  readonly instrument: Instrument;
  readonly events: BookEvents;
  /** Of its venue; unless given, that of the settings. */
  readonly latency?: BookLatency;
}

export interface BookResult {
  readonly events: number;
  readonly orders: readonly BookOrder[];
  readonly account: BookAccount;
  /** Cash, and base at the middle of the book. */
  readonly equity: EquitySamples;
  /** Last middle of the book, in quote; NaN where one side never stood. */
  readonly middle: number;
}
