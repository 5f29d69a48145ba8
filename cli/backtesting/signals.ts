/** `shoal backtesting --strategy signals`: entries and exits that somebody computed elsewhere, told as trades. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import { runSignals, signalConventions, type SignalsAnswer } from "../../nodes/signals.ts";
import { refuseForeign } from "./foreign.ts";
import { answer, say, table, timeText } from "../terminal.ts";

const SHOWN = 30;

const own = ["strategy", "signals", "convention", "json"];

/** Throws `Invalid` for a convention that outside signals cannot be run under, and for options that are not theirs. */
export const backtestSignals = (
  file: string | undefined,
  convention: string,
  json: boolean,
  called: Command,
): void => {
  refuseForeign(called, (name) => !own.includes(name), "none beside signals: the file has its own settings");
  if (file === undefined)
    throw new Invalid("--signals", "the file that the strategy signals shall replay", undefined);
  const named = signalConventions.find((each) => each === convention);
  if (named === undefined)
    throw new Invalid("--convention", `${signalConventions.join(" or ")} for outside signals`, convention);
  const value = runSignals(file, named, () => performance.now());
  for (const doubt of value.doubts) say(`doubtful: ${doubt}`);
  answer(json, value, () => textOf(value));
};

const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;

const textOf = ({ strategy, trades, candles, profitTotalRatio, conventions }: SignalsAnswer): string =>
  [
    `${strategy} under ${conventions["convention"]}: ${trades.length} trades over ${candles} candles, total profit ${percent(profitTotalRatio)} of a stake`,
    table(
      [
        ["Exit reason"],
        ["Trades", "right"],
        ["Avg Profit", "right"],
        ["Tot Profit", "right"],
        ["Win"],
        ["Loss"],
      ],
      byReason(trades),
      "no trades",
    ),
    ...(trades.length === 0 ? [] : [lastTrades(trades)]),
    Object.entries(conventions)
      .map(([name, text]) => `${name}: ${text}`)
      .join("\n"),
  ].join("\n\n");

const byReason = (trades: SignalsAnswer["trades"]): readonly (readonly unknown[])[] =>
  [...new Set(trades.map(({ exitReason }) => exitReason))].map((reason) => {
    const ratios = trades
      .filter(({ exitReason }) => exitReason === reason)
      .map(({ profitRatio }) => profitRatio);
    const total = ratios.reduce((sum, each) => sum + each, 0);
    return [
      reason,
      ratios.length,
      percent(total / ratios.length),
      percent(total),
      ratios.filter((each) => each > 0).length,
      ratios.filter((each) => each < 0).length,
    ];
  });

const lastTrades = (trades: SignalsAnswer["trades"]): string =>
  table(
    [
      ["Open"],
      ["Close"],
      ["Side"],
      ["Open price", "right"],
      ["Close price", "right"],
      ["Profit", "right"],
      ["Exit reason"],
      ["Tag"],
    ],
    trades
      .slice(-SHOWN)
      .map(({ openAt, closeAt, side, openPrice, closePrice, profitRatio, exitReason, tag }) => [
        timeText(openAt),
        timeText(closeAt),
        side,
        String(openPrice),
        String(closePrice),
        percent(profitRatio),
        exitReason,
        tag,
      ]),
    "",
  );
