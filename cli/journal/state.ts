/** `shoal journal state`: what a portfolio, or the limits over several, looked like after one entry, or at one moment of market time. */
import { InvalidArgumentError, type Command } from "commander";
import { toPlainJson } from "../../domain/values/json.ts";
import { answer, timeText } from "../terminal.ts";
import { moment } from "../verb.ts";
import type { JournalPlace } from "./open.ts";
import { mustBe, reading, within } from "./reading.ts";

interface Options extends JournalPlace {
  readonly at?: { readonly to: number } | { readonly until: number };
}

const sequenceOrMoment = (text: string): NonNullable<Options["at"]> => {
  if (!/^\d+$/.test(text)) return { until: moment(text) };
  if (text === "0") throw new InvalidArgumentError("expected a sequence from 1 on, or a time");
  return { to: Number(text) };
};

export const state = (): Command =>
  reading({
    name: "state",
    about:
      "Show a portfolio, or the limits over several, as it was: after an entry, or at a moment of market time.",
    examples: [
      ["journal state portfolio.main --at 4000", "after entry 4000"],
      ["journal state portfolio.main --at 2026-01-31T12:00:00Z --json", "at noon"],
    ],
  })
    .argument("<stream>", "a portfolio's or risk.main, as `shoal journal streams` lists them")
    .option("--at <when>", "a sequence, or a time in UTC (default: the end)", sequenceOrMoment)
    .action((stream: string, options: Options) =>
      within(options, async (journal) => {
        const [{ stateAt, stateHash }, { behind }] = await Promise.all([
          import("../../mixins/replay.ts"),
          import("./decider.ts"),
        ]);
        const { decider, view: viewOf } = await behind(stream);
        await mustBe(journal, stream, await journal.lastSequence(stream));
        const { state: found, sequence, at } = await stateAt(journal, stream, decider, options.at ?? {});
        const view = viewOf(found, at);
        const hash = stateHash(decider, found);
        answer(
          options.json === true,
          { stream, sequence, at, stateHash: hash, view },
          () => `${stream} #${sequence} ${timeText(at)} ${hash}\n${toPlainJson(view, 2)}`,
        );
      }),
    );
