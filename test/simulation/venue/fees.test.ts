import { describe, expect, it } from "vitest";
import { ONE, decimal, format, money } from "../../../domain/values/values.ts";
import type { Listing } from "../../../simulation/venue/venue.ts";
import { Floor } from "./floor.ts";

const fee = (floor: Floor, account: string) =>
  floor.fills(account).map((fill) => `${format(fill.fee)} ${fill.feeAsset}`);

const rates = (perUnit: Record<string, string>) =>
  new Map(Object.entries(perUnit).map(([asset, rate]) => [asset, decimal(rate)]));

describe("fees", () => {
  // One lot is 0.01 BTC, 0.01 x ticks USDT.
  it.each<[string, Partial<Listing>, string, string, string]>([
    ["a buyer pays in base: 0.07 x 20 bps", {}, "sell 7 @ 100", "buy 7 market", "0.00014 BTC"],
    ["a seller pays in quote: 7 x 1.03 x 20 bps", {}, "buy 7 @ 103", "sell 7 market", "0.01442 USDT"],
    // 0.07 x 0.002 = 0.00014, up to a multiple of 0.0001
    ["up to the step", { feeStep: decimal("0.0001") }, "sell 7 @ 100", "buy 7 market", "0.0002 BTC"],
    // 0.00014 is less than a step of 1, but no more than 0.07 was received
    ["never more than was received", { feeStep: ONE }, "sell 7 @ 100", "buy 7 market", "0.07 BTC"],
    // 0.07 x 0.75 bps = 0.00000525
    ["parts of a basis point", { takerBps: 0.75 }, "sell 7 @ 100", "buy 7 market", "0.00000525 BTC"],
    ["none", { takerBps: 0 }, "sell 7 @ 100", "buy 7 market", "0 BTC"],
    // 10,000 BTC at 90,071,993, in steps of 1e-8 no safe integer: 900,719,930,000 x 20 bps
    ["exact for large ones", {}, "buy 1000000 @ 90071993", "sell 1000000 market", "1801439860 USDT"],
  ])("%s", (_name, changes, given, when, expected) => {
    const floor = new Floor({}, changes).deposit("ann", { USDT: "1000", BTC: "10000" }).crowd(given);
    floor.place("ann", when);
    expect(fee(floor, "ann")).toEqual([expected]);
  });

  it("makers pay the maker's rate", () => {
    const floor = new Floor().deposit("ann", { BTC: "1" });
    floor.place("ann", "sell 10 @ 100");
    floor.crowd("buy 10 @ 100");
    expect(fee(floor, "ann")).toEqual(["0.01 USDT"]);
    expect(format(floor.venue.feesTaken().get("USDT")!)).toBe("0.01");
  });

  it("are paid in a third asset while it lasts, in the received one from then on", () => {
    const floor = new Floor().deposit("ann", { USDT: "1000", BNB: "0.00000667" }).crowd("sell 100 @ 100");
    floor.venue.payFeesIn("ann", { asset: "BNB", rates: rates({ BTC: "1", USDT: "0.0033333333" }) });
    // 0.05 BTC x 20 bps = 0.0001 BTC, 0.0001 BNB: too dear, so it is paid in BTC
    floor.place("ann", "buy 5 market");
    floor.crowd("buy 5 @ 90");
    // 0.01 BTC at 90: 0.9 x 20 bps = 0.0018 USDT x 0.0033333333 = 0.00000599999994, up: 0.000006
    floor.place("ann", "sell 1 market");
    // 0.00000067 BNB are left: not enough for the next
    floor.place("ann", "sell 1 market");
    expect(fee(floor, "ann")).toEqual(["0.0001 BTC", "0.000006 BNB", "0.0018 USDT"]);
    expect(floor.holds("ann", "BNB")).toBe("0.00000067/0");
    floor.venue.payFeesIn("ann", undefined);
    floor.place("ann", "sell 1 market");
    expect(fee(floor, "ann").at(-1)).toBe("0.0018 USDT");
  });

  it("are never paid from what the order itself gives", () => {
    const floor = new Floor().deposit("ann", { USDT: "100" }).crowd("sell 50 @ 100");
    floor.venue.payFeesIn("ann", { asset: "USDT", rates: rates({ BTC: "100" }) });
    // All 100 USDT are promised: 50 spent, 50 locked by the remainder
    floor.place("ann", "buy 100 @ 100");
    expect(fee(floor, "ann")).toEqual(["0.001 BTC"]);
    expect(floor.holds("ann", "USDT")).toBe("0/50");
  });

  it("a crowd pays none and is told nothing", () => {
    const floor = new Floor().crowd("sell 5 @ 100", "buy 5 @ 100");
    expect(floor.events.map(({ type }) => type)).toEqual(["print"]);
    expect(floor.venue.feesTaken()).toEqual(
      new Map([
        ["BTC", 0n],
        ["USDT", 0n],
      ]),
    );
    expect(floor.venue.withdraw("crowd", "USDT", money("5"), floor.tick())).toBe(true);
  });
});
