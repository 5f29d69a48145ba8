/** What a backtest over books tells beside the tables of every backtest: orders, money by venue, and what makers look at. */
import type { BooksAnswer } from "../../nodes/books-answer.ts";
import { table } from "../terminal.ts";

export const booksText = (value: BooksAnswer): readonly string[] => [
  "FILLS",
  table(
    rightOf(["Filled", "Cancelled", "Refused", "Expired", "Fills", "Maker", "Taker"]),
    [
      [value.filled, value.cancelled, value.refused, value.expired].concat(
        ...[value.fills, value.makerFills, value.takerFills],
      ),
    ],
    "none",
  ),
  `fees ${listed(value.fees)}`,
  ...Object.entries(value.wallets).map(([venue, held]) => `${venue}: ${listed(held)}`),
  "",
  ...sidesText(value),
  ...markoutText(value),
  ...inventoryText(value),
  ...quotesText(value),
  ...minutesText(value),
  ...(value.unhedged === null ? [] : [unhedgedText(value.unhedged, value.quote), ""]),
];

const rightOf = (titles: readonly string[]) => titles.map((title) => [title, "right"] as const);
const byBook = (titles: readonly string[]) => [["Book"] as const, ...rightOf(titles)];

const number = (value: number | null, digits: number): string =>
  value === null ? "-" : value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1");
const amount = (value: number | null): string =>
  value === null ? "-" : String(Number(value.toPrecision(10)));
const percent = (ratio: number | null): string => (ratio === null ? "-" : `${number(ratio * 100, 2)}%`);

const sidesText = ({ books }: BooksAnswer): readonly string[] => [
  "FILLS BY SIDE",
  table(
    byBook(["Side", "Fills", "Quantity", "Notional", "Average price"]),
    books.flatMap(({ instrument, buys, sells }) =>
      Object.entries({ buys, sells }).map(([side, told]) => [
        ...[instrument, side, told.fills, amount(told.quantity), amount(told.notional)],
        amount(told.averagePrice),
      ]),
    ),
    "none",
  ),
  "",
];

const markoutText = ({ books }: BooksAnswer): readonly string[] => {
  const rows = books.flatMap(({ instrument, markouts }) =>
    Object.entries(markouts).flatMap(([who, some]) =>
      some
        .filter(({ fills }) => fills > 0)
        .map(({ afterMs, fills, bps, adverseBps }) => [
          ...[instrument, who, `${afterMs / 1_000} s`, fills, number(bps, 3), number(adverseBps, 3)],
        ]),
    ),
  );
  if (rows.length === 0) return [];
  return [
    "MARKOUT",
    table(byBook(["Of", "After", "Fills", "Gained, bps", "Adverse, bps"]), rows, "none"),
    "Against the middle so long after the fill, of the notional, before fees; adverse: what the middle has moved against it since.",
    "",
  ];
};

const inventoryText = ({ books }: BooksAnswer): readonly string[] => [
  "INVENTORY",
  table(
    byBook(["Start", "End", "Least", "Most", "Mean", "Deviation"]),
    books.map(({ instrument, inventory: { start, end, least, most, mean, deviation } }) => [
      instrument,
      ...[start, end, least, most, mean, deviation].map(amount),
    ]),
    "none",
  ),
  "Base units; mean and deviation by time.",
  "",
];

const quotesText = ({ books }: BooksAnswer): readonly string[] => {
  const quoting = books.filter(({ quotes }) => quotes.placed > 0);
  if (quoting.length === 0) return [];
  return [
    "QUOTES",
    table(
      byBook(["Limits", "Filled", "Fill ratio", "Bid", "Ask", "Both", "Spread, bps", "Market's, bps"]),
      quoting.map(({ instrument, quotes }) => [
        ...[instrument, quotes.placed, quotes.filled, percent(quotes.fillRatio), percent(quotes.bidShare)],
        ...[percent(quotes.askShare), percent(quotes.bothShare), number(quotes.spreadBps, 3)],
        number(quotes.marketSpreadBps, 3),
      ]),
      "none",
    ),
    "Fill ratio: of the quantity. Bid, ask, both: share of the time in which they stood. Spread: of our best two, by time.",
    "",
  ];
};

const minutesText = ({ byMinute }: BooksAnswer): readonly string[] =>
  byMinute === null || byMinute.returns === 0
    ? []
    : [
        `by minute, ${byMinute.returns} returns, a year of 525,600: Sharpe ${number(byMinute.sharpe, 2)}, Sortino ${number(byMinute.sortino, 2)}, volatility ${percent(byMinute.volatility)}, deepest drawdown ${percent(byMinute.maxDrawdown)}`,
        "",
      ];

const unhedgedText = (unhedged: NonNullable<BooksAnswer["unhedged"]>, quote: string): string => {
  const { rounds, episodes, seconds, longestSeconds, meanNotional, peakNotional } = unhedged;
  return [
    `${rounds} rounds; unhedged ${episodes} times, ${seconds.toFixed(3)} s in all, ${longestSeconds.toFixed(3)} s at most,`,
    `${meanNotional.toFixed(2)} ${quote} on average, ${peakNotional.toFixed(2)} at most`,
  ].join(" ");
};

const listed = (amounts: Readonly<Record<string, string>>): string =>
  Object.entries(amounts)
    .map(([name, held]) => `${held} ${name}`)
    .join(", ") || "none";
