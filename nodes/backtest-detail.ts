/**
 * Finer candles beside those that a strategy decides on: orders meet them, so that what happens within a candle is known better
 * than by its four prices. There must be some within every candle of the time tested: a result must not rest on a mixture.
 */
import type { CandleTable } from "../domain/history/candle-table.ts";
import { timeframe, timeframes } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { BacktestMarket } from "../simulation/backtest/backtest.ts";
import { recordedMarkets, type MarketChoice, type RecordedMarkets } from "./backtest-markets.ts";

const OPTION = "--timeframe-detail";

/** `from`: candles that close by then need none. Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const withDetail = async (
  recorded: RecordedMarkets,
  choice: MarketChoice,
  detail: string,
  from = -Infinity,
): Promise<RecordedMarkets> => {
  const frame = timeframe(detail, OPTION);
  const span = timeframes[recorded.timeframe];
  if (timeframes[frame] >= span || span % timeframes[frame] !== 0)
    throw new Invalid(
      OPTION,
      `a finer timeframe that whole candles of ${recorded.timeframe} are made of`,
      detail,
    );
  const fine = await recordedMarkets({ ...choice, timeframe: frame, option: OPTION });
  const notes = [...recorded.notes, ...fine.notes.filter((note) => !recorded.notes.includes(note))];
  const markets = recorded.markets.map((market): BacktestMarket => {
    const { symbol } = market.instrument;
    const candles = fine.markets.find(({ instrument }) => instrument.symbol === symbol)?.candles;
    if (candles === undefined) throw new Invalid(OPTION, `${frame} candles of ${symbol}`, choice.path);
    const { bare, different } = laidOver(market.candles, candles, span, from);
    if (bare.count > 0)
      throw new Invalid(
        OPTION,
        `${frame} candles within every ${recorded.timeframe} candle of ${symbol} (--timerange limits the time)`,
        `none at ${iso(bare.first)}, ${bare.count} times in all`,
      );
    if (different.count > 0)
      notes.push(
        `${symbol}: ${different.count} candles of ${recorded.timeframe} are not what those of ${frame} within them make, the first at ${iso(different.first)}`,
      );
    return { ...market, detail: { timeframe: frame, candles } };
  });
  return { ...recorded, markets, notes };
};

const iso = (at: number): string => new Date(at).toISOString();

class Found {
  count = 0;
  first = NaN;

  at(time: number): void {
    if (this.count === 0) this.first = time;
    this.count += 1;
  }
}

/** Coarse candles without a fine one, and those whose prices are not those of the fine ones within them. */
const laidOver = (
  coarse: CandleTable,
  fine: CandleTable,
  span: number,
  from: number,
): { readonly bare: Found; readonly different: Found } => {
  const bare = new Found();
  const different = new Found();
  let row = 0;
  for (let k = 0; k < coarse.length; k += 1) {
    const at = coarse.at[k]!;
    if (at + span <= from) continue;
    while (row < fine.length && fine.at[row]! < at) row += 1;
    const first = row;
    let [low, high] = [Infinity, -Infinity];
    for (; row < fine.length && fine.at[row]! < at + span; row += 1) {
      low = Math.min(low, fine.low[row]!);
      high = Math.max(high, fine.high[row]!);
    }
    if (row === first) bare.at(at);
    else if (
      fine.open[first] !== coarse.open[k] ||
      fine.close[row - 1] !== coarse.close[k] ||
      low !== coarse.low[k] ||
      high !== coarse.high[k]
    )
      different.at(at);
  }
  return { bare, different };
};
