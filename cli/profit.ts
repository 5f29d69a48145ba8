/** `shoal profit`: what each strategy has made of what it was given. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, sumsText, table } from "./terminal.ts";

type Amounts = Readonly<Record<string, string>>;

interface Sums {
  readonly equity: Amounts;
  readonly realised: Amounts;
  readonly unrealised: Amounts;
  readonly fees: Amounts;
}

interface Profit {
  readonly portfolios: readonly (Sums & {
    readonly portfolio: string;
    readonly trades: number;
    readonly strategies: readonly (Sums & {
      readonly strategy: string;
      readonly account: string;
      readonly openOrders: number;
    })[];
  })[];
}

export const make = (): Command =>
  liveVerb({
    name: "profit",
    about: "Profit by strategy: realised, unrealised at the last price, fees (already taken off).",
    examples: [
      ["profit", "every strategy, and the sum"],
      ["profit --json", "the same with positions, for a script"],
    ],
  }).action(async (where: Where) => {
    const told = await (await openGateway(where, "read")).get<Profit>("profit");
    const row = (name: string, { realised, unrealised, fees, equity }: Sums): readonly unknown[] => [
      name,
      sumsText(realised, 4),
      sumsText(unrealised, 4),
      sumsText(fees),
      sumsText(equity, 4),
    ];
    answer(where.json === true, told, () =>
      table(
        [
          ["Strategy"],
          ["Realised", "right"],
          ["Unrealised", "right"],
          ["Fees", "right"],
          ["Equity", "right"],
        ],
        told.portfolios.flatMap((one) => [
          ...one.strategies.map((book) => row(book.strategy, book)),
          row(`TOTAL ${one.portfolio}`, one),
        ]),
        "no portfolio answers",
      ),
    );
  });
