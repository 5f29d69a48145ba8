/**
 * An indicator at work on one stream of candles or rows: constant work a row for all but a few (they say so), and
 * nothing allocated. After save, JSON and load it goes on with bit for bit the same values.
 */
import type { Candle } from "../market/candle.ts";
import { Invalid } from "../values/invalid.ts";
import { readObject } from "../values/read.ts";
import type { AnyValues, Calculation, Column, Declaration } from "./declaration.ts";
import { parseValues } from "./params.ts";
import { loadState, saveState, type State } from "./state.ts";

export class Running {
  readonly declaration: Declaration;
  readonly params: AnyValues;
  readonly lookback: number;
  /** The outputs after the newest row, in the declaration's order; overwritten by the next. */
  readonly values: Float64Array;
  private readonly calculation: Calculation;
  private readonly row: Float64Array;
  private readonly reads: readonly Column[];

  /** Throws `Invalid` naming the parameter, for example `rsi.timeperiod`. */
  constructor(declaration: Declaration, params: unknown = {}) {
    this.declaration = declaration;
    this.params = parseValues(declaration, params);
    this.lookback = declaration.lookback(this.params);
    this.calculation = declaration.start(this.params);
    this.row = new Float64Array(declaration.inputs.length);
    this.values = new Float64Array(declaration.outputs.length).fill(Number.NaN);
    this.reads = declaration.inputs.map(({ column }) => column);
  }

  /** Of an indicator with one input. The first output. */
  push(x: number): number {
    this.row[0] = x;
    this.calculation.step(this.row, this.values);
    return this.values[0]!;
  }

  /** One number for each input, in the declaration's order. The first output. */
  pushRow(row: Float64Array): number {
    this.calculation.step(row, this.values);
    return this.values[0]!;
  }

  /** The candle's columns that the inputs name. The first output. */
  pushCandle(candle: Candle): number {
    const { row, reads } = this;
    for (let i = 0; i < reads.length; i += 1) row[i] = candle[reads[i]!];
    return this.pushRow(row);
  }

  save(): State {
    const { name } = this.declaration;
    return {
      name,
      params: this.params,
      values: saveState(this.values),
      state: saveState(this.calculation),
    };
  }

  /** Takes up a saved state. Throws `Invalid` naming `field` when it is another indicator's, or of other parameters. */
  load(saved: unknown, field = this.declaration.name): void {
    const from = readObject(saved, field);
    const { name } = this.declaration;
    if (from["name"] !== name) throw new Invalid(`${field}.name`, name, from["name"]);
    const params = readObject(from["params"], `${field}.params`);
    for (const [key, value] of Object.entries(this.params))
      if (params[key] !== value)
        throw new Invalid(`${field}.params.${key}`, `${value}, as this indicator has`, params[key]);
    const { values } = this;
    loadState({ values }, { values: from["values"] }, field);
    loadState(this.calculation, from["state"], `${field}.state`);
  }
}
