/** `shoal download-data --trades`: each trade of a pair, into the folder where `import --trades` puts them. */
import type { CcxtMarket } from "../../adapters/venue/ccxt-market.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import { Exit, exits } from "../exit.ts";
import { progressLine } from "../progress.ts";
import { answer, say, table, timeText } from "../terminal.ts";

export interface FetchedTrades {
  readonly symbol: string;
  readonly trades: number;
  readonly fetched: number;
  readonly resumed: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly path: string;
}

interface Wanted {
  readonly symbol: string;
  readonly instrument: InstrumentId;
  readonly from: number;
  readonly until: number;
}

export const fetchTrades = async (
  market: CcxtMarket,
  { symbol, instrument, from, until }: Wanted,
  path: string,
): Promise<FetchedTrades> => {
  const [{ downloadTrades }, { systemClock: clock }] = await Promise.all([
    import("../../adapters/history/download-trades.ts"),
    import("../../adapters/clock/clock.ts"),
  ]);
  const line = progressLine();
  try {
    const { trades, fetched, resumed, crowded } = await downloadTrades({
      ...{ market, clock, instrument, from, until, path },
      onPage: ({ fetched: count, at, done }) =>
        line.show(`${symbol}: ${Math.floor(done * 100)} %, ${count} trades, at ${timeText(at)}`, done),
    });
    line.end();
    const { at, length } = trades;
    if (length > 0 && at[0]! > from)
      say(`${symbol}: nothing before ${timeText(at[0])}: nobody traded, or the venue tells no more`);
    if (crowded > 0)
      say(
        `${symbol}: ${crowded} milliseconds with more trades than the venue tells at a time, some may be missing`,
      );
    return { symbol, trades: length, fetched, resumed, from: at[0], to: at[length - 1], path };
  } catch (error) {
    line.end();
    if (error instanceof Invalid) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Exit(
      exits.failed,
      `${symbol}: ${why}\nWhat was fetched is kept: the same command goes on from there.`,
    );
  }
};

export const tellTrades = (series: readonly FetchedTrades[], json: boolean | undefined): void => {
  answer(json === true, { series }, () =>
    table(
      [["Pair"], ["Trades", "right"], ["New", "right"], ["From"], ["To"], ["File"]],
      series.map(({ symbol, trades, fetched, from, to, path }) => [
        ...[symbol, trades, fetched, timeText(from), timeText(to), path],
      ]),
      "nothing",
    ),
  );
};
