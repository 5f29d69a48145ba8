/** `shoal balance`: what the accounts hold by the ledger, and what of it is reserved for open orders. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, shorter, sumsText, table } from "./terminal.ts";

interface Balance {
  readonly accounts: readonly {
    readonly portfolio: string;
    readonly account: string;
    readonly venue: string;
    readonly currencies: readonly {
      readonly currency: string;
      readonly balance: string;
      readonly used: string;
      readonly free: string;
    }[];
  }[];
  readonly portfolios: readonly {
    readonly portfolio: string;
    readonly equity: Readonly<Record<string, string>>;
  }[];
}

export const make = (): Command =>
  liveVerb({
    name: "balance",
    about: "Balances of the accounts, and what all of it is worth.",
    examples: [
      ["balance", "all accounts"],
      ["balance --json", "exact amounts as decimal text"],
    ],
  }).action(async (where: Where) => {
    const told = await (await openGateway(where, "read")).get<Balance>("balance");
    answer(where.json === true, told, () =>
      [
        table(
          [
            ["Account"],
            ["Venue"],
            ["Currency"],
            ["Available", "right"],
            ["Reserved", "right"],
            ["Total", "right"],
          ],
          told.accounts.flatMap(({ account, venue, currencies }) =>
            currencies.map(({ currency, balance, used, free }) => [
              account,
              venue,
              currency,
              shorter(free),
              shorter(used),
              shorter(balance),
            ]),
          ),
          "no balances",
        ),
        "",
        ...told.portfolios.map(
          ({ portfolio, equity }) => `${portfolio}: estimated value ${sumsText(equity)}`,
        ),
      ].join("\n"),
    );
  });
