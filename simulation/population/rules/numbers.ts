/**
 * The numbers that conditions of many rules read, a block of rows at a time, each distinct one reckoned once: the steps of
 * domain/indicators/condition/program.ts over columns, with the very calculations of the indicators.
 */
import { type Numeric, textOf } from "../../../domain/indicators/condition/expression.ts";
import type { Calculation, Column } from "../../../domain/indicators/declaration.ts";
import { Window } from "../../../domain/indicators/parts/window.ts";
import type { Numbers, Sheet, Step } from "./sheet.ts";

export class SharedNumbers {
  readonly #known = new Map<string, Numbers>();
  readonly #sheet: Sheet;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  of(expression: Numeric): Numbers {
    switch (expression.kind) {
      case "indicator":
        return this.#indicator(expression);
      case "number":
        return this.#once(textOf(expression), () => this.#sheet.constant(expression.value));
      case "column":
        return this.#once(textOf(expression), () => this.#column(expression.column));
      case "past":
        return this.#past(expression);
      case "negative": {
        const of = this.of(expression.of);
        return this.#once(textOf(expression), () =>
          this.#column(undefined, (t, into) => void (into[t] = -of.values[t & of.places]!)),
        );
      }
      default: {
        const [a, b] = [this.of(expression.left), this.of(expression.right)];
        const joined = binary[expression.kind];
        return this.#once(textOf(expression), () =>
          this.#column(
            undefined,
            (t, into) => void (into[t] = joined(a.values[t & a.places]!, b.values[t & b.places]!)),
          ),
        );
      }
    }
  }

  #indicator(expression: Numeric & { readonly kind: "indicator" }): Numbers {
    const { of, params, inputs } = expression;
    const key = (output: number): string => textOf({ ...expression, output });
    const found = this.#known.get(key(expression.output));
    if (found !== undefined) return found;
    const reads = inputs.map((input) => this.of(input));
    const outputs = of.outputs.map((_, output) => this.#once(key(output), () => this.#sheet.column()));
    this.#sheet.add(indicate(of.start(params), reads, outputs));
    for (const output of outputs) this.#sheet.add(look(output));
    return outputs[expression.output]!;
  }

  #past({ of, candles }: Numeric & { readonly kind: "past" }): Numbers {
    const from = this.of(of);
    return this.#once(textOf({ kind: "past", of, candles }), () => {
      const window = new Window(candles);
      return this.#column(
        undefined,
        (t, into) => void (into[t] = window.push(from.values[t & from.places]!)),
      );
    });
  }

  /** That of the candles, or one that `row` puts row by row. */
  #column(name?: Column, row?: (t: number, into: Float64Array) => void): Numbers {
    const made = this.#sheet.column();
    if (name !== undefined)
      this.#sheet.add((candles, begin, rows) => {
        made.values.set(candles[name === "openAt" ? "at" : name].subarray(begin, begin + rows));
      });
    if (row !== undefined)
      this.#sheet.add((_, begin, rows) => {
        for (let t = 0; t < rows; t += 1) row(t, made.values);
      });
    this.#sheet.add(look(made));
    return made;
  }

  #once(key: string, make: () => Numbers): Numbers {
    let found = this.#known.get(key);
    if (found === undefined) this.#known.set(key, (found = make()));
    return found;
  }
}

const binary = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => (b === 0 ? Number.NaN : a / b),
};

/** Tells whether all are known. */
const look =
  (made: Numbers): Step =>
  (_, begin, rows) => {
    const { values } = made;
    let known = true;
    for (let t = 0; t < rows; t += 1) if (values[t] !== values[t]) known = false;
    made.known = known;
  };

const indicate = (calculation: Calculation, reads: readonly Numbers[], outputs: readonly Numbers[]): Step => {
  const row = new Float64Array(reads.length);
  const values = new Float64Array(outputs.length);
  const whole = calculation.over !== undefined && reads.every(({ places }) => places !== 0);
  return (_, begin, rows) => {
    if (whole) {
      const first = ({ values }: Numbers): Float64Array =>
        values.length === rows ? values : values.subarray(0, rows);
      calculation.over!(reads.map(first), outputs.map(first));
      return;
    }
    for (let t = 0; t < rows; t += 1) {
      for (let i = 0; i < row.length; i += 1) row[i] = reads[i]!.values[t & reads[i]!.places]!;
      calculation.step(row, values);
      for (let k = 0; k < values.length; k += 1) outputs[k]!.values[t] = values[k]!;
    }
  };
};
