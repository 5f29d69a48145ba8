/** Every indicator that TA-Lib lacks against its definition written out over whole arrays, without any running state. */
import { describe, expect, it } from "vitest";
import { batch } from "../../../domain/indicators/batch.ts";
import { catalogue, indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { type AnyValues, columns as names, type Column } from "../../../domain/indicators/declaration.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { type Columns, inputsOf, ticks, walk } from "./candles.ts";
import { averages } from "./plain/averages.ts";
import type { PlainParams } from "./plain/plain.ts";
import { levels } from "./plain/levels.ts";
import { ranges } from "./plain/ranges.ts";
import { volumes } from "./plain/volumes.ts";
import reference from "./talib-reference.json" with { type: "json" };

const definitions = { ...averages, ...ranges, ...volumes, ...levels };
const LENGTH = 180;

/** The defaults, and other lengths and factors. Choices stay as they are. */
const variants = (name: string): readonly AnyValues[] => {
  const { params } = indicatorNamed(name);
  const turned = (by: number): AnyValues =>
    Object.fromEntries(
      Object.entries(params).flatMap(([key, param], k) => {
        if (param.kind === "choice") return [];
        const value =
          param.kind === "integer" ? param.default + (k % 2 === 0 ? -by : by) : param.default * (1 + by / 20);
        return [[key, Math.max(param.min, Math.min(param.max, value))]];
      }),
    );
  return [turned(0), turned(3), turned(-4)].map((raw) => parseValues(indicatorNamed(name), raw));
};

const markets: readonly (readonly [string, Columns])[] = [
  ["a walk", walk(LENGTH, 11)],
  ["ticks", ticks(LENGTH, 5)],
];

describe.each(Object.entries(definitions))("%s", (name, definition) => {
  it.each(markets)("is its definition over %s", (_, columns) => {
    const of = indicatorNamed(name);
    const plain = Object.fromEntries(names.map((column) => [column, [...columns[column]]])) as Record<
      Column,
      number[]
    >;
    for (const params of variants(name)) {
      const expected = definition(plain, params as unknown as PlainParams);
      const found = batch(of, params, inputsOf(of, columns));
      expect(found).toHaveLength(expected.length);
      for (const [k, column] of expected.entries()) {
        const scale = Math.max(...column.filter((x) => !Number.isNaN(x)).map(Math.abs));
        expect(scale, of.outputs[k]).toBeGreaterThanOrEqual(0);
        for (const [t, x] of column.entries()) {
          const y = found[k]![t]!;
          const same = Number.isNaN(x)
            ? Number.isNaN(y)
            : Math.abs(y - x) <= 1e-9 * Math.abs(x) + 1e-13 * scale;
          if (!same)
            expect.fail(`${of.outputs[k]!} ${JSON.stringify(params)} at ${t}: ${y}, by definition ${x}`);
        }
      }
    }
  });
});

/** Drawn candle by candle in levels.test.ts. */
const drawn = /^chart/;

it("every indicator has a reference that is not its own code", () => {
  const known = new Set([
    ...Object.keys(definitions),
    ...Object.keys(reference.values).map((asked) => asked.split(" ")[0]!),
    ...Object.keys(reference.patterns),
  ]);
  expect([...catalogue.keys()].filter((name) => !known.has(name) && !drawn.test(name))).toEqual([]);
});
