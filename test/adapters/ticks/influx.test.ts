/** InfluxDB beyond the common suite: a real server killed under load, and a scripted one for what a real one seldom says. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { influxTickStore, type InfluxOptions } from "../../../adapters/ticks/influx.ts";
import { LineBuffer } from "../../../adapters/ticks/line-buffer.ts";
import { putTrade, tradeHead } from "../../../adapters/ticks/line-protocol.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import type { InstrumentId } from "../../../domain/values/values.ts";
import { eventually, findServer, startInflux, type Server } from "../../servers.ts";
import { BTC, candle, EVER, FOREVER, T0, tickStoreSuite, trade, tradesFrom } from "./conformance.ts";

const tradeLine = (each: Trade, instrument = BTC): string => {
  const lines = new LineBuffer();
  putTrade(lines, tradeHead(instrument), each);
  return lines.take().toString();
};

const never = (error: Error): never => {
  throw error;
};

describe.skipIf(findServer("influxd") === undefined)("influxd", () => {
  let server: Server;
  let made = 0;
  beforeAll(async () => {
    server = await startInflux();
  });
  afterAll(() => server.stop());

  const open = (options: Partial<InfluxOptions> = {}) =>
    influxTickStore({ url: server.url, database: `ticks ${++made}`, onError: never, ...options });

  tickStoreSuite("InfluxDB", (queueRowsMax) => open(queueRowsMax === undefined ? {} : { queueRowsMax }));

  it("reads more than a page, and a millisecond that holds more than a page, with nothing lost or doubled", async () => {
    const store = await open();
    const trades = [
      ...tradesFrom(0, 9_000),
      ...Array.from({ length: 6_000 }, (_, i) => trade(T0 + 5_000, 1_995_000 + i, i)),
      ...tradesFrom(18_000, 3_000),
    ];
    const candles = Array.from({ length: 6_000 }, (_, i) => candle(T0 + i * 60_000, i));
    store.writeTrades(BTC, trades);
    store.writeCandles(BTC, "1m", candles);
    await store.flush();
    expect(await store.trades(BTC, EVER, FOREVER)).toEqual(trades);
    expect(await store.trades(BTC, EVER, FOREVER, 12_345)).toEqual(trades.slice(0, 12_345));
    expect(await store.candles(BTC, "1m", EVER, FOREVER)).toEqual(candles);
    expect(await store.candles(BTC, "1m", EVER, FOREVER, 5_500)).toEqual(candles.slice(500));
    await store.close();
  });

  it("makes the retention policy, changes it, and counts rows past it as refused, once", async () => {
    const database = "short";
    const first = await open({ database, retention: "1h" });
    await first.close();
    const errors: string[] = [];
    const store = await open({ database, retention: "2h", onError: (error) => errors.push(error.message) });
    const now = Date.now();
    // Of three trades one is from 2019: past two hours of retention.
    store.writeTrades(BTC, [trade(now, 1), trade(T0, 2), trade(now, 3)]);
    await store.flush();
    expect(store.stats()).toEqual({ written: 2, queued: 0, dropped: 0, refused: 1, failing: false });
    expect(errors).toEqual([expect.stringContaining("InfluxDB refused 1 of 3 rows (400)")]);
    expect(await store.trades(BTC, EVER, FOREVER)).toEqual([trade(now, 1), trade(now, 3)]);
    await store.close();
  });

  it("loses nothing when the server is killed under load and comes back", async () => {
    const errors: string[] = [];
    const store = await open({ flushMs: 10, batchRows: 500, onError: (error) => errors.push(error.message) });
    for (let i = 0; i < 100; i += 1) {
      expect(store.writeTrades(BTC, tradesFrom(i * 500, 500))).toBe(true);
      if (i === 30) await eventually("some rows taken", () => store.stats().written > 5_000);
      if (i === 30) await server.kill();
    }
    await eventually("the outage is told", () => errors.length > 0);
    expect(store.stats().queued).toBeGreaterThan(30_000);
    await server.restart();
    await store.flush();
    expect(errors[0]).toMatch(/InfluxDB takes no rows, \d+ wait/);
    expect(store.stats()).toEqual({ written: 50_000, queued: 0, dropped: 0, refused: 0, failing: false });
    expect(await store.trades(BTC, EVER, FOREVER)).toEqual(tradesFrom(0, 50_000));
    await store.close();
  });
});

describe("a scripted server", () => {
  let http: HttpServer | undefined;
  afterEach(async () => {
    http?.closeAllConnections();
    http?.close();
    if (http !== undefined) await once(http, "close");
    http = undefined;
  });

  /** Answers each write with the next of `answers`, then 204; keeps what came. "silence" never answers. */
  const scripted = async (answers: (readonly [number, string] | "silence")[]) => {
    const writes: string[] = [];
    const asked: string[] = [];
    const headers: IncomingMessage["headers"][] = [];
    http = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        if (!request.url!.startsWith("/write")) {
          asked.push(decodeURIComponent(request.url!));
          response.writeHead(405).end("not allowed here");
          return;
        }
        writes.push(body);
        headers.push(request.headers);
        const answer = answers.shift() ?? ([204, ""] as const);
        if (answer !== "silence") response.writeHead(answer[0]).end(answer[1]);
      });
    }).listen(0, "127.0.0.1");
    await once(http, "listening");
    return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, writes, asked, headers };
  };

  it("goes on where making the database is refused, and sends a token instead of a password", async () => {
    const errors: string[] = [];
    const { url, asked, headers } = await scripted([]);
    const options = { url, database: "ticks", token: "abc", retention: "30d" };
    const store = await influxTickStore({ ...options, onError: (error) => errors.push(error.message) });
    store.writeTrades(BTC, [trade(T0, 1)]);
    await store.flush();
    expect(asked[0]).toMatch(/create database "ticks"/);
    expect(errors).toEqual([expect.stringContaining("database ticks was not prepared: A 405")]);
    expect(headers[0]!.authorization).toBe("Token abc");
    expect(store.stats().written).toBe(1);
    await store.close();
  });

  it("sends the same lines again after 503, 500 and silence, and never what was refused", async () => {
    const errors: string[] = [];
    const { url, writes } = await scripted([
      [503, '{"error":"request throttled, queue full"}'],
      [500, '{"error":"timeout"}'],
      "silence",
      [400, '{"error":"partial write: field type conflict: input field ... dropped=2"}'],
    ]);
    const store = await influxTickStore({
      url,
      database: "ticks",
      timeoutMs: 100,
      onError: (error) => errors.push(error.message),
    });
    const trades = [trade(T0, 1), trade(T0, 2), trade(T0, 3)];
    store.writeTrades(BTC, trades);
    await store.flush();
    const lines = trades.map((each) => tradeLine(each)).join("");
    expect(writes).toEqual([lines, lines, lines, lines]);
    expect(store.stats()).toEqual({ written: 1, queued: 0, dropped: 0, refused: 2, failing: false });
    expect(errors.slice(1)).toEqual([
      expect.stringContaining("takes no rows, 3 wait: HTTP 503"),
      expect.stringContaining("refused 2 of 3 rows (400)"),
    ]);
    store.writeTrades(BTC, [trade(T0, 4)]);
    await store.flush();
    expect(writes.length).toBe(5);
    await store.close();
  });

  it("keeps two requests in flight at most and batches by rows", async () => {
    const { url, writes } = await scripted(["silence", "silence", "silence"]);
    const options = { url, database: "ticks", batchRows: 10, queueRowsMax: 50, closeMs: 50 };
    const store = await influxTickStore({ ...options, onError: () => undefined });
    expect(store.writeTrades(BTC, tradesFrom(0, 50))).toBe(true);
    await eventually("two requests", () => writes.length === 2);
    expect(store.writeTrades(BTC, tradesFrom(50, 1))).toBe(false);
    // Nobody answers: what waits is counted as dropped when the store is closed, and that is an error.
    await expect(store.close()).rejects.toThrow("50 rows were not taken");
    expect(writes.length).toBe(2);
    expect(store.stats()).toEqual({ written: 0, queued: 0, dropped: 51, refused: 0, failing: false });
  });
});

