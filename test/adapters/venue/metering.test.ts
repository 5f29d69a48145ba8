/** Every request is counted before it is sent, as the venue itself counts, and what has no room does not leave. */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { gate } from "../../../adapters/limits/gate.ts";
import { MemoryStore } from "../../../adapters/limits/memory.ts";
import { Blocked } from "../../../adapters/venue/outcome.ts";
import { decimal, type ClientOrderId } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { btc, orderOf, startRig, type Rig } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.stop());

const started = async (weightPerMinute: number) => {
  rig = await startRig({
    market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
    speed: 10,
    limits: { weightPerMinute, ordersPer10s: 100, ordersPerDay: 200_000 },
  });
  const limits = gate(new MemoryStore(), { clock: systemClock });
  const used = (key: RegExp): number => limits.stats().usage.find((one) => key.test(one.key))!.used;
  return { limits, used };
};
const resting = { type: "limit", price: decimal("1000") as never, quantity: decimal("0.01") } as const;
const asId = (id: string): ClientOrderId => id as ClientOrderId;

describe("metering", () => {
  it("counts what the venue counts, by address and by account", async () => {
    const { limits, used } = await started(6_000);
    const account = rig.account({}, {}, { limits });
    await account.balances();
    await account.place(orderOf("rest1", resting));
    await account.openOrders();
    await account.find(asId("rest1"), btc);
    await account.fills(btc, 0 as never);
    await account.cancel(asId("rest1"), btc);
    await account.place(orderOf("buy1"));
    // Instruments 20, time 5 x 1, balances 20, order 1, open orders 80, find 4, fills 20, cancel 1, order 1.
    expect(used(/^weight\.binance@127\.0\.0\.1:\d+\.default$/)).toBe(152);
    expect(used(/^orders\..*\.main\.10s$/)).toBe(2);
    expect(used(/^orders\..*\.main\.1d$/)).toBe(2);
    // The venue's window may just have begun anew; it never counts more.
    expect(account.weight().used).toBeLessThanOrEqual(152);
  });

  it("what has no room is not sent: data and entries first, a cancel never", async () => {
    const { limits, used } = await started(6_000);
    const account = rig.account({ limits: { weightPerMinute: 100 } }, {}, { limits });
    await account.balances();
    expect(await account.place(orderOf("rest1", resting))).toMatchObject({ type: "accepted" });
    expect(used(/^weight/)).toBe(46);
    // 46 + 80 are more than an entry may fill.
    await expect(account.openOrders()).rejects.toThrow(Blocked);
    await account.balances();
    // 66; entries go up to 80, exits to 95.
    for (let k = 0; k < 14; k += 1) await account.place(orderOf(`rest2${k}`, resting));
    expect(await account.place(orderOf("late1"))).toMatchObject({ type: "not-sent" });
    expect(await account.cancel(asId("rest1"), btc)).toMatchObject({ type: "accepted" });
    expect((await rig.venueOrders()).map(({ clientOrderId }) => clientOrderId)).not.toContain("late1");
    expect(limits.stats().refused).toMatchObject({ cancel: 0, entry: 2 });
  });

  it("learns from the venue's answers what others spend from the same address", async () => {
    const { limits, used } = await started(6_000);
    // The venue counts by minutes of the clock, and in their first second an answer may still tell of the one before.
    const second = (): number => (Date.now() % 60_000) / 1_000;
    await eventually("a minute that lasts", () => second() > 2 && second() < 45, 20_000);
    const other = rig.account();
    for (let k = 0; k < 5; k += 1) await other.openOrders();
    const account = rig.account({}, {}, { limits });
    await account.balances();
    await account.balances();
    // The other's instruments 20, time 5 and open orders 5 x 6, as the sandbox counts them; our own 20, 5 and 2 x 20.
    expect(used(/^weight/)).toBe(120);
  });

  it("another outgoing address has a budget of its own", async () => {
    const { limits, used } = await started(6_000);
    await rig.account({ limits: { address: "second" } }, {}, { limits }).balances();
    expect(used(/^weight\..*\.second$/)).toBe(45);
  });
});
