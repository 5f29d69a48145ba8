/**
 * Redis and InfluxDB go and come back while a cluster trades: neither holds anything that an order waits for. Their absence
 * shows in the metrics, and afterwards InfluxDB has the candles of its own absence.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Candle } from "../../domain/market/candle.ts";
import { eventually, findServer, startInflux, startRedis, type Server } from "../servers.ts";
import { startCluster, type Cluster } from "./cluster.ts";
import { invariants } from "./invariants.ts";
import type { Scrape } from "./series.ts";

const MINUTE = 60_000;
/** The writer's longest pause (influx-writer.ts), and what a flush takes on a busy machine. */
const CAUGHT_UP_MS = 5_000 + 3_000;
/** The budgets look for their store every second; ioredis every two. */
const REDIS_BACK_MS = 5_000;
const servers = ["nats-server", "redis-server", "influxd"] as const;

describe.skipIf(servers.some((name) => findServer(name) === undefined))("Redis and InfluxDB gone", () => {
  let cluster: Cluster;
  let redis: Server;
  let influx: Server;
  beforeAll(async () => {
    [redis, influx] = await Promise.all([startRedis(), startInflux()]);
    cluster = await startCluster({
      strategies: 12,
      symbols: 3,
      speed: 60,
      seed: 12,
      // Plenty, also for the share of one of three: that it is counted is the point.
      weightPerMinute: 1_000_000,
      settings: { redis: { url: redis.url }, influx: { url: influx.url } },
    });
    await cluster.join("one", "two", "three");
    await cluster.complete(20_000);
    await trades(10);
  }, 60_000);
  afterAll(async () => {
    await (cluster as Cluster | undefined)?.stop();
    await influx.stop();
    await redis.stop();
  });

  /** Orders placed from now on and accepted by the venue: how long that took. */
  const trades = async (orders: number): Promise<number> => {
    const before = cluster.watch.accepted();
    const began = performance.now();
    await eventually(`${orders} orders accepted`, () => cluster.watch.accepted() >= before + orders, 30_000);
    return Math.round(performance.now() - began);
  };
  const scrapes = (): Promise<readonly Scrape[]> =>
    Promise.all([...cluster.nodes.values()].map((node) => node.call<Scrape>("series")));
  const total = async (name: keyof Scrape): Promise<number> =>
    (await scrapes()).reduce((sum, one) => sum + (one[name] ?? 0), 0);

  it("Redis: trading goes on, budgets fall back to each process's share and say so, and come back", async () => {
    expect(await total("rate_limit_fallback")).toBe(0);
    await redis.kill();
    const tookMs = await trades(20);
    expect(await total("rate_limit_fallback")).toBeGreaterThan(0);
    await redis.restart();
    const back = performance.now();
    await eventually("all spend together again", async () => (await total("rate_limit_fallback")) === 0);
    const backMs = Math.round(performance.now() - back);
    console.info(`Redis gone: 20 orders in ${tookMs} ms; budgets shared again after ${backMs} ms`);
    expect(backMs).toBeLessThan(REDIS_BACK_MS);
    await trades(10);
  }, 90_000);

  it("InfluxDB: trading goes on, rows wait and say so, and none of them is missing afterwards", async () => {
    const recorder = cluster.nodes.get((await cluster.ownerOf("recorder.main"))!)!;
    const series = (): Promise<Scrape> => recorder.call<Scrape>("series");
    const from = await recorder.call<number>("marketNow");
    await influx.kill();
    const tookMs = await trades(20);
    await eventually(
      "five minutes of the market without InfluxDB",
      async () => (await recorder.call<number>("marketNow")) > from + 5 * MINUTE,
    );
    const gone = await series();
    const to = await recorder.call<number>("marketNow");
    expect(gone.tick_store_queued).toBeGreaterThan(100);
    await influx.restart();
    const back = performance.now();
    const owed = gone.tick_store_written_total! + gone.tick_store_queued!;
    await eventually(
      "what waited is written",
      async () => (await series()).tick_store_written_total! >= owed,
      CAUGHT_UP_MS,
    );
    console.info(
      `InfluxDB gone: 20 orders in ${tookMs} ms; ${gone.tick_store_queued} rows waited, written ${Math.round(performance.now() - back)} ms after its return`,
    );
    expect(await series()).toMatchObject({ tick_store_dropped_total: 0, tick_store_refused_total: 0 });

    const first = Math.ceil(from / MINUTE) * MINUTE;
    const last = Math.floor(to / MINUTE) * MINUTE;
    for (const symbol of cluster.symbols) {
      const range = { instrument: `sandbox:${symbol}`, timeframe: "1m", from: first, to: last };
      const kept = await recorder.call<readonly Candle[]>("candles", range);
      const klines = `${cluster.sandbox.url}/api/v3/klines?symbol=${symbol.replace("/", "")}&interval=1m`;
      const rows = (await (
        await fetch(`${klines}&startTime=${first}&endTime=${last - 1}&limit=1000`)
      ).json()) as (string | number)[][];
      expect(rows.length).toBeGreaterThanOrEqual(4);
      expect(kept.map(({ openAt, open, high, low, close }) => [openAt, open, high, low, close])).toEqual(
        rows.map((row) => row.slice(0, 5).map(Number)),
      );
    }
  }, 90_000);

  it("nothing was lost, nothing doubled", async () => {
    const { broken, orders } = await invariants(cluster);
    expect(broken).toEqual([]);
    expect(orders).toBeGreaterThan(50);
  }, 60_000);
});
