/** Market tools as tables. */
import type { MarketFigures } from "../../domain/market/liquidity.ts";
import type { DepthAnswer } from "../../nodes/market-figures.ts";
import type { CorrelationsAnswer, MoversAnswer } from "../../nodes/market-tools.ts";
import { table, timeText } from "../terminal.ts";

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
const figure = (value: number): string => (Number.isFinite(value) ? value.toPrecision(5) : "-");

const row = ({
  name,
  change,
  volatility,
  turnover,
  illiquidity,
  spreadBps,
}: MarketFigures): readonly string[] => [
  name,
  percent(change),
  percent(volatility),
  figure(turnover),
  figure(illiquidity),
  figure(spreadBps),
];

const columns = [
  ["Pair"],
  ["Change", "right"],
  ["Volatility", "right"],
  ["Turnover", "right"],
  ["Illiquidity", "right"],
  ["Spread bps", "right"],
] as const;

const leftOutText = (leftOut: MoversAnswer["leftOut"]): readonly string[] =>
  leftOut.length === 0
    ? []
    : [
        `left out, without candles of that time: ${leftOut
          .map(
            ({ name, from, to }) =>
              `${name} (${from === null ? "none" : `${timeText(from)} to ${timeText(to)}`})`,
          )
          .join(", ")}`,
      ];

export const moversText = ({ rising, falling, breadth, from, to, leftOut }: MoversAnswer): string =>
  [
    `${breadth.rising} rose, ${breadth.falling} fell, ${breadth.unchanged} stayed; candles of ${timeText(from)} to ${timeText(to)}`,
    ...leftOutText(leftOut),
    table(columns, rising.map(row), "none rose"),
    table(columns, falling.map(row), "none fell"),
  ].join("\n\n");

export const correlationsText = ({
  names,
  matrix,
  clusters,
  shrinkage,
  returns,
  rolling,
  from,
  to,
  leftOut,
}: CorrelationsAnswer): string =>
  [
    `${returns} returns, candles of ${timeText(from)} to ${timeText(to)}; pulled towards none by ${percent(shrinkage)}`,
    ...leftOutText(leftOut),
    table(
      [["Pair"], ...names.map((name) => [name, "right"] as const)],
      matrix.map((line, i) => [names[i], ...line.map((value) => value.toFixed(2))]),
      "",
    ),
    clusters.map((members, k) => `cluster ${k + 1}: ${members.join(", ")}`).join("\n"),
    ...(rolling.length === 0
      ? []
      : [
          table(
            [["Until"], ["Mean correlation", "right"], ["Clusters", "right"], ["Pull", "right"]],
            rolling.map((one) => [
              timeText(one.to),
              one.mean.toFixed(2),
              one.clusters,
              percent(one.shrinkage),
            ]),
            "",
          ),
        ]),
  ].join("\n\n");

export const depthText = ({
  middle,
  microprice,
  spreadBps,
  imbalance,
  depth,
  quantity,
  buy,
  sell,
}: DepthAnswer): string =>
  [
    `middle ${figure(middle)}, microprice ${figure(microprice)}, spread ${figure(spreadBps)} bps, imbalance ${figure(imbalance)}`,
    table(
      [
        ["Within bps", "right"],
        ["Bids", "right"],
        ["Asks", "right"],
      ],
      depth.map((point) => [point.bps, figure(point.bids), figure(point.asks)]),
      "",
    ),
    table(
      [["Order"], ["Filled", "right"], ["Average", "right"], ["Worst", "right"], ["Cost bps", "right"]],
      [["buy", buy] as const, ["sell", sell] as const].map(
        ([side, { filled, averagePrice, worstPrice, costBps }]) => [
          `${side} ${quantity}`,
          figure(filled),
          figure(averagePrice),
          figure(worstPrice),
          figure(costBps),
        ],
      ),
      "",
    ),
  ].join("\n\n");
