/**
 * A recorded day of trades through the sandbox's wire in lock-step: every trade is told, exactly and once, and two
 * runs tell everything, orders included, in the same order.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { ccxtAccount } from "../../../adapters/venue/ccxt-account.ts";
import { ccxtMarket } from "../../../adapters/venue/ccxt-market.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import { toJson } from "../../../domain/values/json.ts";
import { decimal, type AccountId, type InstrumentId, type Timestamp } from "../../../domain/values/values.ts";
import { startSandbox } from "../../../sandbox/sandbox.ts";
import { orderOf, Rig } from "./rig.ts";

const path = join(process.env["SHOAL_DATA"] ?? "../shared/data", "trades-binance-xrpeth-2019-10");

interface Slice {
  readonly type: string;
  readonly n: number;
  readonly phase: string;
  readonly at: number;
  readonly expect: { readonly trades: Readonly<Record<string, number>>; readonly user: number };
}

/** Places an order at every 97th trade. Returns the trades and a hash over all that was told, in order. */
const replay = async (): Promise<{
  readonly told: readonly Trade[];
  readonly orders: number;
  readonly hash: string;
}> => {
  const sandbox = await startSandbox({ market: { kind: "replay", path }, speed: "max" });
  const settings = new Rig(sandbox).settings();
  let marketTime = 0;
  const ports = { clock: systemClock, chance: () => 0, marketTime: () => marketTime as Timestamp };
  const market = ccxtMarket(settings, ports);
  const account = ccxtAccount({ ...settings, account: "main" as AccountId }, ports);
  const hash = createHash("sha256");
  const note = (...what: unknown[]): void => void hash.update(toJson(what));
  const told: Trade[] = [];
  let orders = 0;
  let unanswered = 0;
  const place = (instrument: InstrumentId): void => {
    orders += 1;
    unanswered += 1;
    const side = orders % 3 === 0 ? "sell" : "buy";
    account
      .place(orderOf(`o${orders}`, { instrument, side, quantity: decimal("100") }))
      .then((outcome) => note("outcome", outcome))
      .catch((error: unknown) => note("error", String(error)))
      .finally(() => (unanswered -= 1));
  };
  await account.watch({
    report: (report) => note("report", report),
    fill: (fill) => note("fill", fill),
    balances: (balances) => note("balances", [...balances]),
    resumed: () => note("resumed"),
  });
  await market.watch(
    (await market.instruments()).map(({ id }) => id),
    {
      trades: (instrument, trades) => {
        note("trades", trades);
        for (const trade of trades) if (told.push(trade) % 97 === 0) place(instrument);
      },
    },
  );
  const idle = ({ expect: sent }: Slice): boolean => {
    const { trades } = market.received();
    const behind = Object.entries(sent.trades).some(([name, id]) => (trades[name] ?? 0) < id);
    return !behind && account.received() >= sent.user && unanswered === 0;
  };
  const socket = new WebSocket(`${sandbox.adminUrl.replace("http", "ws")}/lockstep`);
  await new Promise<void>((ended, failed) => {
    socket.on("open", () => socket.send('{"type":"ready"}'));
    socket.on("error", failed);
    socket.on("message", (data: Buffer) => {
      const slice = JSON.parse(data.toString()) as Slice;
      if (slice.type === "end") {
        ended();
        return;
      }
      marketTime = slice.at;
      const answer = (): void => {
        if (!idle(slice)) setImmediate(answer);
        else socket.send(JSON.stringify({ type: "done", n: slice.n, phase: slice.phase }));
      };
      answer();
    });
  });
  socket.close();
  await Promise.all([market.close(), account.close()]);
  await sandbox.stop();
  return { told, orders, hash: hash.digest("hex") };
};

/** ts_ms,price,amount,side,id */
const recorded = (): readonly string[] =>
  readdirSync(path)
    .filter((name) => name.includes("trades") && name.endsWith(".csv.gz"))
    .flatMap((name) =>
      gunzipSync(readFileSync(join(path, name)))
        .toString()
        .trim()
        .split("\n")
        .slice(1),
    );

describe.skipIf(!existsSync(path))("a replay in lock-step", () => {
  it("tells every recorded trade once and exactly, and the same in every run", async () => {
    const first = await replay();
    expect(first.told).toEqual(
      recorded().map((line) => {
        const [at, price, quantity, side, id] = line.split(",");
        return { at: Number(at), price: Number(price), quantity: Number(quantity), side, id: Number(id) };
      }),
    );
    expect(first.orders).toBe(Math.floor(first.told.length / 97));
    const second = await replay();
    expect(second.hash).toBe(first.hash);
  }, 120_000);
});
