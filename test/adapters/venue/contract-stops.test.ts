/** Stops of contracts through ccxt: they stand in a list of the venue's own, under our ids, and end as orders that carry these on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CcxtAccount } from "../../../adapters/venue/ccxt-account.ts";
import { decimal, format, type ClientOrderId, type InstrumentId } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { Notes, orderOf, startRig, type Rig } from "./rig.ts";

const instrument = "sandbox:BTC/USDT:USDT" as InstrumentId;

describe("stops of contracts", () => {
  let rig: Rig;
  let account: CcxtAccount;
  const notes = new Notes();
  const last = async (): Promise<number> => {
    const answer = await fetch(`${rig.sandbox.url}/fapi/v1/ticker/price?symbol=BTCUSDT`);
    return Number(((await answer.json()) as { price: string }).price);
  };
  /** Of a short: it buys when the price rises so far. */
  const stop = async (id: string, above: number) =>
    orderOf(id, {
      instrument,
      type: "stop-market",
      quantity: decimal("0.1"),
      reduceOnly: true,
      stopPrice: decimal(String(Math.round((await last()) * above))),
    } as never);
  /** The id of one that stands just above the price, which goes on meanwhile and may have passed the first ones. */
  const near = async (name: string): Promise<string> => {
    for (let k = 0; k < 50; k += 1) {
      const id = `${name}n${k}`;
      const answer = await account.place(await stop(id, 1.0003));
      if (answer.type === "accepted") return id;
      expect(answer).toMatchObject({ type: "refused", reason: "would-take" });
    }
    throw new Error("the price has run away from every stop");
  };
  const cancel = (id: string) => account.cancel(id as ClientOrderId, instrument);
  const find = (id: string) => account.find(id as ClientOrderId, instrument);
  const told = (id: string): readonly string[] =>
    notes.reports.filter(({ order }) => order === id).map(({ status }) => status);

  beforeAll(async () => {
    rig = await startRig({
      futures: {},
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
      accounts: [
        { name: "main", apiKey: "key", secret: "secret", balances: { USDT: "100000" } },
        { name: "whale", apiKey: "key2", secret: "secret2", balances: { USDT: "1000000000" } },
      ],
      speed: 10,
    });
    account = rig.account({ exchange: "binanceusdm" });
    await account.watch(notes);
    const short = orderOf("short1", { instrument, side: "sell", quantity: decimal("0.1") });
    expect(await account.place(short)).toMatchObject({ type: "accepted" });
  });
  afterAll(() => rig.stop());

  it("is accepted, told, listed with the open orders, found and cancelled under our id", async () => {
    expect(await account.place(await stop("stop1", 1.2))).toMatchObject({ type: "accepted" });
    await eventually("told", () => told("stop1").includes("open"));
    expect(await account.openOrders()).toMatchObject([{ order: "stop1", status: "open" }]);
    expect(await find("stop1")).toMatchObject({ order: "stop1", status: "open", filled: 0n });
    expect(await cancel("stop1")).toMatchObject({ type: "accepted" });
    await eventually("its end", () => told("stop1").includes("cancelled"));
    // In the venue's time, which is not ours.
    const { at } = notes.reports.findLast(({ order }) => order === "stop1")!;
    expect(await find("stop1")).toMatchObject({ status: "cancelled", at });
    expect(await account.openOrders()).toEqual([]);
    expect(await find("never")).toBeUndefined();
  });

  it("is found when the answers to it and to its cancel are lost, by a process that never heard of it too", async () => {
    await rig.admin("faults", { loseNext: 1, match: "POST /fapi/v1/algoOrder" });
    expect(await account.place(await stop("stop2", 1.2))).toMatchObject({ type: "unknown" });
    expect(await find("stop2")).toMatchObject({ order: "stop2", status: "open" });
    const next = rig.account({ exchange: "binanceusdm" });
    expect(await next.find("stop2" as ClientOrderId, instrument)).toMatchObject({ status: "open" });
    await rig.admin("faults", { loseNext: 1, match: "DELETE /fapi/v1/algoOrder" });
    expect(
      await rig.account({ exchange: "binanceusdm" }).cancel("stop2" as ClientOrderId, instrument),
    ).toMatchObject({
      type: "unknown",
    });
    await rig.admin("faults", {});
    expect(await find("stop2")).toMatchObject({ status: "cancelled" });
    // What is not there is as good as cancelled.
    expect(await cancel("stop2")).toMatchObject({ type: "accepted" });
  });

  it("is refused where the price has passed it", async () => {
    expect(await account.place(await stop("stop3", 0.9))).toMatchObject({
      type: "refused",
      reason: "would-take",
    });
    expect(await find("stop3")).toBeUndefined();
  });

  it("becomes an order of the book, whose fills are its own", async () => {
    const before = await account.balances();
    expect(before.get("BTC/USDT:USDT" as never)).toBe(decimal("-0.1"));
    const id = await near("stop4");
    for (let k = 0; (await find(id))?.status === "open" && k < 500; k += 1)
      await rig.admin("foreign-order", {
        account: "whale",
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        quantity: "0.05",
      });
    await eventually("filled", () => told(id).includes("filled"));
    expect(await find(id)).toMatchObject({ status: "filled", filled: decimal("0.1") });
    const bought = notes.filled.filter(({ order }) => order === id);
    expect(format(bought.reduce<bigint>((sum, { quantity }) => sum + quantity, 0n))).toBe("0.1");
    expect((await account.balances()).has("BTC/USDT:USDT" as never)).toBe(false);
    expect(told(id).filter((status) => status !== "open")).toEqual(["filled"]);
    // One that has triggered is cancelled no more.
    expect(await cancel(id)).toMatchObject({ type: "accepted" });
    expect(await find(id)).toMatchObject({ status: "filled" });
  });

  it("with nothing left to close it ends as refused, and says so", async () => {
    const id = await near("stop5");
    for (let k = 0; (await find(id))?.status === "open" && k < 500; k += 1)
      await rig.admin("foreign-order", {
        account: "whale",
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        quantity: "0.05",
      });
    await eventually("ended", () => told(id).some((status) => status !== "open"));
    expect(notes.reports.findLast(({ order }) => order === id)).toMatchObject({
      status: "refused",
      filled: 0n,
    });
  });
});
