/** Live events: who may listen, numbers without gaps, news of portfolios and candles, and a client that does not read. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

interface Told {
  readonly sequence: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

let running: RunningEngine;
beforeAll(async () => {
  running = await startDemo();
});
afterAll(() => running.stop());

const address = (query = ""): string => `${running.ask.url.replace("http", "ws")}/api/v1/stream${query}`;

const listen = async (): Promise<{ readonly socket: WebSocket; readonly told: Told[] }> => {
  const socket = new WebSocket(address(), {
    headers: { authorization: `Bearer ${running.ask.tokens.reader}` },
  });
  const told: Told[] = [];
  socket.on("message", (data: Buffer) => told.push(JSON.parse(data.toString()) as Told));
  await once(socket, "open");
  return { socket, told };
};

const refusal = async (url: string, headers: Record<string, string> = {}): Promise<number | undefined> => {
  const socket = new WebSocket(url, { headers });
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode?: number }];
  socket.on("error", () => undefined);
  socket.terminate();
  return response.statusCode;
};

describe("the event stream", () => {
  it("is closed to strangers, open by header or ?token=", async () => {
    expect(await refusal(address())).toBe(401);
    expect(await refusal(address("?token=guess-guess-guess"))).toBe(401);
    expect(await refusal(address().replace("stream", "elsewhere"))).toBe(404);
    const socket = new WebSocket(address(`?token=${running.ask.tokens.reader}`));
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({
      type: "hello",
      sequence: 0,
      node: running.engine.wire.hostId,
    });
    socket.close();
  });

  it("tells candles, portfolios and halts, numbered without gaps", async () => {
    const { socket, told } = await listen();
    await running.ask.post("/halt", { reason: "streamed", level: "all" });
    await running.ask.post("/resume");
    await eventually("candles, a halt and its end", () =>
      ["candle", "halt", "resume", "portfolio"].every((type) => told.some((event) => event.type === type)),
    );
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i));
    expect(told.find(({ type }) => type === "halt")).toMatchObject({
      portfolio: "main",
      level: "all",
      by: "admin",
      reason: "streamed",
    });
    const candle = told.find(({ type }) => type === "candle");
    expect(candle).toMatchObject({ instrument: "sandbox:BTC/USDT", timeframe: "1m" });
    socket.close();
  });

  it("drops for a client that does not read, tells it how much, and keeps the newest candle", async () => {
    const { socket, told } = await listen();
    const other = await listen();
    await eventually("hello", () => told.length > 0);
    const connection = (socket as unknown as { readonly _socket: Socket })._socket;
    connection.pause();
    const { wire } = running.engine;
    const before = process.memoryUsage().rss;
    // 64 MB in 2,000 events of 32 KB to a client that takes nothing: far past what sockets and 1 MiB may hold.
    const events = [{ type: "Noise", text: "x".repeat(32_000) }];
    const sent = 2_000;
    const seen = (): number => other.told.filter(({ journal }) => Number(journal) >= 1_000_000).length;
    for (let i = 0; i < sent; i += 1) {
      wire.publish("portfolio", "main", "changed", { sequence: 1_000_000 + i, at: i, events });
      if (i % 8 === 0) await eventually("room", () => seen() >= i - 16);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    connection.resume();
    await eventually("the gap", () => told.some(({ type }) => type === "gap"));
    const gap = told.find(({ type }) => type === "gap")!;
    const noise = told.filter(({ type, journal }) => type === "portfolio" && Number(journal) >= 1_000_000);
    expect(gap["missed"]).toBeGreaterThanOrEqual(sent - noise.length);
    expect(noise.length).toBeLessThan(sent);
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i));
    const count = told.length;
    await eventually("life to go on", () => told.length > count);
    // A client that reads is not held up by one that does not.
    expect(seen()).toBe(sent);
    socket.close();
    other.socket.close();
    await eventually("both to be gone", () => running.engine.gateway!.stream.clients === 0);
  });
});
