/**
 * Where a sandbox's market comes from. A source is a row of slices, each one moment of market time; applying
 * one makes prints (or crowd orders) at the venue and may add recorded stream messages to pass through.
 */
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Side } from "../../domain/values/values.ts";
import type { Listing, SimulatedVenue } from "../../simulation/venue/venue.ts";
import type { CandleSeries } from "./candle-series.ts";

/** A recorded market stream message, sent as it was recorded. */
export interface Recorded {
  readonly symbol: string;
  /** `depth`, `bookTicker` or `trade`. */
  readonly channel: string;
  readonly json: string;
  /** Update id of depth and bookTicker, trade id of trade. */
  readonly id: number;
}

/** A book as recorded, for GET /api/v3/depth. */
export interface RecordedDepth {
  readonly updateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

/** What a source acts on. */
export interface Stage {
  readonly venue: SimulatedVenue;
  /** One recorded print; one told late is printed now. */
  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void;
}

export interface MarketSource {
  readonly listings: readonly Listing[];
  /** Market time before the first slice. */
  readonly startAt: number;
  /** Accounts of the crowd, which have no balances. */
  readonly unlimited: readonly string[];
  /** 0: endless. */
  readonly slices: number;
  /** Shortest frame in which candles are kept. */
  readonly base: Timeframe;
  /** Recorded books, bookTickers and trades are passed through instead of made. */
  readonly passesThrough: boolean;
  /** It trades at any time up to its next slice: market time must not run ahead, or prints would come out of order. */
  readonly continuous?: boolean;
  /** It happens elsewhere by the wall's clock: who falls behind makes up for it. */
  readonly live?: boolean;
  /** Puts what was recorded before the start into a symbol's candles. */
  recall(symbol: string, into: CandleSeries): void;
  /** Opens it on the venue, once its pairs are listed. */
  begin?(venue: SimulatedVenue): void;
  /** Market time of the next slice; undefined at the end. */
  nextAt(): number | undefined;
  apply(stage: Stage): readonly Recorded[];
  depth?(symbol: string): RecordedDepth | undefined;
}
