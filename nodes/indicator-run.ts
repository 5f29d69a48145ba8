/** An indicator as the command line names it: `timeperiod=21`, `series=high`; and its columns over those of candles. */
import { batch } from "../domain/indicators/batch.ts";
import { type AnyValues, type Column, columns, type Declaration } from "../domain/indicators/declaration.ts";
import { parseValues } from "../domain/indicators/params.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { CandleColumns } from "./candle-columns.ts";

export interface IndicatorSettings {
  readonly params: AnyValues;
  /** The column that each input reads. */
  readonly reads: readonly Column[];
}

/** Throws `Invalid` naming the indicator's parameter or input. */
export const settingsOf = (of: Declaration, settings: readonly string[]): IndicatorSettings => {
  const given: Record<string, string> = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at < 1) throw new Invalid(of.name, "settings such as timeperiod=21", setting);
    given[setting.slice(0, at)] = setting.slice(at + 1);
  }
  const reads = of.inputs.map(({ name, column, any }) => {
    const wanted = any ? given[name] : undefined;
    if (wanted === undefined) return column;
    if (!columns.includes(wanted as Column))
      throw new Invalid(`${of.name}.${name}`, `one of the columns ${columns.join(", ")}`, wanted);
    return wanted as Column;
  });
  const anyInputs = new Set(of.inputs.filter(({ any }) => any).map(({ name }) => name));
  const raw = Object.fromEntries(Object.entries(given).filter(([name]) => !anyInputs.has(name)));
  return { params: parseValues(of, raw), reads };
};

/** One column for each output. */
export const computed = (
  of: Declaration,
  params: AnyValues,
  reads: readonly Column[],
  candles: CandleColumns,
): readonly Float64Array[] =>
  batch(
    of,
    params,
    reads.map((column) => candles[column]),
  );
