/** With InfluxDB and Redis: candles land in the one, and the other may die without harm. */
import { afterAll, describe, expect, it } from "vitest";
import type { Candle } from "../../domain/market/candle.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import type { Summary } from "../../nodes/summary.ts";
import { eventually, findServer, startInflux, startRedis, type Server } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { halted, nothingOpen, restless } from "./settings.ts";

const missing = findServer("influxd") === undefined || findServer("redis-server") === undefined;

describe.skipIf(missing)("influxd and redis-server", () => {
  const servers: Server[] = [];
  let engine: EngineProcess | undefined;
  afterAll(async () => {
    await engine?.kill();
    for (const server of servers) await server.stop();
  });

  it("candles land in InfluxDB; trading goes on when Redis is killed, and what is lacking is told", async () => {
    const influx = await startInflux();
    servers.push(influx);
    const redis = await startRedis();
    servers.push(redis);
    const symbols = ["BTC/USDT", "ETH/USDT"];
    const running = (engine = await engineProcess({
      ...restless({ strategies: 4, symbols, params: { keeps: true } }),
      dataDir: temporaryFolder(),
      influx: { url: influx.url },
      redis: { url: redis.url },
      venues: {
        sandbox: { weightPerMinute: 100_000, sandbox: { speed: 40, symbols, balances: { USDT: "50000" } } },
      },
    }));
    const view = (): Promise<PortfolioView> => running.ask("portfolio", "main", "view");
    await eventually("fills", async () => (await view()).counters.fills > 3, 30_000);
    const lacking = (...what: readonly string[]): Promise<void> =>
      eventually(
        `lacks ${what.join()}`,
        async () => JSON.stringify(await running.call<string[]>("lacks")) === JSON.stringify(what),
        30_000,
      );
    await lacking();
    await redis.kill();
    await lacking("budgets");
    const { fills } = (await view()).counters;
    await eventually("fills without Redis", async () => (await view()).counters.fills > fills + 5, 30_000);

    // What a strategy was told is what InfluxDB has.
    let told: number[][] = [];
    await eventually(
      "three candles",
      async () => {
        const asked = await running.ask<{ state: { seen: number[][][] } }>(
          "strategy",
          "restless-0000",
          "inspect",
        );
        told = asked.state.seen[0]!;
        return told.length > 2;
      },
      30_000,
    );
    const stored = await running.call<Candle[]>("candles", {
      instrument: "sandbox:BTC/USDT",
      timeframe: "1m",
      from: told[0]![0]!,
      to: told.at(-1)![0]! + 60_000,
    });
    expect(
      stored.map(({ openAt, open, high, low, close, volume }) => [openAt, open, high, low, close, volume]),
    ).toEqual(told);
    const counted = await (
      await fetch(`${influx.url}/query?db=shoal&q=${encodeURIComponent("SHOW SERIES")}`)
    ).text();
    expect(counted).toContain("sandbox:BTC/USDT");

    await influx.kill();
    await lacking("budgets", "ticks");
    await Promise.all([redis.restart(), influx.restart()]);
    await lacking();

    await halted(running);
    await nothingOpen(running);
    expect(await running.call<Summary>("summary")).toMatchObject({
      reconciled: true,
      lost: 0,
      duplicates: 0,
    });
    expect(await running.end()).toBe(0);
  }, 120_000);
});
