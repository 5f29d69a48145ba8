/** What a set's indicators stand at when they begin, in doubles: the averages of the strategy, told for the row before they are warm. */
import type { CandleTable } from "../../../domain/history/candle-table.ts";
import { Ema } from "../../../domain/indicators/ema.ts";
import type { Part } from "../../../domain/indicators/parts/part.ts";
import { Wilder } from "../../../domain/indicators/parts/wilder.ts";
import type { PullbackParams } from "../../../strategies/trend-pullback.ts";
import type { Moves } from "./moves.ts";

export interface Start {
  /** Averages less the close, and Wilder's averages. */
  readonly fast: number;
  readonly slow: number;
  readonly up: number;
  readonly down: number;
  readonly range: number;
}

/** The first row at which all indicators of a set have values. */
export const warmRow = ({ slow, fast, rsi, atr }: PullbackParams): number =>
  Math.max(fast - 1, slow - 1, rsi, atr);

export class Starts {
  readonly #candles: CandleTable;
  readonly #moves: Moves;
  readonly #rows: number;
  readonly #known = new Map<string, Float64Array>();

  /** `rows`: no set is warm later. */
  constructor(candles: CandleTable, moves: Moves, rows: number) {
    this.#candles = candles;
    this.#moves = moves;
    this.#rows = Math.min(rows + 1, candles.length);
  }

  /** One step back from the row `warmRow` tells, so that a walk from it on gives that row's values. */
  of(params: PullbackParams): Start {
    const row = warmRow(params);
    const { change, rise, fall, range } = this.#moves;
    const distance = (length: number): number => {
      const kept = 1 - 2 / (length + 1);
      return (this.#average(length)[row]! - this.#candles.close[row]!) / kept + change(row);
    };
    const smooth = (name: string, length: number, of: (row: number) => number): number =>
      Math.max(0, (this.#smooth(name, length, of)[row]! * length - of(row)) / (length - 1));
    return {
      fast: distance(params.fast),
      slow: distance(params.slow),
      up: smooth("up", params.rsi, rise),
      down: smooth("down", params.rsi, fall),
      range: smooth("range", params.atr, range),
    };
  }

  #average(length: number): Float64Array {
    return this.#once(`ema ${length}`, () => {
      const ema = new Ema(length);
      return Float64Array.from({ length: this.#rows }, (_, row) => ema.push(this.#candles.close[row]!));
    });
  }

  #smooth(name: string, length: number, of: (row: number) => number): Float64Array {
    return this.#once(`${name} ${length}`, () => {
      const average: Part = new Wilder(length);
      return Float64Array.from({ length: this.#rows }, (_, row) => (row === 0 ? NaN : average.push(of(row))));
    });
  }

  #once(key: string, make: () => Float64Array): Float64Array {
    let column = this.#known.get(key);
    if (column === undefined) this.#known.set(key, (column = make()));
    return column;
  }
}
