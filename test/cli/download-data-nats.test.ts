/** `shoal download-data --nats` beside a cluster on a real nats-server: it spends from the cluster's budget, and waits where that is held. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, JSONCodec, type KV, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { natsStore } from "../../adapters/limits/nats.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { findServer, freePort, startNats, type Server } from "../servers.ts";
import { scratch, shoalHere } from "./command.ts";

const MINUTE = 60_000;
const START = Date.UTC(2021, 4, 19);
const ROWS = 120;
/** How long the cluster keeps everybody from asking. */
const HELD_MS = 1_500;

describe.skipIf(findServer("nats-server") === undefined)("download-data --nats", () => {
  const folder = scratch();
  let nats: Server;
  let sandbox: Sandbox;
  let connection: NatsConnection;
  let kv: KV;

  beforeAll(async () => {
    nats = await startNats();
    connection = await connect({ servers: nats.url });
    const path = join(folder.path, "BTC_USDT-1m.csv");
    const rows = Array.from({ length: ROWS + 2 }, (_, k) => `${START + k * MINUTE},100,110,90,101,1`);
    writeFileSync(path, ["ts_ms,open,high,low,close,volume", ...rows, ""].join("\n"));
    sandbox = await startSandbox({
      speed: "max",
      market: { kind: "replay", path, from: START + ROWS * MINUTE },
    });
  }, 60_000);
  afterAll(async () => {
    await connection.close();
    await sandbox.stop();
    await nats.stop();
    folder.remove();
  });

  const run = (url: string, timeframe: string) =>
    shoalHere(
      [
        ...["download-data", "--exchange", "binance", "--venue", "sandbox", "--url", sandbox.url],
        ...["-p", "BTC/USDT", "--timeframes", timeframe, "--from", "2021-05-19", "--nats", url, "--json"],
      ],
      { cwd: folder.path },
    );
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const key of await kv.keys()) found.push(key);
    return found.sort();
  };

  it("spends from the budgets that lie there", async () => {
    const { code, err, json } = await run(nats.url, "1m");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(json).toMatchObject({ series: [{ candles: ROWS, missing: 0 }] });
    kv = await connection.jetstream().views.kv("limits");
    const [key, ...others] = await keys();
    expect(others).toEqual([]);
    const record = JSONCodec<{ counts: [number, number][] }>().decode((await kv.get(key!))!.value);
    expect(record.counts.reduce((sum, [, spent]) => sum + spent, 0)).toBeGreaterThan(0);
  });

  it("waits where the cluster has been shut out", async () => {
    const store = await natsStore({ connection });
    const until = Date.now() + HELD_MS;
    for (const key of await keys()) await store.hold({ key, windowMs: MINUTE }, until, true, Date.now());
    const { code, json } = await run(nats.url, "5m");
    expect(code).toBe(0);
    expect(json).toMatchObject({ series: [{ candles: ROWS / 5 }] });
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    await store.close();
  });

  it("ends with 3 where nobody answers, without the password", async () => {
    const away = await run(`nats://joe:hunter22@127.0.0.1:${await freePort()}`, "1m");
    expect([away.code, away.err]).toEqual([3, expect.stringContaining("cannot be reached")]);
    expect(away.err).not.toContain("hunter22");
  });
});
