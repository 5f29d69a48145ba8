/** `shoal journal parity`: did a replay through the actors decide what the backtester decides over the same prints? */
import type { Command } from "commander";
import { Exit, exits } from "../exit.ts";
import { answer } from "../terminal.ts";
import { runFlags, withRun, type RunOptions } from "./of-run.ts";
import { mustBe, reading, within } from "./reading.ts";

export const parity = (): Command =>
  withRun(
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
    }),
  ).action((stream: string, options: RunOptions) =>
    within(options, async (journal) => {
      const [{ parityOf }, { configure }] = await Promise.all([
        import("../../nodes/parity.ts"),
        import("../../nodes/configuration.ts"),
      ]);
      await mustBe(journal, stream, await journal.lastSequence(stream));
      const settings = configure(runFlags(options), process.env);
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
