/** Recorded answers and frames of real venues, handed to real ccxt: what comes out is exact. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AccountStream } from "../../../adapters/venue/account-stream.ts";
import { ccxtMarket } from "../../../adapters/venue/ccxt-market.ts";
import type { Exchange } from "../../../adapters/venue/ccxt-words.ts";
import { FillHistory } from "../../../adapters/venue/fill-history.ts";
import { changes } from "../../../adapters/venue/instruments.ts";
import { Link } from "../../../adapters/venue/link.ts";
import { reportOf } from "../../../adapters/venue/mapping.ts";
import { systemClock } from "../../../adapters/clock/clock.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Fill, OrderReport } from "../../../domain/order/order.ts";
import {
  decimal,
  format,
  type AccountId,
  type Timestamp,
  type VenueId,
} from "../../../domain/values/values.ts";

const folder = join(process.env["SHOAL_DATA"] ?? "../shared/data", "payloads-binance-kraken-coinbase");
const json = (path: string): unknown => JSON.parse(gunzipSync(readFileSync(join(folder, path))).toString());
const ports = { clock: systemClock, chance: () => 0 };
const venue = "v" as VenueId;
const account = "a" as AccountId;

const texts = (path: string): Record<string, string> => json(path) as Record<string, string>;
const exchangeInfo = (): unknown =>
  (
    json("gocryptotrader/binance_http.json.gz") as {
      routes: Record<string, Record<string, { data: unknown }[]>>;
    }
  ).routes["/api/v3/exchangeInfo"]!["GET"]![0]!.data;

type Implicit = Exchange & Record<string, unknown>;
const answering = async (link: Link, answers: Record<string, unknown>): Promise<Exchange> => {
  const exchange = (await link.open()) as Implicit;
  for (const [name, answer] of Object.entries(answers)) exchange[name] = () => Promise.resolve(answer);
  await exchange.loadMarkets();
  return exchange;
};

describe.skipIf(!existsSync(folder))("recorded instruments", () => {
  it("of Binance carry the filters of exchangeInfo", async () => {
    const market = ccxtMarket({ venue: "v", exchange: "binance", timers: false }, ports);
    const { link } = market as unknown as { link: Link };
    await answering(link, {
      publicGetExchangeInfo: exchangeInfo(),
      fetchTime: Date.now(),
    });
    const found = (await market.instruments()).find(({ symbol }) => symbol === "BTC/USDT")!;
    expect({
      tick: format(found.tickSize),
      lot: format(found.lotSize),
      min: format(found.quantityMin),
      max: format(found.quantityMax),
      notional: format(found.notionalMin),
      fees: [found.makerBps, found.takerBps],
      status: found.status,
    }).toEqual({
      tick: "0.01",
      lot: "0.00001",
      min: "0.00001",
      max: "9000",
      notional: "5",
      fees: [10, 10],
      status: "trading",
    });
    await market.close();
  });

  it("of Kraken carry tick and lot from its numbers of decimals, and its first fee", async () => {
    const pairs = JSON.parse(texts("nautilus/kraken_payloads.json.gz")["http_asset_pairs.json"]!) as unknown;
    const market = ccxtMarket({ venue: "k", exchange: "kraken", timers: false }, ports);
    const { link } = market as unknown as { link: Link };
    await answering(link, {
      publicGetAssets: { error: [], result: {} },
      publicGetAssetPairs: pairs,
      fetchTime: Date.now(),
    });
    const found = (await market.instruments()).find(({ symbol }) => symbol === "BTC/USDT")!;
    expect(found.id).toBe("k:BTC/USDT");
    // pair_decimals 1, lot_decimals 8; fees 0.25 % maker, 0.4 % taker.
    expect([format(found.tickSize), format(found.lotSize)]).toEqual(["0.1", "0.00000001"]);
    expect([found.makerBps, found.takerBps]).toEqual([25, 40]);
    await market.close();
  });
});

describe.skipIf(!existsSync(folder))("recorded private frames of Binance", () => {
  const hear = async (frames: readonly string[]) => {
    const link = new Link({ venue, exchange: "binance", timers: false }, ports);
    const exchange = await answering(link, { publicGetExchangeInfo: exchangeInfo(), fetchTime: Date.now() });
    const told: (Fill | OrderReport | Record<string, string>)[] = [];
    const stream = new AccountStream(
      link,
      exchange,
      new FillHistory(link, venue, account),
      {
        report: (report) => told.push(report),
        fill: (fill) => told.push(fill),
        balances: (totals) => told.push(Object.fromEntries([...totals].map(([k, v]) => [k, format(v)]))),
        resumed: () => undefined,
      },
      {
        reportOf: (order) => reportOf(venue, account, order, 0 as Timestamp),
        settingsChanged: () => undefined,
      },
    );
    const client = exchange.client("ws://recorded/ws-api/v3");
    (client as unknown as { subscriptions: Record<string, unknown> }).subscriptions["spot"] = true;
    const payloads = texts("nautilus/binance_payloads.json.gz");
    for (const frame of frames) exchange.handleMessage(client, JSON.parse(payloads[frame]!));
    return { told, received: stream.received };
  };

  it("tell the fill, then the order, with the venue's digits", async () => {
    const { told, received } = await hear(["spot/user_data_json/execution_report_trade.json"]);
    expect(received).toBe(1);
    expect(told).toMatchObject([
      {
        tradeId: "98765432",
        order: "x-TD67BGP9-T0000000000000",
        price: decimal("2500"),
        quantity: decimal("1"),
        notional: decimal("2500"),
        fee: decimal("0.001"),
        feeAsset: "ETH",
        liquidity: "maker",
        at: 1709654401000,
      },
      { status: "filled", venueOrderId: "12345678", filled: decimal("1"), at: 1709654401000 },
    ]);
  });

  it("tell new, cancelled, expired and rejected orders with reasons", async () => {
    const { told, received } = await hear([
      "spot/user_data_json/execution_report_wrapped.json",
      "spot/user_data_json/execution_report_canceled.json",
      "spot/user_data_json/execution_report_expired.json",
      "legacy/ws_messages/ws_spot_execution_report_rejected.json",
      "legacy/ws_messages/ws_spot_execution_report_trade_prevention.json",
    ]);
    expect(received).toBe(5);
    expect(told.map((report) => [(report as OrderReport).status, (report as OrderReport).reason])).toEqual([
      ["open", undefined],
      ["cancelled", "canceled"],
      ["expired", "expired"],
      ["refused", "would-take"],
      ["expired", "self_trade_prevention"],
    ]);
  });

  it("tell totals of balances, and count deposits without guessing a total", async () => {
    const { told, received } = await hear([
      "spot/user_data_json/account_position_wrapped.json",
      "spot/user_data_json/balance_update_wrapped.json",
    ]);
    expect(received).toBe(2);
    expect(told).toEqual([{ ETH: "10000" }]);
  });
});

describe("what changed in a list of instruments", () => {
  const one = (symbol: string, tick: string, status: Instrument["status"] = "trading"): Instrument =>
    ({ id: `v:${symbol}`, symbol, tickSize: decimal(tick), status }) as unknown as Instrument;
  const known = (...list: Instrument[]) => new Map(list.map((each) => [each.id, each]));

  it.each([
    ["nothing", [one("A/B", "0.1")], [one("A/B", "0.1")], []],
    ["another tick", [one("A/B", "0.1")], [one("A/B", "0.01")], [one("A/B", "0.01")]],
    ["paused", [one("A/B", "0.1")], [one("A/B", "0.1", "paused")], [one("A/B", "0.1", "paused")]],
    ["gone", [one("A/B", "0.1")], [], [one("A/B", "0.1", "delisted")]],
    ["gone long ago", [one("A/B", "0.1", "delisted")], [], []],
    ["new", [], [one("A/B", "0.1")], [one("A/B", "0.1")]],
  ])("%s", (_what, before, found, told) => {
    expect(changes(known(...before), found)).toEqual(told);
  });
});
