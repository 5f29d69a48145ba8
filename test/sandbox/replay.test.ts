/** Replays: candles that come out are the candles that went in; a recorded book stays the recorded book. */
import { expect, test } from "vitest";
import { describeRecorded, recordedPath, recordedRows } from "../recorded.ts";
import { admin, ccxtOn, get, lead, signed, subscribed, withSandbox } from "./clients.ts";

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  const folder = "trades-binance-xrpeth-2019-10";

  test("klines of replayed trades equal the recorded 1m candles of every minute that traded", async () => {
    const market = { kind: "replay", path: recordedPath(folder) } as const;
    await withSandbox({ speed: "max", market }, async (sandbox) => {
      await lead(sandbox, async () => Promise.resolve());
      const recorded = recordedRows(`${folder}/XRP_ETH-1m.csv.gz`).filter((row) => Number(row[5]) > 0);
      const made: unknown[][] = [];
      for (let start = 0; ; start = Number(made.at(-1)![0]) + 1) {
        const page = (
          await get(sandbox, `/api/v3/klines?symbol=XRPETH&interval=1m&startTime=${start}&limit=1000`)
        ).body as unknown[][];
        if (page.length === 0) break;
        made.push(...page);
      }
      expect(made.map((row) => row.slice(0, 6).map(Number))).toEqual(recorded.map((row) => row.map(Number)));
      expect(made.length).toBe(2_469);
    });
  });

  test("starts at `from`, warmed up by what was recorded before", async () => {
    const from = 1_570_838_400_000; // 2019-10-12T00:00Z
    const market = { kind: "replay", path: recordedPath(folder), from, to: from + 3_600_000 } as const;
    await withSandbox({ speed: "max", market }, async (sandbox) => {
      const before = (await get(sandbox, "/api/v3/klines?symbol=XRPETH&interval=1h")).body as number[][];
      expect(before).toHaveLength(24);
      const trades = await subscribed(sandbox, ["xrpeth@trade"]);
      await lead(sandbox, async ({ expect: { trades: wanted } }) =>
        trades.until(() => trades.newest("t") === wanted["XRPETH"]),
      );
      for (const trade of trades.parsed()) {
        expect(trade["T"]).toBeGreaterThanOrEqual(from);
        expect(trade["T"]).toBeLessThan(from + 3_600_000);
      }
      const rows = recordedRows(`${folder}/XRP_ETH-trades.csv.gz`);
      const inside = rows.filter((row) => Number(row[0]) >= from && Number(row[0]) < from + 3_600_000);
      expect(trades.heard).toHaveLength(inside.length);
      trades.close();
    });
  });
});

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  const path = recordedPath("trades-binance-xrpeth-2019-10");

  test("a market order takes the next prints; with a fill share, half of each at most", async () => {
    const options = { speed: "max", market: { kind: "replay", path }, faults: { fillShare: 0.5 } } as const;
    await withSandbox(options, async (sandbox) => {
      const prints = await subscribed(sandbox, ["xrpeth@trade"]);
      const order = { symbol: "XRPETH", side: "BUY", type: "MARKET", quantity: 500 };
      let placed = 0;
      await lead(sandbox, async ({ n, phase, expect: { trades } }) => {
        await prints.until(() => prints.newest("t") === trades["XRPETH"]);
        if (phase === "user" || placed > 0) return;
        placed = prints.heard.length;
        expect((await signed(sandbox, "POST", "/api/v3/order", order)).body).toMatchObject({
          status: "NEW",
          fills: [],
        });
        expect(n).toBe(1);
      });
      const { fills } = (await admin(sandbox, "orders")).body as { fills: Record<string, string>[] };
      const after = prints.parsed().slice(placed);
      let left = 500;
      for (const [i, fill] of fills.entries()) {
        const { p, q } = after[i]!;
        // A print of one lot cannot be halved.
        const share = Math.min(left, Math.max(1, Math.floor(Number(q) / 2)));
        expect([Number(fill["price"]), Number(fill["qty"])]).toEqual([Number(p), share]);
        left -= share;
      }
      expect(left).toBe(0);
      expect(fills.length).toBeGreaterThan(2);
      prints.close();
    });
  });

  test("at a factor, it waits for its first reader and then runs by the clock to its end", async () => {
    const from = 1_570_838_400_000;
    const market = { kind: "replay", path, from, to: from + 600_000 } as const;
    await withSandbox({ market, speed: 600 }, async (sandbox) => {
      const state = async () =>
        (await admin(sandbox, "state")).body as { marketTime: number; ended: boolean; slice: number };
      const before = await state();
      expect(before).toMatchObject({ slice: 0, ended: false });
      const began = performance.now();
      const prints = await subscribed(sandbox, ["xrpeth@trade"]);
      let now = before;
      while (!now.ended) now = await state();
      // Ten minutes at 600 take a second; the first and the last trade lie within them.
      expect(performance.now() - began).toBeGreaterThan(600);
      await prints.until(() => Number(prints.newest("T")) === now.marketTime);
      const rows = recordedRows("trades-binance-xrpeth-2019-10/XRP_ETH-trades.csv.gz");
      const inside = rows.filter((row) => Number(row[0]) >= from && Number(row[0]) < from + 600_000);
      expect(prints.parsed().map(({ t }) => t)).toEqual(inside.map((row) => Number(row[4])));
      prints.close();
    });
  });
});

