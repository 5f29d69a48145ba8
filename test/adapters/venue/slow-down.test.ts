/** What goes and what waits when the venue asks us to slow down, shuts us out, or fails. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decimal, type ClientOrderId } from "../../../domain/values/values.ts";
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
  it("holds everything back for Retry-After but cancels", async () => {
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
    expect(await account.place(orderOf("less1", { reduceOnly: true }))).toMatchObject({ type: "not-sent" });
    expect((await rig.venueOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual(["rest1"]);
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
