/** Hedges that cannot be, by the name of the field. */
import { describe, expect, it } from "vitest";
import { checkHedge, parseHedge } from "../../../domain/strategy/hedge.ts";
import { refused } from "../../refused.ts";

describe("a hedge that cannot be", () => {
  it.each([
    [{}, "hedge.with"],
    [{ with: "BTC" }, "hedge.with"],
    [{ with: "A/B", ratio: "half" }, "hedge.ratio"],
    [{ with: "A/B", share: 0 }, "hedge.share"],
    [{ with: "A/B", share: 1.1 }, "hedge.share"],
    [{ with: "A/B", band: -0.1 }, "hedge.band"],
    [{ with: "A/B", ratio: "beta", window: 5 }, "hedge.window"],
    [{ with: "A/B", ratio: "beta", window: 20.5 }, "hedge.window"],
    [{ with: "A/B", window: 100 }, "hedge.window"],
    [{ with: "A/B", ratio: "beta", timeframe: "7m" }, "hedge.timeframe"],
    [{ with: "A/B", onFail: "pray" }, "hedge.onFail"],
    [{ with: "A/B", hedgeMs: 1 }, "hedge.hedgeMs"],
    [{ with: "A/B", raito: "one" }, "hedge.raito"],
    ["one", "hedge"],
  ])("%j is refused by name: %s", (raw, field) => {
    expect(refused(() => parseHedge(raw, "hedge"))).toBe(field);
  });

  it.each([
    [["x:A/USDT", "x:B/USDT:USDT"], "x:B/USDT:USDT", undefined],
    [["x:A/USDT", "x:B/USDT:USDT"], "B/USDT:USDT", undefined],
    [["x:A/USDT:USDT#long", "x:A/USDT:USDT#short"], "A/USDT:USDT#short", undefined],
    [["x:A/USDT:USDT", "y:A/USDT"], "y:A/USDT", undefined],
    // Not the last; alone; two that are never short; two that are never long; coins.
    [["x:B/USDT:USDT", "x:A/USDT"], "B/USDT:USDT", "hedge.with"],
    [["x:A/USDT", "x:B/USDT"], "C/USDT", "hedge.with"],
    [["x:B/USDT:USDT"], "B/USDT:USDT", "hedge.with"],
    [["x:A/USDT", "x:B/USDT"], "B/USDT", "hedge.with"],
    [["x:A/USDT:USDT#short", "x:B/USDT:USDT#short"], "B/USDT:USDT#short", "hedge.with"],
    [["x:A/USD:A", "x:B/USDT:USDT"], "B/USDT:USDT", "hedge"],
  ])("%j hedged with %s: %s", (instruments, by, field) => {
    const check = () => checkHedge(parseHedge({ with: by }, "hedge"), instruments, "hedge");
    if (field === undefined) check();
    else expect(refused(check)).toBe(field);
  });
});
