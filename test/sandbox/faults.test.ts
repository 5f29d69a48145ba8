/** A clock that is wrong, a venue that forgets or lags, and plans: what is refused, what a seed draws. */
import { describe, expect, test } from "vitest";
import { mixed } from "../../sandbox/faults/mix.ts";
import { faultFields, faultPlan } from "../../sandbox/faults/plan.ts";
import { eventually } from "../servers.ts";
import { admin, get, signed, userData } from "./clients.ts";
import { atVenue, buy, find, id, met, place, plan, resting, sandbox, useSandbox } from "./trouble.ts";

useSandbox();

describe("clock", () => {
  const offset = async (): Promise<number> => {
    const { serverTime } = (await get(sandbox, "/api/v3/time")).body as { serverTime: number };
    return serverTime - Date.now();
  };

  test.each([60_000, -60_000])("%i ms: told, and timestamps are judged by it", async (clockSkewMs) => {
    await plan({ clockSkewMs });
    expect(Math.abs((await offset()) - clockSkewMs)).toBeLessThan(1_000);
    const before = await met("timestampsRefused");
    expect((await place(id())).body).toMatchObject({ code: -1021 });
    expect(await met("timestampsRefused")).toBe(before + 1);
    const params = buy(id());
    const timestamp = Date.now() + clockSkewMs;
    expect((await signed(sandbox, "POST", "/api/v3/order", params, { timestamp })).status).toBe(200);
  });

  test("drift: further off with time", async () => {
    await plan({ clockDriftMsPerSec: 5_000 });
    await eventually("a second ahead", async () => (await offset()) > 1_000);
    const before = await offset();
    await eventually("two more", async () => (await offset()) > before + 2_000);
  });
});

describe("memory", () => {
  test("closed orders and fills are forgotten after a time, open orders are not", async () => {
    const [one, two] = [id(), id()];
    await place(one);
    await place(two, resting);
    const { tradeId } = await newestFill();
    await plan({ forgetOrdersAfterMs: 4_000, forgetFillsAfterMs: 4_000 });
    await eventually("forgotten", async () => (await find(one)).status === 400);
    expect((await find(one)).body).toMatchObject({ code: -2013 });
    await eventually("the fill too", async () => (await newestFill()).tradeId !== tradeId);
    expect((await find(two)).body).toMatchObject({ status: "NEW" });
    expect(await atVenue(one)).toBe(1);
  });

  test("what is new is not known yet", async () => {
    await plan({ ordersLagMs: 60_000, fillsLagMs: 240_000 });
    const before = (await newestFill()).tradeId;
    const one = id();
    await place(one);
    expect((await find(one)).status).toBe(400);
    await eventually("known", async () => (await find(one)).status === 200);
    expect((await newestFill()).tradeId).toBe(before);
    await eventually("its fill", async () => (await newestFill()).tradeId !== before);
  });

  test("a restart: orders and fills are gone, balances are the opening ones, sockets are cut", async () => {
    const user = await userData(sandbox);
    const [one, two] = [id(), id()];
    await place(one);
    await place(two, resting);
    await plan({ forget: "main" });
    await user.until(() => user.closed);
    expect((await find(one)).status).toBe(400);
    expect((await signed(sandbox, "GET", "/api/v3/openOrders")).body).toEqual([]);
    expect((await newestFill()).tradeId).toBe(-1);
    const { balances } = (await signed(sandbox, "GET", "/api/v3/account", { omitZeroBalances: "true" }))
      .body as { balances: unknown };
    expect(balances).toEqual([{ asset: "USDT", free: "100000.00000000", locked: "0.00000000" }]);
    expect([await atVenue(one), await atVenue(two), await met("restarts")]).toEqual([1, 1, 1]);
    expect((await place(id())).status).toBe(200);
  });

  const newestFill = async (): Promise<{ readonly tradeId: number }> => {
    const { body } = await signed(sandbox, "GET", "/api/v3/myTrades", { symbol: "BTCUSDT" });
    return { tradeId: (body as { id: number }[]).at(-1)?.id ?? -1 };
  };
});

describe("plans", () => {
  test.each(faultFields)("%s: nonsense is refused by its name", async (field) => {
    const { status, body } = await admin(sandbox, "faults", { [field]: [] });
    expect([status, (body as { field?: string }).field]).toEqual([422, field]);
  });

  test.each([{ latencyMs: [9, 1] }, { userDelayMs: [1] }, { clockSkewMs: 1e9 }, { garbleStatus: 99 }])(
    "%j is refused",
    async (wanted) => {
      expect((await admin(sandbox, "faults", wanted)).status).toBe(422);
    },
  );

  test("a mix: the same seed draws the same plan, all of them can be set, what is named stays", async () => {
    const plans = Array.from({ length: 200 }, (_, seed) => mixed({ seed, mix: 0.3 }));
    plans.forEach((drawn, seed) => {
      expect(mixed({ seed, mix: 0.3 })).toEqual(drawn);
      expect(faultPlan(drawn)).toBe(drawn);
    });
    expect(new Set(plans.map((drawn) => JSON.stringify(drawn))).size).toBe(200);
    expect(mixed({ seed: 1, mix: 1, latencyMs: 5 }).latencyMs).toBe(5);
    await plan({ seed: 7, mix: 0.2 });
    expect((await admin(sandbox, "faults")).body).toMatchObject({ plan: mixed({ seed: 7, mix: 0.2 }) });
  });
});
