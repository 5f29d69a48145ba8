/** Writes every trade and final candle of the market road to the tick store, and answers for what it holds. */
import type { TickStore } from "../adapters/ticks/ticks.ts";
import { marketSubject, type MarketBatch } from "../contracts/market.ts";
import { RecorderContract } from "../contracts/recorder.ts";
import type { InstrumentId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { MarketInbox } from "../mixins/market-inbox.ts";
import type { ActorPorts } from "./ports.ts";

export interface RecorderPorts extends ActorPorts {
  readonly ticks: TickStore;
}

export const recorderActor = (
  instruments: readonly InstrumentId[],
  { road, ticks }: RecorderPorts,
): Actor => {
  let ends: readonly (() => void)[] = [];

  const write = (instrument: InstrumentId, { trades, candles }: MarketBatch): void => {
    if (trades.length > 0) ticks.writeTrades(instrument, trades);
    for (const { timeframe, candle } of candles) ticks.writeCandles(instrument, timeframe, [candle]);
  };

  return defineActor(RecorderContract, "main", {
    handlers: {
      trades: ({ instrument, from, to, limit }) => ticks.trades(instrument, from, to, limit),
      candles: ({ instrument, timeframe, from, to, limit }) =>
        ticks.candles(instrument, timeframe, from, to, limit),
      flush: () => ticks.flush().then(() => undefined),
      inspect: () => ticks.stats(),
    },
    start({ mailbox }) {
      ends = instruments.map((instrument) => {
        const handle = (told: MarketBatch): void => write(instrument, told);
        const inbox = new MarketInbox<MarketBatch>({ mailbox, handle });
        return road.subscribe(marketSubject(instrument), (batch) => inbox.take(batch as MarketBatch));
      });
    },
    async stop() {
      for (const end of ends) end();
      await ticks.flush();
    },
  });
};
