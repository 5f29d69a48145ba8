/** A dry run's market, before another sandbox exchange in the venue's place: its candles, its trades, orders with play money. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openMirror, type Mirror } from "../../nodes/mirror.ts";

import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { ccxtOn } from "../sandbox/clients.ts";
import { eventually, freePort } from "../servers.ts";

interface Told {
  readonly id: number;
  readonly time: number;
  readonly price: string;
  readonly qty: string;
}

const SYMBOLS = ["BTC/USDT", "XRP/USDT"];
const MINUTE = 60_000;

describe("a mirror", () => {
  let venue: Sandbox;
  let market: Mirror;
  let mirror: Sandbox;
  beforeAll(async () => {
    venue = await startSandbox({
      seed: 11,
      market: { kind: "synthetic", symbols: [...SYMBOLS, "ETH/USDT"] },
    });
    market = await openMirror(asked(venue.url, SYMBOLS), () => undefined);
    mirror = await startSandbox({}, market);
  });
  afterAll(async () => {
    await mirror.stop();
    await market.close();
    await venue.stop();
  });

  const asked = (url: string, symbols: readonly string[]) => ({
    ...{ exchange: "binance", url, symbols, options: {}, historyDays: 1 },
  });
  const get = async <T>({ url }: Sandbox, path: string): Promise<T> =>
    (await (await fetch(`${url}/api/v3/${path}`)).json()) as T;

  it("has the pairs that were asked for, on the venue's grid", async () => {
    expect(mirror.symbols).toEqual(SYMBOLS);
    interface Info {
      readonly symbols: readonly { readonly symbol: string; readonly filters: readonly object[] }[];
    }
    const [own, its] = await Promise.all([
      get<Info>(mirror, "exchangeInfo"),
      get<Info>(venue, "exchangeInfo"),
    ]);
    for (const { symbol, filters } of own.symbols) {
      const there = its.symbols.find((one) => one.symbol === symbol)!;
      for (const kind of ["PRICE_FILTER", "LOT_SIZE"]) {
        const of = (all: readonly object[]) =>
          all.find((one) => (one as { filterType: string }).filterType === kind) as {
            readonly tickSize?: string;
            readonly stepSize?: string;
          };
        expect([of(filters).tickSize, of(filters).stepSize].map(Number)).toEqual(
          [of(there.filters).tickSize, of(there.filters).stepSize].map(Number),
        );
      }
    }
  });

  it("tells the venue's past candles", async () => {
    const until = Math.floor(Date.now() / MINUTE) * MINUTE - 1;
    const path = `klines?symbol=BTCUSDT&interval=1m&limit=1000&endTime=${until}`;
    const rows = async (one: Sandbox) =>
      (await get<(string | number)[][]>(one, path)).map((cells) => cells.slice(0, 6).map(Number));
    const [own, its] = await Promise.all([rows(mirror), rows(venue)]);
    expect(own.length).toBeGreaterThan(100);
    expect(own).toEqual(its);
  });

  it("prints the venue's trades, each once, at their own time", async () => {
    const path = "trades?symbol=XRPUSDT&limit=1000";
    await eventually("four trades", async () => (await get<Told[]>(mirror, path)).length >= 4, 20_000);
    const own = await get<Told[]>(mirror, path);
    const its = new Map((await get<Told[]>(venue, path)).map((one) => [one.id, one]));
    for (const one of own) {
      const { time, price, qty } = its.get(one.id)!;
      expect([one.time, Number(one.price), Number(one.qty)]).toEqual([time, Number(price), Number(qty)]);
    }
    expect(own.map(({ id }) => id)).toEqual(own.map((_, i) => own[0]!.id + i));
  }, 30_000);

  it("fills an order with play money by what the venue prints after it", async () => {
    const client = await ccxtOn(mirror);
    const { id } = await client.createOrder("XRP/USDT", "market", "buy", 50);
    const order = () => client.fetchOrder(id!, "XRP/USDT");
    await eventually("the fill", async () => (await order()).status === "closed", 30_000);
    const prices = (await get<Told[]>(venue, "trades?symbol=XRPUSDT&limit=1000")).map(({ price }) =>
      Number(price),
    );
    const average = Number((await order()).average);
    expect(average).toBeGreaterThanOrEqual(Math.min(...prices));
    expect(average).toBeLessThanOrEqual(Math.max(...prices));
    await client.close();
  }, 40_000);

  it("names a pair that the venue does not trade, and a venue that is not there", async () => {
    await expect(openMirror(asked(venue.url, ["NOPE/USDT"]), () => undefined)).rejects.toThrow(
      'symbols: expected pairs that binance trades, found "NOPE/USDT"',
    );
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(openMirror(asked(url, SYMBOLS), () => undefined)).rejects.toThrow(
      /^binance cannot be reached: .*ECONNREFUSED/,
    );
  });
});
