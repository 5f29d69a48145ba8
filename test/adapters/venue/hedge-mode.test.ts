/**
 * An account in hedge mode through ccxt: a long and a short leg of one contract beside one another, each with its orders, stops and
 * fills.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CcxtAccount } from "../../../adapters/venue/ccxt-account.ts";
import { legParams, ofItsLeg } from "../../../adapters/venue/legs.ts";
import { requestOf } from "../../../adapters/venue/order-request.ts";
import {
  decimal,
  format,
  timestamp,
  type ClientOrderId,
  type InstrumentId,
} from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { contract, hedged, long, options, order, short } from "./hedged.ts";
import { Notes, startRig, type Rig } from "./rig.ts";

const held = async (account: CcxtAccount): Promise<Record<string, string>> =>
  Object.fromEntries(
    [...(await account.balances())].filter(([asset]) => asset !== "USDT").map(([k, v]) => [k, format(v)]),
  );

it.each([
  ["opens", long, "buy", { positionSide: "LONG" }],
  ["closes", long, "sell", { positionSide: "LONG" }],
  ["opens", short, "sell", { positionSide: "SHORT" }],
  ["closes", short, "buy", { positionSide: "SHORT" }],
] as const)("an order that %s %s by a %s names the leg, and never reduceOnly", (_, instrument, side, leg) => {
  const { params } = requestOf(order("a1", instrument, side, "1"));
  expect(params).toEqual({ clientOrderId: "a1", ...leg });
});

it("net orders name no leg", () => {
  const { params } = requestOf(order("a1", contract, "sell", "1"));
  expect(params).toEqual({ clientOrderId: "a1" });
  expect(requestOf({ ...order("a1", contract, "sell", "1"), reduceOnly: true }).params).toMatchObject({
    reduceOnly: true,
  });
  expect(legParams(contract)).toEqual({});
});

it.each([
  ["by REST", { positionSide: "SHORT" }, "BTC/USDT:USDT#short"],
  ["on the stream", { ps: "LONG" }, "BTC/USDT:USDT#long"],
  ["of one-way mode", { positionSide: "BOTH" }, "BTC/USDT:USDT"],
  ["that names none", {}, "BTC/USDT:USDT"],
])("what the venue tells %s is of its leg", (_, info, symbol) => {
  expect(ofItsLeg({ symbol: "BTC/USDT:USDT", info })).toEqual({ symbol, info });
});

describe("legs at the venue", () => {
  let rig: Rig;
  let account: CcxtAccount;
  const notes = new Notes();
  const last = async (): Promise<number> => {
    const answer = await fetch(`${rig.sandbox.url}/fapi/v1/ticker/price?symbol=BTCUSDT`);
    return Number(((await answer.json()) as { price: string }).price);
  };
  const ended = (...ids: string[]) =>
    eventually(`the end of ${ids.join(", ")}`, () =>
      ids.every((id) => notes.reports.some((one) => one.order === id && one.status === "filled")),
    );

  beforeAll(async () => {
    rig = await startRig(options());
    account = hedged(rig);
    await account.watch(notes);
  });
  afterAll(() => rig.stop());

  it("lists each beside its contract, on the contract's grid", async () => {
    const market = rig.market({ exchange: "binanceusdm", legs: true });
    const [whole, ...legs] = await market.instruments();
    expect(whole).toMatchObject({ id: contract });
    expect(legs).toEqual([
      { ...whole, id: long, symbol: "BTC/USDT:USDT#long" },
      { ...whole, id: short, symbol: "BTC/USDT:USDT#short" },
    ]);
    expect(await rig.market({ exchange: "binanceusdm" }).instruments()).toHaveLength(1);
  });

  it("holds both at once, closes a part of each, and the balances are what its fills leave", async () => {
    expect(await account.arrange!([long, short])).toEqual([
      { instrument: long, positionMode: "hedge" },
      { instrument: short, positionMode: "hedge" },
    ]);
    for (const one of [
      order("long1", long, "buy", "0.3"),
      order("short1", short, "sell", "0.2"),
      order("long2", long, "sell", "0.1"),
      order("short2", short, "buy", "0.05"),
    ])
      expect(await account.place(one)).toMatchObject({ type: "accepted" });
    await ended("long1", "long2", "short1", "short2");
    expect(await held(account)).toEqual({ "BTC/USDT:USDT#long": "0.2", "BTC/USDT:USDT#short": "-0.15" });
    let cash: bigint = decimal("100000");
    for (const { side, notional, fee } of notes.filled)
      cash += (side === "buy" ? 0n - notional : notional) - fee;
    expect((await account.balances()).get("USDT" as never)).toBe(cash);
    // By the stream, and asked for: the same fills, each of its leg.
    for (const [leg, ids] of [
      [long, ["long1", "long2"]],
      [short, ["short1", "short2"]],
    ] as const) {
      const own = await account.fills(leg, timestamp(0));
      expect(new Set(own.map((fill) => fill.order))).toEqual(new Set(ids));
      expect(own).toEqual(notes.filled.filter(({ instrument }) => instrument === leg));
    }
    expect(notes.reports.find((one) => one.order === "short2")).toMatchObject({ instrument: short });
  });

  it("refuses to close more than the leg holds", async () => {
    expect(await account.place(order("much1", long, "sell", "0.25"))).toMatchObject({ type: "refused" });
    expect(await account.place(order("much2", short, "buy", "0.2"))).toMatchObject({ type: "refused" });
  });

  it("an order and a stop of each leg are listed, found and cancelled, lost answers or not", async () => {
    const price = await last();
    const stop = (id: string, instrument: InstrumentId, side: "buy" | "sell", factor: number) => ({
      ...order(id, instrument, side, "0.1"),
      type: "stop-market" as const,
      stopPrice: decimal(String(Math.round(price * factor))) as never,
    });
    const limit = {
      ...order("limit1", short, "sell", "0.01"),
      type: "limit" as const,
      price: decimal(String(Math.round(price * 1.3))) as never,
    };
    expect(await account.place(limit)).toMatchObject({ type: "accepted" });
    expect(await account.place(stop("stop1", long, "sell", 0.8))).toMatchObject({ type: "accepted" });
    await rig.admin("faults", { loseNext: 1, match: "POST /fapi/v1/algoOrder" });
    expect(await account.place(stop("stop2", short, "buy", 1.2))).toMatchObject({ type: "unknown" });
    const wanted = [
      { order: "stop1", instrument: long, status: "open" },
      { order: "stop2", instrument: short, status: "open" },
      { order: "limit1", instrument: short, status: "open" },
    ];
    expect(await account.openOrders()).toMatchObject(wanted);
    // A process that never heard of them.
    const next = hedged(rig);
    for (const one of wanted)
      expect(await next.find(one.order as ClientOrderId, one.instrument)).toMatchObject(one);
    await eventually("told of their legs", () =>
      wanted.every((one) =>
        notes.reports.some((told) => told.order === one.order && told.instrument === one.instrument),
      ),
    );
    await rig.admin("faults", { loseNext: 1, match: "DELETE /fapi/v1/algoOrder" });
    expect(await next.cancel("stop2" as ClientOrderId, short)).toMatchObject({ type: "unknown" });
    expect(await account.find("stop2" as ClientOrderId, short)).toMatchObject({ status: "cancelled" });
    for (const [id, leg] of [
      ["stop1", long],
      ["limit1", short],
    ] as const)
      expect(await account.cancel(id as ClientOrderId, leg)).toMatchObject({ type: "accepted" });
    expect(await account.openOrders()).toEqual([]);
  });
});

it("funding is told of the contract, as the venue tells it: of both legs together", async () => {
  const dueAt = Date.UTC(2026, 0, 1, 8);
  const rig = await startRig(
    options({
      futures: { fundingRate: "0.0003" },
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 0, startAt: dueAt - 15_000 },
    }),
  );
  try {
    const account = hedged(rig);
    const notes = new Notes();
    await account.watch(notes);
    expect(await account.place(order("long1", long, "buy", "0.3"))).toMatchObject({ type: "accepted" });
    expect(await account.place(order("short1", short, "sell", "0.1"))).toMatchObject({ type: "accepted" });
    await eventually("funding", async () => (await account.fundings!(timestamp(dueAt - 15_000))).length > 0);
    const all = await account.fundings!(timestamp(dueAt - 15_000));
    expect(all).toMatchObject([{ instrument: contract, rate: decimal("0.0003"), at: dueAt }]);
    let cash: bigint = decimal("100000");
    for (const { side, notional, fee } of notes.filled)
      cash += (side === "buy" ? 0n - notional : notional) - fee;
    expect((await account.balances()).get("USDT" as never)! - cash).toBe(all[0]!.amount);
  } finally {
    await rig.stop();
  }
});
