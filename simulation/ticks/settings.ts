/** What a backtest over prints is given and gives back. */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import { instrumentId, type Instrument } from "../../domain/market/instrument.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { PortfolioSettings } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import type { Decided } from "../../domain/values/turn.ts";
import type {
  AccountId,
  InstrumentId,
  Money,
  Price,
  Quantity,
  Side,
  VenueId,
} from "../../domain/values/values.ts";
import type { Listing, PrintColumns, SimulatedVenue } from "../venue/venue.ts";
import type { TickStrategy } from "./running-strategy.ts";

/** Recorded prints, moment by moment; the sandbox's replays are of this shape. */
export interface TickSource {
  readonly listings: readonly Listing[];
  /** Time of the next moment, ms; undefined at the end. */
  nextAt(): number | undefined;
  /** Prints all of the next moment. */
  apply(stage: TickStage): unknown;
  /** The next prints as columns, where all until a time are of one symbol; undefined where they are not, or at the end. */
  ahead?(): PrintsAhead | undefined;
  /** Of those, the ones below this index have happened. */
  taken?(index: number): void;
}

export interface PrintsAhead {
  readonly symbol: string;
  readonly columns: PrintColumns;
  readonly from: number;
  readonly to: number;
  /** Another symbol prints then. */
  readonly before: number;
}

export interface TickStage {
  readonly venue: SimulatedVenue;
  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void;
}

export interface TickSettings {
  readonly source: TickSource;
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly balances: Readonly<Record<string, Money>>;
  /** Any text: order ids begin with what becomes of it. */
  readonly nonce: string;
  readonly portfolio: PortfolioSettings;
  /** Candles are built of these; of each strategy's own besides. */
  readonly timeframes?: readonly Timeframe[];
  /** Candles of this one are kept, for reports. */
  readonly recorded?: Timeframe | undefined;
  readonly strategies: readonly TickStrategy[];
}

export interface TickResult {
  /** All that was decided, in order: what the actors' journal of the portfolio holds. */
  readonly turns: readonly Decided<PortfolioCommand, PortfolioEvent>[];
  readonly state: PortfolioState;
  readonly venue: SimulatedVenue;
  /** Final candles of the timeframe that was to be kept; empty where none was. */
  readonly recorded: ReadonlyMap<InstrumentId, CandleTable>;
  /** Time of the last print, ms; 0 without any. */
  readonly endedAt: number;
  readonly trades: number;
  readonly candles: number;
}

/** As the venue's adapter would tell it. */
export const instrumentOf = (venue: VenueId, listing: Listing): Instrument => {
  const { base, quote, tick, lot, lotsMin, lotsMax, notionalMin, makerBps, takerBps } = listing;
  const symbol = `${base}/${quote}`;
  return {
    id: instrumentId(venue, symbol),
    venue,
    symbol,
    base: base as Instrument["base"],
    quote: quote as Instrument["quote"],
    tickSize: tick as Price,
    lotSize: lot as Quantity,
    quantityMin: (lot * BigInt(lotsMin)) as Quantity,
    quantityMax: (lot * BigInt(lotsMax)) as Quantity,
    notionalMin,
    makerBps,
    takerBps,
    status: "trading",
  };
};
