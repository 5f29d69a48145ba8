/** `shoal journal parity`: did a replay through the actors decide what the backtester decides over the same prints? */
import type { Command } from "commander";
import { Exit, exits } from "../exit.ts";
import { answer } from "../terminal.ts";
import { collect, list } from "../verb.ts";
import type { JournalPlace } from "./open.ts";
import { mustBe, reading, within } from "./reading.ts";

interface Options extends JournalPlace {
  readonly replay?: string;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
  readonly config?: string[];
}

export const parity = (): Command =>
  reading({
    name: "parity",
    about:
      "Run the backtester over what a replay at speed max replayed, and compare every command and event.",
    examples: [
      [
        "journal parity portfolio.main --replay XRP_ETH-trades.csv.gz --data-dir .shoal/replay",
        "after `start`",
      ],
      ["journal parity portfolio.main -c replay.yaml --nats nats://127.0.0.1:4222 --json", "of a cluster"],
    ],
    exits: [5],
  })
    .argument("<stream>", "a portfolio's, as `shoal journal streams` lists them")
    .option("--replay <path>", "what the run replayed: a folder or one file")
    .option("--from <time>", "as the run had it")
    .option("--to <time>", "as the run had it")
    .option("-p, --symbols <list>", "as the run had them", list)
    .option("-c, --config <file>", "the run's configuration; repeatable", collect)
    .action((stream: string, options: Options) =>
      within(options, async (journal) => {
        const [{ parityOf }, { configure }] = await Promise.all([
          import("../../nodes/parity.ts"),
          import("../../nodes/configuration.ts"),
        ]);
        await mustBe(journal, stream, await journal.lastSequence(stream));
        const settings = configure(flagsOf(options), process.env);
        const found = await parityOf(journal, settings, stream.replace(/^portfolio\./, ""));
        answer(options.json === true, found, () => {
          const { trades, candles, commands, events, fills, difference } = found;
          const head = `${trades} prints, ${candles} candles: ${commands} commands, ${events} events, ${fills} fills`;
          return difference === null
            ? `${head}; the actors and the backtester decided the same`
            : `${head}\nturn ${difference.turn} differs\n  actors   ${difference.actors ?? "nothing more"}\n  backtest ${difference.backtest ?? "nothing more"}`;
        });
        if (found.difference !== null)
          throw new Exit(
            exits.mismatch,
            `${stream}: turn ${found.difference.turn} was decided otherwise than in the backtest`,
          );
      }),
    );

/** Where the journal lies is no setting of the run. */
const flagsOf = ({ replay, from, to, symbols, config }: Options) => ({
  ...(replay === undefined ? {} : { replay }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(symbols === undefined ? {} : { symbols }),
  ...(config === undefined ? {} : { config }),
});