describeRecorded("candles-binance-5m-2020-12_2021-05", () => {
  test("four prints make each candle again, with its exact volume, for twelve symbols at once", async () => {
    const folder = "candles-binance-5m-2020-12_2021-05";
    const from = Date.UTC(2021, 4, 19);
    const to = from + 6 * 3_600_000;
    const market = { kind: "replay", path: recordedPath(folder), from, to } as const;
    await withSandbox({ speed: "max", market }, async (sandbox) => {
      expect(sandbox.symbols).toHaveLength(12);
      const prints = await subscribed(sandbox, ["btcusdt@trade"]);
      await lead(sandbox, async ({ expect: { trades } }) =>
        prints.until(() => prints.newest("t") === trades["BTCUSDT"]),
      );
      for (const symbol of sandbox.symbols) {
        const recorded = recordedRows(`${folder}/${symbol.replace("/", "_")}-5m.csv.gz`)
          .filter((row) => Number(row[0]) >= from && Number(row[0]) < to && Number(row[5]) > 0)
          .map((row) => row.map(Number));
        const name = symbol.replace("/", "");
        const path = `/api/v3/klines?symbol=${name}&interval=5m&startTime=${from}&limit=1000`;
        const made = ((await get(sandbox, path)).body as unknown[][]).map((row) =>
          row.slice(0, 6).map(Number),
        );
        expect(made.length, symbol).toBe(72);
        for (const [i, row] of made.entries()) {
          expect(row.slice(0, 5), symbol).toEqual(recorded[i]!.slice(0, 5));
          // ADA's, DOT's and others' volumes were recorded with float noise in the 15th digit.
          expect(row[5], symbol).toBeCloseTo(recorded[i]![5]!, 5);
        }
      }
      // BTC was recorded without noise: its four prints sum to the last digit, and print over the candle's time.
      const candle = recordedRows(`${folder}/BTC_USDT-5m.csv.gz`).find((row) => Number(row[0]) === from)!;
      const four = prints.parsed().slice(0, 4);
      expect(four.reduce((sum, { q }) => sum + Math.round(Number(q) * 1e6), 0)).toBe(
        Math.round(Number(candle[5]) * 1e6),
      );
      expect(four.map(({ T }) => Number(T) - from)).toEqual([0, 75_000, 150_000, 299_999]);
      expect(new Set(four.map(({ p }) => Number(p)))).toEqual(new Set(candle.slice(1, 5).map(Number)));
      prints.close();
    });
  });
});

const BTC_BOOK = "orderbook-binance-spot-btcusdt-2024-08";

describeRecorded(BTC_BOOK, () => {
  test("ccxt's book equals the recorded bookTicker at every equal update id", async () => {
    const quotes = ["20240808", "20240809"].flatMap((day) =>
      recordedRows(`${BTC_BOOK}/BTC_USDT-${day}-bbo.csv.gz`).map(([, bid, , ask, , id]) => ({
        id: Number(id),
        best: [Number(bid), Number(ask)],
      })),
    );
    const market = { kind: "replay", path: recordedPath(BTC_BOOK) } as const;
    await withSandbox({ speed: "max", market }, async (sandbox) => {
      const exchange = await ccxtOn(sandbox);
      let book = await exchange.watchOrderBook("BTC/USDT");
      let nonce = book.nonce!;
      let quote = 0;
      const atNewest = { compared: 0, equal: 0 };
      const atSameId = { compared: 0, equal: 0 };
      await lead(sandbox, async ({ expect: { books } }) => {
        const wanted = books["BTCUSDT"] ?? 0;
        if (wanted <= nonce) return;
        while (book.nonce! < wanted) book = await exchange.watchOrderBook("BTC/USDT");
        nonce = book.nonce!;
        while ((quotes[quote + 1]?.id ?? Infinity) <= nonce) quote += 1;
        const { id, best } = quotes[quote]!;
        const equal = book.bids[0]![0] === best[0] && book.asks[0]![0] === best[1] ? 1 : 0;
        for (const count of id === nonce ? [atNewest, atSameId] : [atNewest]) {
          count.compared += 1;
          count.equal += equal;
        }
      });
      console.log(
        `book = bookTicker: ${atSameId.equal} of ${atSameId.compared} at the same update id, ${atNewest.equal} of ${atNewest.compared} at the newest before`,
      );
      expect(atSameId).toEqual({ compared: 1_072, equal: 1_072 });
      // Twice the best moved and came back between two recorded bookTickers; a rebuild from the file says the same.
      expect(atNewest).toEqual({ compared: 6_493, equal: 6_491 });
      await exchange.close();
    });
  });
});
