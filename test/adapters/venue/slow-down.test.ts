/** What goes and what waits when the venue asks us to slow down, shuts us out, or fails. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decimal, type ClientOrderId } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { btc, orderOf, startRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({
    market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
    speed: 10,
  });
});
afterEach(() => rig.stop());
const asId = (id: string): ClientOrderId => id as ClientOrderId;

describe("a venue that wants us to slow down", () => {
  it("429: entries wait for Retry-After, cancels and exits may try", async () => {
    const account = rig.account();
    await account.place(
      orderOf("rest1", { type: "limit", price: decimal("1000") as never, quantity: decimal("0.01") }),
    );
    await rig.admin("faults", { limitNext: 1, limitStatus: 429, retryAfterSec: 2, match: "/order" });
    const first = await account.place(orderOf("slow1"));
    expect(first).toMatchObject({ type: "not-sent", retryAfterMs: 2_000 });
    const second = await account.place(orderOf("slow2"));
    expect(second).toMatchObject({ type: "not-sent", detail: "the venue asked us to wait" });
    expect(account.breakers().map(({ state }) => state)).toEqual(["open", "open", "open", "closed"]);
    expect(await account.cancel(asId("rest1"), btc)).toMatchObject({ type: "accepted" });
    expect(await account.place(orderOf("less1", { reduceOnly: true }))).toMatchObject({ type: "accepted" });
    expect((await rig.venueOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual(["rest1", "less1"]);
  });

  it("429 to an exit or a cancel too: one is tried, and then nothing until the time is over", async () => {
    const account = rig.account();
    await account.balances();
    await rig.admin("faults", { limitForMs: 1_500, limitStatus: 429, retryAfterSec: 1 });
    const less = orderOf("less1", { reduceOnly: true });
    for (let k = 0; k < 10; k += 1) {
      expect(await account.place(orderOf(`more${k}`))).toMatchObject({ type: "not-sent" });
      expect(await account.place(less)).toMatchObject({ type: "not-sent" });
      expect(await account.cancel(asId("any"), btc)).toMatchObject({ type: "not-sent" });
    }
    // The first entry and the first exit have asked; of 30 no other.
    expect(await rig.counted()).toMatchObject({ answers429: 2, answers418: 0 });
    expect(account.breakers().map(({ state }) => state)).toEqual(Array(4).fill("open"));
    await rig.admin("faults", {});
    await eventually("the time is over", async () => (await account.place(less)).type === "accepted");
  });

  it("418: nothing is sent before the ban is over, cancels and exits included", async () => {
    const account = rig.account();
    const resting = { type: "limit", price: decimal("1000") as never, quantity: decimal("0.01") } as const;
    await account.place(orderOf("rest1", resting));
    await rig.admin("faults", { limitNext: 1, limitStatus: 418, retryAfterSec: 1 });
    await expect(account.balances()).rejects.toThrow();
    expect(await account.cancel(asId("rest1"), btc)).toMatchObject({ type: "not-sent" });
    expect(await account.place(orderOf("less1", { reduceOnly: true }))).toMatchObject({ type: "not-sent" });
    expect(await rig.counted()).toMatchObject({ answers418: 1 });
    expect(rig.problems.join()).toMatch(/BANNED: .* not even a cancel/);
    await eventually(
      "the ban is over",
      async () => (await account.cancel(asId("rest1"), btc)).type === "accepted",
    );
    expect(await rig.counted()).toMatchObject({ answers418: 1 });
  });

  it("opens the breaker of orders after 5xx and lets nothing more out", async () => {
    const account = rig.account({}, { callsMin: 5, pauseMs: 60_000 });
    await account.balances();
    await rig.admin("faults", { errorRatio: 1, errorStatus: 502, match: "/order" });
    const outcomes = [];
    for (let i = 0; i < 10; i += 1) outcomes.push((await account.place(orderOf(`b${i}`))).type);
    expect(outcomes.slice(0, 5)).toEqual(Array(5).fill("unknown"));
    expect(outcomes.slice(-4)).toEqual(Array(4).fill("not-sent"));
    await expect(account.balances()).resolves.toBeDefined();
  });

  it("repeats reads that fail", async () => {
    const account = rig.account({}, { backoffMs: 10 });
    await account.balances();
    await rig.admin("faults", { errorNext: 2, errorStatus: 500, match: "/account" });
    expect((await account.balances()).get("USDT" as never)).toBe(decimal("100000"));
  });
});
