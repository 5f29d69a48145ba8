/**
 * P6: indicators over columns, and streamed one number at a time, against the plainest code for the same definition: a bare
 * loop over a Float64Array, and a class with one method. Both references keep running sums, which drift; ours do not.
 */
import { batch } from "../domain/indicators/batch.ts";
import { indicatorNamed } from "../domain/indicators/catalogue.ts";
import { parseValues } from "../domain/indicators/params.ts";
import { Running } from "../domain/indicators/running.ts";
import { type Figure, inTurn, type Result } from "./figure.ts";
import { bareLoops, plainClasses, type Candles } from "./indicators-plain.ts";

const ROWS = 200_000;

const candles = (): Candles => {
  const column = (): Float64Array => new Float64Array(ROWS);
  const [high, low, close] = [column(), column(), column()];
  for (let t = 0; t < ROWS; t += 1) {
    close[t] = 100 + 10 * Math.sin(t / 50) + 3 * Math.sin(t / 3) + (t % 7) / 10;
    high[t] = close[t]! + 0.3 + (t % 5) / 20;
    low[t] = close[t]! - 0.3 - (t % 3) / 20;
  }
  return { high, low, close };
};

const cases = [
  { name: "sma", params: { timeperiod: 20 }, batch: 1.5, push: 3.3 },
  { name: "ema", params: { timeperiod: 20 }, batch: 1.5, push: 6 },
  { name: "rsi", params: { timeperiod: 14 }, batch: 1.5, push: 2 },
  { name: "macd", params: {}, batch: 1.5, push: 2 },
  { name: "bbands", params: { timeperiod: 20 }, batch: 2.5, push: 2.5 },
  { name: "atr", params: { timeperiod: 14 }, batch: 1.5, push: 2 },
] as const;

/** What was computed is looked at, so that nothing is optimised away. */
let seen = 0;
/** The quickest of some: what else the machine does only ever adds. */
const TRIES = 7;
const nsOf = (work: () => number): number => {
  let least = Infinity;
  for (let k = 0; k < TRIES; k += 1) {
    const began = performance.now();
    seen += work();
    least = Math.min(least, performance.now() - began);
  }
  return (least * 1e6) / ROWS;
};

const measure = async (table: Candles): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const { name, params, batch: batchLimit, push: pushLimit } of cases) {
    const of = indicatorNamed(name);
    const values = parseValues(of, params);
    const inputs = of.inputs.map(({ column }) => table[column as keyof Candles]);
    const [loop, make] = [bareLoops[name], plainClasses[name]];
    const over = await inTurn(
      () => nsOf(() => batch(of, values, inputs)[0]!.at(-1)!),
      () => nsOf(() => loop(table).at(-1)!),
    );
    const row = new Float64Array(inputs.length);
    const streamed = await inTurn(
      () =>
        nsOf(() => {
          const running = new Running(of, params);
          let value = 0;
          for (let t = 0; t < ROWS; t += 1) {
            for (let i = 0; i < row.length; i += 1) row[i] = inputs[i]![t]!;
            value = running.pushRow(row);
          }
          return value;
        }),
      () =>
        nsOf(() => {
          const plain = make();
          let value = 0;
          for (let t = 0; t < ROWS; t += 1)
            value = plain.push(table.close[t]!, table.high[t]!, table.low[t]!);
          return value;
        }),
    );
    const line = { figure: "P6", unit: "ns a candle" };
    results.push(
      {
        ...line,
        what: `${name} over columns`,
        ...over,
        referenceName: "bare loop",
        target: `at most ${batchLimit}`,
        met: over.ratio <= batchLimit,
      },
      {
        ...line,
        what: `${name} streamed`,
        ...streamed,
        referenceName: "class with one method",
        target: `at most ${pushLimit}`,
        met: streamed.ratio <= pushLimit,
      },
    );
  }
  if (!Number.isFinite(seen)) throw new Error("an indicator gave no number");
  return results;
};

export const figure: Figure = { name: "P6 indicators", run: () => measure(candles()) };
