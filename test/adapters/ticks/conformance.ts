/** What every tick store keeps, asked of each of them in the same words. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TickStore } from "../../../adapters/ticks/ticks.ts";
import type { Candle } from "../../../domain/market/candle.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import type { InstrumentId, Side, Timestamp } from "../../../domain/values/values.ts";
import { describeRecorded, recordedRows } from "../../recorded.ts";

export const T0 = 1_570_752_000_000;
export const FOREVER = Number.MAX_SAFE_INTEGER as Timestamp;
export const EVER = 0 as Timestamp;
export const BTC = "sandbox:BTC/USDT" as InstrumentId;

export const trade = (at: number, id: number, price = 100, quantity = 1, side: Side = "buy"): Trade => ({
  at: at as Timestamp,
  price,
  quantity,
  side,
  id,
});

/** `count` trades from id `first`, three to a millisecond. */
export const tradesFrom = (first: number, count: number): Trade[] =>
  Array.from({ length: count }, (_, i) => {
    const id = first + i;
    const price = Math.round(141_342 + (id % 97)) / 1e8;
    return trade(T0 + Math.floor(id / 3), id, price, 1 + (id % 50) / 100, id % 2 === 0 ? "buy" : "sell");
  });

export const candle = (openAt: number, close: number, final = true): Candle => ({
  openAt: openAt as Timestamp,
  open: 10.1,
  high: close + 1,
  low: close - 1,
  close,
  volume: 3.7,
  trades: 12,
  final,
});

export const RECORDED = "trades-binance-xrpeth-2019-10";

/** Recorded trades of Binance, in their own order. */
export const recordedTrades = (): Trade[] =>
  recordedRows(`${RECORDED}/XRP_ETH-trades.csv.gz`).map(([at, price, quantity, side, id]) =>
    trade(Number(at), Number(id), Number(price), Number(quantity), side as Side),
  );

const recordedCandles = (): Candle[] =>
  recordedRows(`${RECORDED}/XRP_ETH-1m.csv.gz`).map(([openAt, open, high, low, close, volume]) => ({
    openAt: Number(openAt) as Timestamp,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
    trades: 0,
    final: true,
  }));

const oddNames = [
  "sandbox:BTC/USDT",
  "sandbox:BTC/USDT:USDT",
  "binance:BTC/USDT",
  "a b:C,D=E F",
  `kraken:'quoted" $name`,
  "börse:Ångström/€",
  "x:*[?]{}/../%2F",
] as InstrumentId[];

/** Doubles that are no short decimals, very small, very large. */
const awkward = [0.1 + 0.2, 1e-8, 5e-7, 1e21, 123_456_789.123_456_78, Math.PI, 0];

