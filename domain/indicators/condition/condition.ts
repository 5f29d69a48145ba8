/**
 * A condition at work on one stream of candles, or over whole columns: the same steps, so the same answers. After save, JSON
 * and load it goes on as if nothing had been.
 */
import type { Candle } from "../../market/candle.ts";
import { Invalid } from "../../values/invalid.ts";
import { readObject } from "../../values/read.ts";
import { type Column, columns } from "../declaration.ts";
import { loadState, saveState, type State } from "../state.ts";
import { lookbackOf, textOf, type Truth } from "./expression.ts";
import { Program } from "./program.ts";

export class Condition {
  /** The expression written out in full: parameters by name, inputs, outputs. */
  readonly text: string;
  /** Candles that pass before it can be known. */
  readonly lookback: number;
  private readonly program: Program;

  constructor(expression: Truth) {
    this.text = textOf(expression);
    this.lookback = lookbackOf(expression);
    this.program = new Program(expression);
  }

  /** 1 it holds, 0 it does not, NaN where that cannot be known, as during the lookback. */
  push(candle: Pick<Candle, Column>): number {
    const { program } = this;
    for (let k = 0; k < columns.length; k += 1) program.slots[k] = candle[columns[k]!];
    return program.run();
  }

  /** One answer of `push` for each row. */
  over(table: Readonly<Record<Column, Float64Array>>): Float64Array {
    const { program } = this;
    const answers = new Float64Array(table.openAt.length);
    const sources = columns.map((column) => table[column]);
    for (let t = 0; t < answers.length; t += 1) {
      for (let k = 0; k < sources.length; k += 1) program.slots[k] = sources[k]![t]!;
      answers[t] = program.run();
    }
    return answers;
  }

  save(): State {
    return { text: this.text, state: saveState(this.program) };
  }

  /** Throws `Invalid` naming `field` when it was saved by another condition. */
  load(saved: unknown, field = "condition"): void {
    const from = readObject(saved, field);
    if (from["text"] !== this.text) throw new Invalid(`${field}.text`, this.text, from["text"]);
    loadState(this.program, from["state"], `${field}.state`);
  }
}
