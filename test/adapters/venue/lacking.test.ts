/** What a venue lacks, through ccxt at a sandbox that refuses it: the flag is never sent, and what the venue would have refused is refused before. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lackingOf, refusedOver, sentAs, stopsLeft } from "../../../adapters/venue/lacking.ts";
import type { Order } from "../../../domain/order/order.ts";
import { decimal } from "../../../domain/values/values.ts";
import { orderOf, startRig, type Rig } from "./rig.ts";

const lacks = ["post-only", "ioc", "fok", "stop-market"] as const;

describe("what is known of a venue", () => {
  it("is what ccxt tells and what the configuration says", () => {
    const features = {
      spot: { createOrder: { timeInForce: { PO: false, IOC: true, FOK: false } } },
      swap: { linear: { createOrder: { timeInForce: { IOC: false } } } },
    };
    expect(lackingOf({ features }, {})).toEqual(["post-only", "fok"]);
    expect(lackingOf({ features }, { swap: true }, ["reduce-only", "stops"])).toEqual(["ioc", "reduce-only"]);
    expect(lackingOf({}, {})).toEqual([]);
  });

  it.each([
    ["stop-market", [], "stop-market"],
    ["stop-market", ["stop-market"], "stop-limit"],
    ["stop-market", ["stop-limit"], "stop-market"],
    ["stop-market", ["stop-market", "stop-limit"], "none"],
    ["stop-limit", ["stop-limit"], "none"],
    ["stop-limit", ["stop-market"], "stop-limit"],
    ["stop-market", ["stops"], "none"],
    ["none", [], "none"],
  ] as const)("of stops %s, lacking %j, %s is left", (has, lacking, left) =>
    expect(stopsLeft(has, lacking)).toBe(left),
  );

  it.each([
    ["PO", ["post-only"], "GTC"],
    ["PO", ["ioc", "fok"], "PO"],
    ["IOC", ["ioc"], "GTC"],
    ["FOK", ["fok"], "IOC"],
    ["FOK", ["fok", "ioc"], "GTC"],
    ["FOK", ["ioc"], "FOK"],
    ["GTC", ["post-only", "ioc", "fok"], "GTC"],
  ] as const)("%s where %j lack goes as %s", (force, lacking, sent) =>
    expect(sentAs(force, lacking)).toBe(sent),
  );

  it.each([
    ["buy", "PO", "99", 3, undefined],
    ["buy", "PO", "100", 3, "would-take"],
    ["sell", "PO", "99", 3, undefined],
    ["sell", "PO", "98", 3, "would-take"],
    // 1 at 100, 2 at 101.
    ["buy", "FOK", "101", 3, undefined],
    ["buy", "FOK", "101", 4, "other"],
    ["buy", "FOK", "100.5", 2, "other"],
    ["sell", "FOK", "98", 5, undefined],
    ["sell", "FOK", "98.5", 1, "other"],
  ] as const)("%s %s at %s of %i: %s", (side, timeInForce, price, size, reason) => {
    const book = { bids: [["98", "5"]], asks: [["100", "1"], ["101", "2"]] } as const; // prettier-ignore
    const order = { side, timeInForce, price: decimal(price), quantity: decimal(String(size)) };
    expect(refusedOver(order as unknown as Order, book)?.reason).toBe(reason);
  });
});

describe("at a venue that refuses such orders", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({
      lacks,
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 60_000 },
      begin: "subscribed",
    });
  });
  afterAll(() => rig.stop());

  it("its instruments say so", async () => {
    const [one] = await rig.market({ lacks }).instruments();
    expect(one).toMatchObject({ lacks, stops: "stop-limit" });
    expect((await rig.market().instruments())[0]).not.toHaveProperty("lacks");
  });

  it("orders go as others, and what it would have refused never goes", async () => {
    const answer = await fetch(`${rig.sandbox.url}/api/v3/depth?symbol=BTCUSDT&limit=5`);
    const { bids, asks } = (await answer.json()) as Record<"bids" | "asks", readonly [string, string][]>;
    const [below, above] = [decimal(bids[4]![0]), decimal(asks[4]![0])];
    const order = (id: string, own: object): Order =>
      orderOf(id, { type: "limit", quantity: decimal("0.001"), ...own });
    const account = rig.account({ lacks });
    const place = async (id: string, own: object) => account.place(order(id, own));
    const refused = (reason: string) => ({ type: "refused", reason });
    expect(await place("po1", { timeInForce: "PO", price: below })).toMatchObject({ type: "accepted" });
    expect(await place("po2", { timeInForce: "PO", price: above })).toMatchObject(refused("would-take"));
    expect(await place("io1", { timeInForce: "IOC", price: below })).toMatchObject({ type: "accepted" });
    expect(await place("fo1", { timeInForce: "FOK", price: above })).toMatchObject({ type: "accepted" });
    const whale = { timeInForce: "FOK", price: above, quantity: decimal("9000") };
    expect(await place("fo2", whale)).toMatchObject({
      ...refused("other"),
      detail: expect.stringContaining("fill-or-kill") as string,
    });
    // What the portfolio ends at once stands until it does: as a limit order that rests.
    const at = (id: string) => account.find(id as never, order(id, {}).instrument);
    expect(await at("io1")).toMatchObject({ status: "open" });
    expect(await at("fo1")).toMatchObject({ status: "filled" });
    for (const id of ["po2", "fo2"]) expect(await at(id)).toBeUndefined();
    // Sent as they are, it refuses them.
    const plain = rig.account();
    for (const timeInForce of ["PO", "IOC", "FOK"] as const)
      expect(
        await plain.place(order(`no${timeInForce}`.toLowerCase(), { timeInForce, price: below })),
      ).toMatchObject({ type: "refused" });
  });

  it("an order whose book cannot be read is not sent", async () => {
    const account = rig.account({ lacks, url: "http://127.0.0.1:9" });
    const order = orderOf("nb1", {
      type: "limit",
      timeInForce: "PO",
      price: decimal("1"),
      quantity: decimal("1"),
    } as never);
    expect(await account.place(order)).toMatchObject({ type: "not-sent" });
  });
});
