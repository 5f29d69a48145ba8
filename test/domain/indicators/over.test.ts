/** Loops over whole columns: the numbers of `step`, and its state afterwards, whatever the columns hold. */
import { describe, expect, it } from "vitest";
import { indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { parseValues } from "../../../domain/indicators/params.ts";
import { saveState } from "../../../domain/indicators/state.ts";
import { Chance } from "../../../domain/values/chance.ts";

/** More than a block of them. */
const ROWS = 1_300;
const chance = new Chance(5);

/** By row. */
const columns: Readonly<Record<string, (t: number) => number>> = {
  "a walk": (t) => 100 + t / 9 + chance.gaussian(),
  "no number in the warm-up": (t) => (t === 3 ? NaN : 100 + chance.gaussian()),
  "no number late": (t) => (t === 160 ? -Infinity : 100 + chance.gaussian()),
  "few values": (t) => (t % 40 < 30 ? 5 : 6),
  "squares beyond the doubles": () => 2 ** 700 * chance.gaussian(),
  "sums beyond the doubles": (t) => 1.7e308 * Math.sign(Math.sin(t / 7)),
};

const looped = ["sma", "ema", "rsi", "macd", "bbands", "atr"];

describe.each(looped)("%s", (name) => {
  const of = indicatorNamed(name);

  it.each(Object.keys(columns))("over %s, in two parts", (what) => {
    const inputs = of.inputs.map(() => Float64Array.from({ length: ROWS }, (_, t) => columns[what]!(t)));
    const [stepped, looping] = [of.start(parseValues(of, {})), of.start(parseValues(of, {}))];
    const row = new Float64Array(inputs.length);
    const values = new Float64Array(of.outputs.length);
    const want = of.outputs.map(() => new Float64Array(ROWS));
    for (let t = 0; t < ROWS; t += 1) {
      for (const [i, input] of inputs.entries()) row[i] = input[t]!;
      stepped.step(row, values);
      for (const [k, column] of want.entries()) column[t] = values[k]!;
    }
    const found = of.outputs.map(() => new Float64Array(ROWS));
    for (const [from, to] of [
      [0, 108],
      [108, ROWS],
    ] as const) {
      const part = (column: Float64Array): Float64Array => column.slice(from, to);
      const told = of.outputs.map(() => new Float64Array(to - from));
      looping.over!(inputs.map(part), told);
      for (const [k, column] of told.entries()) found[k]!.set(column, from);
    }
    const apart = want.map((column, k) => column.findIndex((x, t) => !Object.is(x, found[k]![t])));
    expect(Math.max(...apart)).toBe(-1);
    expect(saveState(looping)).toEqual(saveState(stepped));
  });
});
