/** Faults of sockets as the wire shows them: lost, repeated, swapped, late, mute, silent. */
import { describe, expect, test } from "vitest";
import { eventually } from "../servers.ts";
import { Ear, subscribed, userData } from "./clients.ts";
import { find, id, met, place, plan, sandbox, useSandbox } from "./trouble.ts";

useSandbox();

describe("sockets", () => {
  const reports = (ear: Ear): string[] =>
    ear
      .parsed()
      .map(({ event }) => event as { e: string; c: string; x: string })
      .filter(({ e }) => e === "executionReport")
      .map(({ c, x }) => `${c} ${x}`);

  test("a report that says FILLED before NEW", async () => {
    const ear = await userData(sandbox);
    await plan({ userSwapRatio: 1 });
    const one = id();
    await place(one);
    await ear.until(() => reports(ear).length === 2);
    expect(reports(ear)).toEqual([`${one} TRADE`, `${one} NEW`]);
    ear.close();
  });

  test("a trade told twice, and none told", async () => {
    const ear = await userData(sandbox);
    await plan({ userRepeatRatio: 1 });
    const one = id();
    await place(one);
    await ear.until(() => reports(ear).filter((told) => told === `${one} TRADE`).length === 2);
    await plan({ userLossRatio: 1 });
    const two = id();
    await place(two);
    await plan({});
    const three = id();
    await place(three);
    await ear.until(() => reports(ear).includes(`${three} TRADE`));
    expect(reports(ear).filter((told) => told.startsWith(`${two} `))).toEqual([]);
    ear.close();
  });

  test("late fills: REST knows first, and what is late keeps its order", async () => {
    const ear = await userData(sandbox);
    await plan({ userDelayMs: [200, 400] });
    const [one, two] = [id(), id()];
    await place(one);
    await place(two);
    expect((await find(two)).body).toMatchObject({ status: "FILLED" });
    expect(ear.heard).toEqual([]);
    await ear.until(() => reports(ear).length === 4);
    expect(reports(ear)).toEqual([`${one} NEW`, `${one} TRADE`, `${two} NEW`, `${two} TRADE`]);
    ear.close();
  });

  test("market messages: some lost, some twice, some swapped", async () => {
    const ear = await subscribed(sandbox, ["btcusdt@bookTicker"]);
    await plan({ seed: 3, streamLossRatio: 0.2, streamRepeatRatio: 0.2, streamSwapRatio: 0.2 });
    await ear.until(() => ear.heard.length > 60);
    await plan({});
    const ids = ear.parsed().map(({ u }) => u as number);
    expect(new Set(ids).size).toBeLessThan(ids.length);
    expect(ids.some((u, i) => i > 0 && u < ids[i - 1]!)).toBe(true);
    for (const kind of ["streamLost", "streamRepeated", "streamSwapped"])
      expect(await met(kind), kind).toBeGreaterThan(0);
    ear.close();
  });

  test("mute: old sockets and new ones are open and say nothing, then speak", async () => {
    const old = await subscribed(sandbox, ["btcusdt@bookTicker"]);
    await plan({ mute: "all" });
    const fresh = await Ear.open(`${sandbox.wsUrl}/ws-api/v3`);
    fresh.send({ id: 1, method: "ping" });
    const before = await met("streamMuted");
    await eventually("messages held back", async () => (await met("streamMuted")) > before + 3);
    const heard = old.heard.length;
    await plan({});
    await old.until(() => old.heard.length > heard);
    fresh.send({ id: 2, method: "ping" });
    await fresh.until(() => fresh.heard.length > 0);
    expect(fresh.newest("id")).toBe(2);
    for (const ear of [old, fresh]) ear.close();
  });

  test("a silent socket answers pings, or not", async () => {
    for (const pongs of [true, false]) {
      const ear = await subscribed(sandbox, ["btcusdt@bookTicker"]);
      await plan({ silence: "market", pongs });
      let pong = false;
      ear.socket.on("pong", () => (pong = true));
      ear.socket.ping();
      // What is answered after the ping on the same socket's server proves that the ping was heard.
      const other = await subscribed(sandbox, ["btcusdt@bookTicker"]);
      await other.until(() => other.heard.length > 2);
      expect(pong).toBe(pongs);
      for (const each of [ear, other]) each.close();
    }
  });
});
