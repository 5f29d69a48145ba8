/** `shoal journal replay`: every recorded command is decided again; the first that comes out otherwise is named. */
import type { Command } from "commander";
import { toPlainJson } from "../../domain/values/json.ts";
import type { Difference, Range } from "../../mixins/replay.ts";
import { Exit, exits } from "../exit.ts";
import { answer, timeText } from "../terminal.ts";
import { collect, moment, wholeNumber } from "../verb.ts";
import type { JournalPlace } from "./open.ts";
import { mustBe, reading, within } from "./reading.ts";

interface Options extends JournalPlace, Range {
  readonly config?: readonly string[];
  readonly hashes?: boolean;
}

const sequence = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const replay = (): Command =>
  reading({
    name: "replay",
    about: "Decide every recorded command again: same events, same state? Changes nothing.",
    examples: [
      ["journal replay portfolio.main", "all of it"],
      ["journal replay portfolio.main --from 4000 --until 2026-01-31T12:00:00Z --json", "a part"],
    ],
    exits: [5],
  })
    .argument("<stream>", "a portfolio's or risk.main, as `shoal journal streams` lists them")
    .option("--from <n>", "decide from this entry on; those before are only folded", sequence)
    .option("--to <n>", "up to this entry", sequence)
    .option("--until <time>", "up to the last entry of this market time", moment)
    .option("--hashes", "the hash of the state after every entry (slow)")
    .option("-c, --config <file>", "limits for entries from before schema 2; repeatable", collect)
    .action((stream: string, options: Options) =>
      within(options, async (journal) => {
        const [{ replay: again, stateHash }, { behind }] = await Promise.all([
          import("../../mixins/replay.ts"),
          import("./decider.ts"),
        ]);
        const { decider } = await behind(stream, options.config);
        await mustBe(journal, stream, await journal.lastSequence(stream));
        const states: { readonly sequence: number; readonly at: number; readonly hash: string }[] = [];
        const began = performance.now();
        const done = await again(journal, stream, decider, options, {
          ...(options.hashes === true
            ? {
                entry: (entry, state) =>
                  states.push({
                    sequence: entry.sequence,
                    at: entry.at,
                    hash: stateHash(decider, state),
                  }),
              }
            : {}),
        });
        const seconds = (performance.now() - began) / 1_000;
        const perSecond = Math.round(done.entries / seconds);
        const { difference, hashes } = done;
        const ways = new Set(Object.values(hashes));
        answer(
          options.json === true,
          {
            ...done,
            stateHash: hashes.folded,
            seconds,
            perSecond,
            ...(options.hashes === true ? { states } : {}),
          },
          () =>
            [
              ...states.map((one) => `#${one.sequence} ${timeText(one.at)} ${one.hash}`),
              `${stream}: ${done.entries} entries, ${done.commands} commands, ${done.events} events decided again, up to #${done.sequence} ${timeText(done.at)} (${perSecond} entries/s)`,
              ...Object.entries(hashes).map(([way, hash]) => `state ${way.padEnd(8)} ${hash}`),
              ...(difference === undefined ? ["every decision as recorded"] : differenceText(difference)),
            ].join("\n"),
        );
        if (difference !== undefined)
          throw new Exit(
            exits.mismatch,
            `${stream} entry ${difference.sequence} turn ${difference.turn}: decided otherwise than recorded`,
          );
        if (ways.size > 1) throw new Exit(exits.mismatch, `${stream}: the ways to its state end differently`);
      }),
    );

const differenceText = ({ sequence: n, turn, command, recorded, produced, error }: Difference): string[] => [
  `#${n} turn ${turn} came out otherwise: ${toPlainJson(command)}`,
  ...recorded.map((event) => `  recorded ${toPlainJson(event)}`),
  ...produced.map((event) => `  now      ${toPlainJson(event)}`),
  ...(error === undefined ? [] : [`  now      ${error}`]),
];
