/** Position mode at the venue: asked first, set where it differs, refused in the venue's words while something is open. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decimal } from "../../../domain/values/values.ts";
import { signed } from "../../sandbox/clients.ts";
import { contract, hedged, long, options, order, short } from "./hedged.ts";
import { orderOf, startRig, type Rig } from "./rig.ts";

describe("the venue's position mode", () => {
  let rig: Rig;
  const mode = async (): Promise<boolean> => {
    const { body } = await signed(rig.sandbox, "GET", "/fapi/v1/positionSide/dual", {});
    return (body as { dualSidePosition: boolean }).dualSidePosition;
  };
  const set = (dualSidePosition: boolean) =>
    signed(rig.sandbox, "POST", "/fapi/v1/positionSide/dual", { dualSidePosition: String(dualSidePosition) });

  beforeAll(async () => {
    rig = await startRig(
      options({ market: { kind: "synthetic", symbols: ["BTC/USDT", "ETH/USDT"], warmupMs: 600_000 } }),
    );
  });
  afterAll(() => rig.stop());
  beforeEach(async () => {
    await rig.admin("faults", {});
    await rig.admin("faults", { forget: "main" });
  });

  it("is set before the first order, and not again; leverage is the contract's, of both legs", async () => {
    const terms = { leverage: 3, marginMode: "isolated" } as const;
    const asked: string[] = [];
    const one = hedged(rig, { termsOf: (symbol) => (asked.push(symbol), terms) });
    expect(await one.place(order("a1", short, "sell", "0.1"))).toMatchObject({ type: "accepted" });
    expect(await mode()).toBe(true);
    await rig.admin("faults", { errorNext: 100, errorStatus: 503, match: "POST /fapi/v1/" });
    expect(await hedged(rig, { termsOf: () => terms }).arrange!([long])).toEqual([
      { instrument: long, positionMode: "hedge", ...terms },
    ]);
    expect(new Set(asked)).toEqual(new Set(["BTC/USDT:USDT"]));
  });

  it("is asked for once an account, in the right mode and in the wrong one", async () => {
    const other = "sandbox:ETH/USDT:USDT#short" as typeof long;
    const asked = { errorNext: 100, errorStatus: 503, match: "GET /fapi/v1/positionSide/dual" };
    const one = hedged(rig);
    await one.arrange!([long]);
    await rig.admin("faults", asked);
    expect(await one.arrange!([long, other])).toMatchObject([{ instrument: long }, { instrument: other }]);
    await rig.admin("faults", {});
    await set(false);
    const first = orderOf("c1", { instrument: contract, quantity: decimal("0.1") });
    expect(await rig.account({ exchange: "binanceusdm" }).place(first)).toMatchObject({ type: "accepted" });
    const wrong = hedged(rig);
    await wrong.arrange!([long]);
    await rig.admin("faults", asked);
    const told = await wrong.arrange!([long, other]);
    expect(told.map(({ problem }) => problem?.includes("exists position"))).toEqual([true, true]);
  });

  it("a lost answer is asked for again", async () => {
    await rig.admin("faults", { loseNext: 1, match: "POST /fapi/v1/positionSide/dual" });
    const [told] = await hedged(rig).arrange!([long]);
    expect(told).toEqual({ instrument: long, positionMode: "hedge" });
  });

  it.each([
    ["a position", "exists position"],
    ["an open order", "exists open orders"],
    ["a stop", "exists open orders"],
  ] as const)("with %s it cannot be set: told, and nothing is added", async (what, words) => {
    const before = rig.account({ exchange: "binanceusdm" });
    const entry = orderOf("b1", { instrument: contract, quantity: decimal("0.1") });
    const far =
      what === "a stop"
        ? { type: "stop-market" as const, stopPrice: decimal("1000000") as never }
        : { type: "limit" as const, price: decimal("1000") as never };
    const first = what === "a position" ? entry : { ...entry, ...far };
    expect(await before.place(first)).toMatchObject({ type: "accepted" });
    const one = hedged(rig);
    const [told] = await one.arrange!([long]);
    expect(told!.problem).toMatch(/to be in hedge mode and is in net mode at the venue/);
    expect(told!.problem).toContain(words);
    expect(await one.place(order("b2", long, "buy", "0.1"))).toMatchObject({
      type: "refused",
      reason: "contract-terms",
    });
    expect(await mode()).toBe(false);
  });

  it("net where it is named is set too; where none is named the account is left as it is", async () => {
    await set(true);
    const [left] = await rig.account({ exchange: "binanceusdm", ...{ termsOf: () => ({ leverage: 20 }) } })
      .arrange!([contract]);
    expect(left!.problem).toMatch(/hedge mode/);
    expect(await mode()).toBe(true);
    // What is held there is of legs, whatever the account is to be.
    const by = { positionSide: "SHORT", type: "MARKET", quantity: "0.1" };
    await signed(rig.sandbox, "POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "SELL", ...by });
    expect([...(await rig.account({ exchange: "binanceusdm" }).balances()).keys()]).toEqual([
      "USDT",
      "BTC/USDT:USDT#short",
    ]);
    await signed(rig.sandbox, "POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "BUY", ...by });
    const net = rig.account({ exchange: "binanceusdm", ...{ positionMode: "net" } });
    expect(await net.arrange!([contract])).toEqual([{ instrument: contract, positionMode: "net" }]);
    expect(await mode()).toBe(false);
  });

  it("switched by somebody else the venue refuses, and it is set again before the next order", async () => {
    const one = hedged(rig);
    expect(await one.arrange!([long])).toMatchObject([{ positionMode: "hedge" }]);
    await set(false);
    expect(await one.place(order("d1", long, "buy", "0.1"))).toMatchObject({
      type: "refused",
      reason: "contract-terms",
    });
    expect(await one.place(order("d2", long, "buy", "0.1"))).toMatchObject({ type: "accepted" });
  });
});
