/** `shoal trades`: the newest fills, newest last. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, shorter, table, timeText } from "./terminal.ts";
import { wholeNumber } from "./verb.ts";

interface Trade {
  readonly at: number;
  readonly portfolio: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly side: string;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly liquidity: string;
  readonly tag: string;
}

export const make = (): Command =>
  liveVerb({
    name: "trades",
    about: "The newest fills, newest last; what crossed inside the portfolio counts as two.",
    examples: [
      ["trades", "the last 50"],
      ["trades --limit 1000 --json", "a thousand of them with all fields"],
    ],
  })
    .option("-n, --limit <n>", "how many at most", wholeNumber(1, 10_000), 50)
    .action(async (where: Where & { readonly limit: number }) => {
      const gateway = await openGateway(where, "read");
      const told = await gateway.get<{ readonly trades: readonly Trade[] }>(`trades?limit=${where.limit}`);
      answer(where.json === true, told, () =>
        table(
          [
            ["Date (UTC)"],
            ["Strategy"],
            ["Pair"],
            ["Side"],
            ["Amount", "right"],
            ["Rate", "right"],
            ["Fee", "right"],
            ["By"],
            ["Tag"],
          ],
          told.trades.map((one) => [
            timeText(one.at),
            one.strategy,
            one.instrument,
            one.side,
            shorter(one.quantity),
            shorter(one.price),
            one.fee === "0" ? "" : `${shorter(one.fee)} ${one.feeAsset}`,
            one.liquidity,
            one.tag,
          ]),
          "no trades yet",
        ),
      );
    });
