/** The market tools over what a running engine sees: final candles and books of the symbols that it follows, wherever they run. */
import { ref } from "../contracts/contract.ts";
import { Failure } from "../contracts/failure.ts";
import { SymbolContract } from "../contracts/symbol.ts";
import { timeframe, type Candle } from "../domain/market/candle.ts";
import type { Sides } from "../domain/market/depth.ts";
import { marketOf } from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  correlationsAmong,
  depthOf,
  moversAmong,
  type CorrelationWish,
  type MarketColumns,
} from "./market-figures.ts";
import type { Seen } from "./overview.ts";

export interface LiveChoice {
  /** Ids with commas between them; all without it. */
  readonly instruments?: string | undefined;
  readonly timeframe: string;
  readonly last: number;
}

const columnsOf = (name: string, candles: readonly Candle[]): MarketColumns => {
  const of = (field: "openAt" | "high" | "low" | "close" | "volume"): Float64Array =>
    Float64Array.from(candles, (candle) => candle[field]);
  return {
    name,
    at: of("openAt"),
    high: of("high"),
    low: of("low"),
    close: of("close"),
    volume: of("volume"),
  };
};

export const liveMarket = ({ wire, instruments }: Pick<Seen, "wire" | "instruments">) => {
  const followed = (id: string, field: string): string => {
    const market = marketOf(id);
    if (!(instruments as readonly string[]).includes(market))
      throw new Invalid(field, `an instrument that is followed: ${instruments.join(", ")}`, id);
    return market;
  };
  const candlesOf = async ({ instruments: wanted, timeframe: frame, last }: LiveChoice, more: number) => {
    const limit = last + more;
    const chosen = timeframe(frame);
    const names = wanted === undefined ? instruments : wanted.split(",");
    const ids = [...new Set(names.map((id) => followed(id, "instruments")))];
    return Promise.all(
      ids.map(async (id) =>
        columnsOf(id, await ref(wire, SymbolContract, id).history({ timeframe: chosen, limit })),
      ),
    );
  };

  return {
    movers: async (choice: LiveChoice, most: number) => ({
      timeframe: choice.timeframe,
      // The close before the first, and one more where the newest candle has not closed everywhere.
      ...moversAmong(await candlesOf(choice, 2), choice.last, most),
    }),
    correlations: async (choice: LiveChoice, wish: Omit<CorrelationWish, "last">) => ({
      timeframe: choice.timeframe,
      ...correlationsAmong(
        await candlesOf(choice, 1),
        { ...wish, last: choice.last },
        { candles: "last", window: "window" },
      ),
    }),
    /** `from`: the book where a strategy needs it, else the best quote as a book of one level a side. */
    async depth(id: string, quantity: number) {
      const { book, quote } = await ref(wire, SymbolContract, followed(id, "instrument")).book();
      if (book !== undefined && book.bids.length > 0 && book.asks.length > 0)
        return { instrument: id, from: "book", at: book.at, ...depthOf(book, quantity) };
      if (quote === undefined)
        throw new Failure(
          "Unavailable",
          `nothing is known of the book of ${id} yet`,
          503,
          "UNAVAILABLE",
          true,
        );
      const best: Sides = { bids: [[quote.bid, quote.bidQuantity]], asks: [[quote.ask, quote.askQuantity]] };
      return { instrument: id, from: "quote", at: quote.at, ...depthOf(best, quantity) };
    },
  };
};
