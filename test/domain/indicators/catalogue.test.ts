/** What holds for every indicator there is: streaming, batch and restored calculations agree, and lookbacks are exact. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batch } from "../../../domain/indicators/batch.ts";
import { catalogue, indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import {
  type AnyValues,
  type Declaration,
  groups,
  type Param,
} from "../../../domain/indicators/declaration.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { Running } from "../../../domain/indicators/running.ts";
import { refused } from "../../refused.ts";
import { type Columns, inputsOf, walk } from "./candles.ts";

const LENGTH = 320;

const defaults = (of: Declaration): AnyValues => parseValues(of, {});

const valueOf = (param: Param): fc.Arbitrary<number | string> => {
  if (param.kind === "choice") return fc.constantFrom(...param.choices);
  if (param.kind === "integer")
    return fc.integer({ min: param.min, max: Math.min(param.max, Math.max(param.default, param.min + 12)) });
  return fc.double({ min: param.min, max: param.max, noNaN: true });
};

/** Small lengths, so that the candles are enough. */
const paramsOf = (of: Declaration): fc.Arbitrary<AnyValues> =>
  fc.record(Object.fromEntries(Object.entries(of.params).map(([name, param]) => [name, valueOf(param)])));

const stream = (running: Running, columns: Columns, from: number, to: number): number[][] => {
  const inputs = inputsOf(running.declaration, columns);
  const row = new Float64Array(inputs.length);
  const told: number[][] = [];
  for (let t = from; t < to; t += 1) {
    for (let i = 0; i < row.length; i += 1) row[i] = inputs[i]![t]!;
    running.pushRow(row);
    told.push([...running.values]);
  }
  return told;
};

const same = (a: readonly number[][], b: readonly number[][]): boolean =>
  a.length === b.length && a.every((row, t) => row.every((x, k) => Object.is(x, b[t]![k])));

const exactLookback = (of: Declaration, params: AnyValues, told: readonly number[][]): void => {
  const lookback = of.lookback(params);
  const first = told.findIndex((row) => row.some((x) => !Number.isNaN(x)));
  const where = `${of.name} ${JSON.stringify(params)}`;
  if (of.late !== true) expect(first, where).toBe(lookback);
  else expect(first === -1 ? Infinity : first, where).toBeGreaterThanOrEqual(lookback);
  if (first === -1) return;
  for (const [t, row] of told.entries())
    for (const [k, x] of row.entries())
      if (t >= first && !Number.isFinite(x))
        expect.fail(`${where}: ${of.outputs[k]!} is ${x} at ${t}, lookback ${lookback}`);
};

describe.each([...catalogue.values()].map((one) => [one.name, one] as const))("%s", (name, of) => {
  it("is declared whole", () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(groups).toContain(of.group);
    expect(of.title.length).toBeGreaterThan(3);
    expect(new Set(of.outputs).size).toBe(of.outputs.length);
    expect(of.inputs.length).toBeGreaterThan(0);
    for (const [param, { default: fallback }] of Object.entries(of.params))
      expect(parseValues(of, { [param]: fallback })).toEqual(defaults(of));
  });

  it("streams, computes columns, and goes on after save and load with the very same numbers", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(defaults(of)), paramsOf(of)),
        fc.integer({ min: 0, max: LENGTH }),
        fc.integer({ min: 1, max: 1_000 }),
        (params, cut, seed) => {
          const columns = walk(LENGTH, seed);
          const whole = stream(new Running(of, params), columns, 0, LENGTH);
          const outputs = batch(of, params, inputsOf(of, columns));
          expect(
            same(
              whole,
              whole.map((_, t) => outputs.map((column) => column[t]!)),
            ),
          ).toBe(true);

          const before = new Running(of, params);
          stream(before, columns, 0, cut);
          const restored = new Running(of, params);
          restored.load(JSON.parse(JSON.stringify(before.save())));
          expect(same(stream(restored, columns, cut, LENGTH), whole.slice(cut))).toBe(true);
          exactLookback(of, params, whole);
        },
      ),
      { numRuns: 3, seed: 4 },
    );
  });
});

describe("catalogue", () => {
  it("names the parameter that is wrong, and what was expected", () => {
    const rsi = indicatorNamed("rsi");
    expect(refused(() => new Running(rsi, { timeperiod: 1 }))).toBe("rsi.timeperiod");
    expect(refused(() => new Running(rsi, { timeperiod: "x" }))).toBe("rsi.timeperiod");
    expect(refused(() => new Running(rsi, { timeperiod: 2.5 }))).toBe("rsi.timeperiod");
    expect(refused(() => new Running(rsi, { length: 14 }))).toBe("rsi.length");
    expect(refused(() => new Running(indicatorNamed("ma"), { matype: "best" }))).toBe("ma.matype");
    expect(refused(() => indicatorNamed("rsy"))).toBe("indicator");
    expect(() => indicatorNamed("rsy")).toThrow("such as");
  });

  it("refuses the state of another indicator, of other parameters, and a broken one", () => {
    const rsi = indicatorNamed("rsi");
    const saved = new Running(rsi).save();
    expect(refused(() => new Running(indicatorNamed("cmo")).load(saved, "saved"))).toBe("saved.name");
    expect(refused(() => new Running(rsi, { timeperiod: 5 }).load(saved, "saved"))).toBe(
      "saved.params.timeperiod",
    );
    expect(refused(() => new Running(rsi).load({ ...(saved as object), state: {} }, "saved"))).toBe(
      "saved.state.part",
    );
    expect(refused(() => new Running(rsi).load({ ...(saved as object), values: ["x"] }, "saved"))).toBe(
      "saved.values[0]",
    );
  });
});
