import { describe, expect, it } from "vitest";
import { parseParams } from "../../../domain/strategy/params.ts";
import type { Genes } from "../../../domain/strategy/strategy.ts";
import { refused } from "../../refused.ts";

type P = {
  readonly fast: number;
  readonly slow: number;
  readonly stop: number;
  readonly drift: number;
  readonly kind: string;
  readonly short: boolean;
};
const genes: Genes<P> = {
  fast: { kind: "integer", min: 2, max: 100, unit: "candles", default: 10, about: "" },
  slow: { kind: "integer", min: 5, max: 200, step: 5, unit: "candles", default: 50, about: "" },
  stop: { kind: "real", min: 0.1, max: 2, step: 0.1, unit: "%", default: 0.5, about: "" },
  drift: { kind: "real", min: -1, max: 1, unit: "", default: 0, about: "" },
  kind: { kind: "choice", choices: ["sma", "ema"], default: "sma", about: "" },
  short: { kind: "flag", default: false, about: "" },
};
const strategy = {
  genes,
  impossible: ({ fast, slow }: P) => (fast < slow ? undefined : `fast must be below slow, which is ${slow}`),
};
const defaults: P = { fast: 10, slow: 50, stop: 0.5, drift: 0, kind: "sma", short: false };

describe("parseParams", () => {
  it("fills in defaults", () => {
    expect(parseParams(strategy)).toEqual(defaults);
    expect(parseParams(strategy, { fast: undefined })).toEqual(defaults);
    expect(parseParams(strategy, defaults)).toEqual(defaults);
  });

  it.each([
    { fast: 2 },
    { slow: 200 },
    { stop: 0.1 * 3 },
    { drift: Math.PI / 4 },
    { kind: "ema" },
    { short: true },
  ])("takes %j as it is", (given) => {
    expect(parseParams(strategy, given)).toEqual({ ...defaults, ...given });
  });

  it.each([
    ["unknown name", { slw: 50 }, "params.slw"],
    ["name that every object has", { toString: 1 }, "params.toString"],
    ["below the range", { fast: 1 }, "params.fast"],
    ["above the range", { fast: 101 }, "params.fast"],
    ["not whole", { fast: 10.5 }, "params.fast"],
    ["text for a number", { fast: "10" }, "params.fast"],
    ["not a number", { drift: Number.NaN }, "params.drift"],
    ["infinite", { drift: -Infinity }, "params.drift"],
    ["null", { drift: null }, "params.drift"],
    ["off its step", { slow: 52 }, "params.slow"],
    ["real off its step", { stop: 0.15 }, "params.stop"],
    ["no such choice", { kind: "wma" }, "params.kind"],
    ["number for a choice", { kind: 1 }, "params.kind"],
    ["text for a flag", { short: "true" }, "params.short"],
    ["impossible together", { fast: 60 }, "params.fast"],
    ["equal", { fast: 50 }, "params.fast"],
    ["not an object", [10, 50], "params"],
    ["nothing", null, "params"],
  ])("refuses what is %s", (_why, given, field) => {
    expect(refused(() => parseParams(strategy, given))).toBe(field);
  });

  it("says what was expected", () => {
    const slow = (): P => parseParams(strategy, { slow: 52 }, "strategies[0].params");
    expect(slow).toThrow(
      "strategies[0].params.slow: expected a whole number from 5 to 200 in steps of 5 (candles), found 52",
    );
    expect(() => parseParams(strategy, { fast: 60 })).toThrow(
      "params.fast: expected a possible combination (fast must be below slow, which is 50), found 60",
    );
    expect(() => parseParams(strategy, { slw: 1 })).toThrow("there are fast, slow, stop, drift, kind, short");
  });
});
