/**
 * The candle that traders are shown: one object for all, and what it shows is read from the columns when a trader looks, since few
 * look at all of it. It must not be kept; a copy (`{ ...candle }`) may.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import type { Candle } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";

type Columns = Pick<CandleTable, "at" | "open" | "high" | "low" | "close" | "volume" | "trades">;

export class CandleView implements Candle {
  declare readonly openAt: Timestamp;
  declare readonly open: number;
  declare readonly high: number;
  declare readonly low: number;
  declare readonly close: number;
  declare readonly volume: number;
  declare readonly trades: number;
  declare readonly final: true;
  declare private columns: Columns;
  declare private row: number;

  constructor(columns: Columns) {
    // Not enumerable, so that a copy is a candle and nothing else; names with # cost a trader's look as much again.
    Object.defineProperty(this, "columns", { value: columns, writable: true });
    Object.defineProperty(this, "row", { value: 0, writable: true });
    Object.defineProperties(this, CandleView.shown);
  }

  show(columns: Columns, row: number): void {
    this.columns = columns;
    this.row = row;
  }

  /** A view's own and enumerable, for copies; the same functions for all views, for speed. */
  private static readonly shown: PropertyDescriptorMap & ThisType<CandleView> = {
    openAt: {
      enumerable: true,
      get() {
        return this.columns.at[this.row]!;
      },
    },
    open: {
      enumerable: true,
      get() {
        return this.columns.open[this.row]!;
      },
    },
    high: {
      enumerable: true,
      get() {
        return this.columns.high[this.row]!;
      },
    },
    low: {
      enumerable: true,
      get() {
        return this.columns.low[this.row]!;
      },
    },
    close: {
      enumerable: true,
      get() {
        return this.columns.close[this.row]!;
      },
    },
    volume: {
      enumerable: true,
      get() {
        return this.columns.volume[this.row]!;
      },
    },
    trades: {
      enumerable: true,
      get() {
        return this.columns.trades[this.row]!;
      },
    },
    final: { enumerable: true, value: true },
  };
}
