/** What the risk plan of a backtest did, rule by rule, beside the same run without it. */
import type { BacktestRun } from "../../nodes/backtest.ts";
import { table, timeText } from "../terminal.ts";

type Answer = BacktestRun["answer"];

export const percent = (ratio: number | null): string =>
  ratio === null || Number.isNaN(ratio) ? "-" : `${(ratio * 100).toFixed(2)} %`;

/** What the plan did beside refusing: sizes that it cut, and halts. */
export const deedsText = ({ sized, meanFactor, halts }: NonNullable<Answer["risk"]>): readonly string[] => [
  ...(sized === 0
    ? []
    : [
        `${sized} factors of size taken, ${meanFactor.toFixed(3)} on average; one holds until another is taken`,
      ]),
  ...halts.map(({ at, reason }) => `halted ${timeText(at)}: ${reason}`),
];

/** Each rule that was on; a result saved by an older version does not tell. */
export const ruled = ({ rules }: Partial<Pick<NonNullable<Answer["risk"]>, "rules">>): readonly string[] =>
  rules ?? [];

/** Empty without a plan. */
export const riskText = ({ risk, without, refusals, ...answer }: Answer): string => {
  if (risk === undefined || without === undefined) return "";
  const rules = new Set([
    ...ruled(risk),
    ...Object.keys(refusals),
    ...Object.keys(risk.locks),
    ...Object.keys(without.refusals),
  ]);
  const rows = [...rules]
    .sort()
    .map((rule) => [rule, refusals[rule] ?? 0, risk.locks[rule] ?? 0, without.refusals[rule] ?? 0]);
  const beside = [
    ["profit", percent(answer.profitTotalRatio), percent(without.profitTotalRatio)],
    ["deepest drawdown", percent(answer.metrics.maxDrawdown), percent(without.metrics.maxDrawdown)],
    ["trades", answer.trades.length, without.trades],
    ["orders", answer.orders, without.orders],
  ];
  return [
    "RISK",
    table(
      [["Rule"], ["Refused", "right"], ["Locks", "right"], ["Refused without", "right"]],
      rows,
      "nothing was refused",
    ),
    "",
    ...deedsText(risk),
    "",
    table([["Figure"], ["With the plan", "right"], ["Without", "right"]], beside, ""),
    "",
  ].join("\n");
};