export const tickStoreSuite = (name: string, open: (queueRowsMax?: number) => Promise<TickStore>): void => {
  describe(`tick store: ${name}`, () => {
    it("gives trades back exactly, oldest first, equal times by id", async () => {
      const store = await open();
      const written = awkward.map((value, i) => trade(T0 + i, i, value, value, i % 2 ? "buy" : "sell"));
      // One millisecond; ids apart by one, by a million, and on both sides of a million.
      const tied = [999_999, 1_000_000, 1_000_001, 1_999_999, 2_000_000, 63_000_000].map((id) =>
        trade(T0 + 100, id, id),
      );
      expect(store.writeTrades(BTC, [...tied].reverse())).toBe(true);
      expect(store.writeTrades(BTC, written)).toBe(true);
      await store.flush();
      expect(await store.trades(BTC, EVER, FOREVER)).toEqual([...written, ...tied]);
      expect(await store.trades("sandbox:ETH/USDT" as InstrumentId, EVER, FOREVER)).toEqual([]);
      await store.close();
    });

    it("keeps a repeated trade or candle once; of a candle the last writing stands", async () => {
      const store = await open();
      const trades = tradesFrom(0, 30);
      store.writeTrades(BTC, [...trades, ...trades]);
      store.writeCandles(BTC, "1m", [candle(T0, 5), candle(T0, 6)]);
      await store.flush();
      store.writeTrades(BTC, trades.slice(10, 20));
      store.writeCandles(BTC, "1m", [candle(T0, 7)]);
      await store.flush();
      expect(await store.trades(BTC, EVER, FOREVER)).toEqual(trades);
      expect(await store.candles(BTC, "1m", EVER, FOREVER)).toEqual([candle(T0, 7)]);
      await store.close();
    });

    it("includes `from`, excludes `to`; limits to the first trades and the last candles", async () => {
      const store = await open();
      const trades = tradesFrom(0, 300);
      const candles = Array.from({ length: 20 }, (_, i) => candle(T0 + i * 60_000, i));
      store.writeTrades(BTC, trades);
      store.writeCandles(BTC, "1m", candles);
      await store.flush();
      const [from, to] = [(T0 + 10) as Timestamp, (T0 + 20) as Timestamp];
      // Three trades a millisecond: ids 30 to 59.
      expect(await store.trades(BTC, from, to)).toEqual(trades.slice(30, 60));
      expect(await store.trades(BTC, from, to, 4)).toEqual(trades.slice(30, 34));
      expect(await store.trades(BTC, to, from)).toEqual([]);
      const [c5, c15] = [candles[5]!.openAt, candles[15]!.openAt];
      expect(await store.candles(BTC, "1m", c5, c15)).toEqual(candles.slice(5, 15));
      expect(await store.candles(BTC, "1m", c5, c15, 3)).toEqual(candles.slice(12, 15));
      expect(await store.candles(BTC, "1m", c5, c15, 0)).toEqual([]);
      await store.close();
    });

    it("stores final candles only, timeframes apart", async () => {
      const store = await open();
      store.writeCandles(BTC, "1m", [candle(T0, 1), candle(T0 + 60_000, 2, false)]);
      store.writeCandles(BTC, "5m", [candle(T0, 3)]);
      await store.flush();
      expect(await store.candles(BTC, "1m", EVER, FOREVER)).toEqual([candle(T0, 1)]);
      expect(await store.candles(BTC, "5m", EVER, FOREVER)).toEqual([candle(T0, 3)]);
      expect(await store.candles(BTC, "1h", EVER, FOREVER)).toEqual([]);
      expect(store.stats()).toMatchObject({ written: 2, queued: 0 });
      await store.close();
    });

    it("keeps many instruments apart, whatever their names", async () => {
      const store = await open();
      const names = [...oddNames, ...Array.from({ length: 40 }, (_, i) => `v:S${i}/Q` as InstrumentId)];
      names.forEach((instrument, i) => {
        store.writeTrades(instrument, [trade(T0, i, i + 0.5)]);
        store.writeCandles(instrument, "1h", [candle(T0, i)]);
      });
      await store.flush();
      for (const [i, instrument] of names.entries()) {
        expect(await store.trades(instrument, EVER, FOREVER)).toEqual([trade(T0, i, i + 0.5)]);
        expect(await store.candles(instrument, "1h", EVER, FOREVER)).toEqual([candle(T0, i)]);
      }
      await store.close();
    });

    it("names a bad row and takes nothing of its call", async () => {
      const store = await open();
      const good = trade(T0, 1);
      expect(() => store.writeTrades(BTC, [good, { ...good, price: NaN }])).toThrow(
        "trades[1].price: expected a finite number, found NaN",
      );
      expect(() => store.writeTrades(BTC, [{ ...good, id: 1.5 }])).toThrow("trades[0].id");
      expect(() => store.writeTrades(BTC, [{ ...good, at: -1 as Timestamp }])).toThrow("trades[0].at");
      expect(() => store.writeCandles(BTC, "1m", [{ ...candle(T0, 1), high: Infinity }])).toThrow(
        "candles[0].high",
      );
      expect(() => store.writeTrades("nocolon" as InstrumentId, [good])).toThrow("instrument: expected");
      await store.flush();
      expect(store.stats()).toEqual({ written: 0, queued: 0, dropped: 0, refused: 0, failing: false });
      expect(await store.trades(BTC, EVER, FOREVER)).toEqual([]);
      await store.close();
    });

    it("refuses and counts what its bound does not admit, and keeps the rest", async () => {
      const store = await open(100);
      expect(store.writeTrades(BTC, tradesFrom(0, 60))).toBe(true);
      expect(store.writeTrades(BTC, tradesFrom(60, 60))).toBe(false);
      expect(
        store.writeCandles(
          BTC,
          "1m",
          tradesFrom(0, 41).map((t) => candle(t.at, 1)),
        ),
      ).toBe(false);
      expect(store.writeTrades(BTC, tradesFrom(60, 40))).toBe(true);
      expect(store.stats()).toMatchObject({ dropped: 101, refused: 0 });
      await store.flush();
      expect(store.stats()).toEqual({ written: 100, queued: 0, dropped: 101, refused: 0, failing: false });
      expect(await store.trades(BTC, EVER, FOREVER)).toEqual(tradesFrom(0, 100));
      await store.close();
    });

    it("reads what a model reads, for any trades and any range", async () => {
      const store = await open();
      let run = 0;
      const anyTrade = fc.record({
        at: fc.integer({ min: T0, max: T0 + 50 }),
        id: fc.integer({ min: 0, max: 60_000_000 }),
        price: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        quantity: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        side: fc.constantFrom<Side>("buy", "sell"),
      });
      const anyMs = fc.integer({ min: T0 - 5, max: T0 + 55 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyTrade),
          anyMs,
          anyMs,
          fc.integer({ min: 1, max: 60 }),
          async (...given) => {
            const [made, from, to, limit] = given;
            const instrument = `model:RUN${++run}/X` as InstrumentId;
            const unique = new Map((made as Trade[]).map((each) => [`${each.at} ${each.id}`, each]));
            const written = [...unique.values()];
            store.writeTrades(instrument, written);
            store.writeTrades(instrument, written.slice(3));
            await store.flush();
            const expected = written
              .filter(({ at }) => at >= from && at < to)
              .sort((a, b) => a.at - b.at || a.id - b.id)
              .slice(0, limit);
            expect(await store.trades(instrument, from as Timestamp, to as Timestamp, limit)).toEqual(
              expected,
            );
          },
        ),
        { numRuns: 25 },
      );
      await store.close();
    });

    describeRecorded(RECORDED, () => {
      it("gives recorded trades and candles back as recorded", async () => {
        const store = await open();
        const xrp = "binance:XRP/ETH" as InstrumentId;
        const trades = recordedTrades();
        const candles = recordedCandles();
        for (let i = 0; i < trades.length; i += 500) store.writeTrades(xrp, trades.slice(i, i + 500));
        store.writeCandles(xrp, "1m", candles);
        await store.flush();
        expect(trades.length).toBeGreaterThan(10_000);
        expect(await store.trades(xrp, EVER, FOREVER)).toEqual(trades);
        expect(await store.candles(xrp, "1m", EVER, FOREVER)).toEqual(candles);
        expect(store.stats()).toMatchObject({ queued: 0, dropped: 0, refused: 0 });
        await store.close();
      });
    });
  });
};
