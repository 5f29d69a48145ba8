/** `shoal indicators --where`: the candles of a file in which a condition holds. */
import { Condition } from "../../domain/indicators/condition/condition.ts";
import { parseCondition } from "../../domain/indicators/condition/parse.ts";
import type { Declaration } from "../../domain/indicators/declaration.ts";
import { type CandleColumns, readColumns } from "../../nodes/candle-columns.ts";
import { answer, table, timeText } from "../terminal.ts";

interface Shown {
  readonly csv?: boolean;
  readonly json?: boolean;
  /** The last so many candles in which it holds. */
  readonly limit?: number;
}

const SHOWN = 20;
const prices = ["open", "high", "low", "close", "volume"] as const;

export const where = async (
  text: string,
  indicators: ReadonlyMap<string, Declaration>,
  path: string,
  { csv, json, limit }: Shown,
): Promise<void> => {
  const condition = new Condition(parseCondition(text, { indicators, field: "where" }));
  const candles = await readColumns(path);
  const answers = condition.over(candles);
  const holds = [...answers.keys()].filter((t) => answers[t] === 1);
  const shown = holds.slice(
    -(limit ?? (csv === true || json === true ? holds.length : SHOWN)) || holds.length,
  );
  const row = (t: number): readonly number[] => prices.map((name) => candles[name][t]!);
  if (csv === true && json !== true) {
    const lines = shown.map((t) => [candles.openAt[t], ...row(t)].join(","));
    answer(false, undefined, () => [["ts_ms", ...prices].join(","), ...lines].join("\n"));
    return;
  }
  const found = {
    where: condition.text,
    lookback: condition.lookback,
    candles: answers.length,
    known: answers.filter((answer) => !Number.isNaN(answer)).length,
    holds: holds.length,
  };
  answer(json === true, { ...found, at: shown.map((t) => candles.openAt[t]) }, () =>
    [peopleText(candles, shown), `${holds.length} of ${found.known} candles in which it is known`].join("\n"),
  );
};

const peopleText = (candles: CandleColumns, shown: readonly number[]): string =>
  table(
    [["Open (UTC)"], ...prices.map((name) => [name, "right"] as const)],
    shown.map((t) => [
      timeText(candles.openAt[t]),
      ...prices.map((name) => candles[name][t]!.toPrecision(8)),
    ]),
    "it holds in no candle",
  );