it("spells a trade so that repeats meet and neighbours never do", () => {
  // 13,519,807 = 13 millions and 519,807: lane 13, and 519,807 ns into its millisecond.
  expect(
    tradeLine(trade(1_570_752_011_620, 13_519_807, 0.00141342, 23, "sell"), "b:X =,Y" as InstrumentId),
  ).toBe(
    'trade,venue=b,instrument=b:X\\ \\=\\,Y,lane=13 price=0.00141342,quantity=23,side="sell",id=13519807i 1570752011620519807\n',
  );
  const place = (id: number): string => {
    const line = tradeLine(trade(T0, id));
    return `${line.slice(0, line.indexOf(" "))} ${line.slice(line.lastIndexOf(" "))}`;
  };
  const ids = [0, 1, 999_999, 1_000_000, 1_000_001, 63_999_999, 32_000_000];
  expect(new Set(ids.map(place)).size).toBe(ids.length);
  expect(place(64_000_001)).toBe(place(1));
});

it("writes every double and every whole number so that it reads back as itself", () => {
  const lines = new LineBuffer();
  const text = (put: () => void): string => {
    put();
    return lines.take().toString();
  };
  const decimals = fc.tuple(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        decimals.map(([units, places]) => units / 10 ** places),
      ),
      (value) => {
        // Line protocol has no minus zero.
        expect(Number(text(() => lines.number(value)))).toBe(value === 0 ? 0 : value);
      },
    ),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 20 }), (value, width) => {
      expect(text(() => lines.whole(value, width))).toBe(String(value).padStart(width, "0"));
    }),
    { numRuns: 1_000 },
  );
  expect(text(() => lines.number(0.00141342))).toBe("0.00141342");
  expect(text(() => lines.number(1e21))).toBe("1e+21");
});
