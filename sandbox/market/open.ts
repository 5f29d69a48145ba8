/** Makes the market that the settings ask for. */
import { Invalid } from "../../domain/values/invalid.ts";
import { money } from "../../domain/values/values.ts";
import type { ReplayMarket, Settings } from "../options.ts";
import { recordedFiles } from "./files.ts";
import { replayBook } from "./replay-book.ts";
import { replayCandles } from "./replay-candles.ts";
import { replayTrades } from "./replay-trades.ts";
import type { MarketSource } from "./source.ts";
import { synthetic } from "./synthetic.ts";

/** Throws `Invalid` naming the field for what cannot be opened. */
export const openMarket = async (settings: Settings, wallNow: number): Promise<MarketSource> => {
  const { market } = settings;
  if (market.kind === "synthetic") return synthetic(market, settings, wallNow);
  const terms = {
    makerBps: settings.makerBps,
    takerBps: settings.takerBps,
    notionalMin: money(settings.notionalMin),
    queueAheadLots: settings.queueAhead,
  };
  const kind = market.kind === "replay" ? kindOf(market) : market.kind;
  if (kind === "replay-book" && settings.futures !== undefined)
    throw new Invalid(
      "futures",
      "trades, candles or a synthetic market: recorded books are spot's wire",
      kind,
    );
  if (kind === "replay-book") return replayBook(market, terms);
  return kind === "replay-trades" ? replayTrades(market, terms) : replayCandles(market, terms);
};

const kindOf = (market: ReplayMarket): ReplayMarket["kind"] => {
  for (const kind of ["book", "trades", "candles"] as const)
    if (recordedFiles(market, kind).length > 0) return `replay-${kind}`;
  throw new Invalid(
    "market.path",
    "recorded files named like XRP_ETH-trades.csv.gz, BTC_USDT-5m.csv.gz or BTC_USDT-20240808.ws.gz",
    market.path,
  );
};
