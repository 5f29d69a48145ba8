/**
 * `shoal journal`: show, verify, replay and migrate, from the stores themselves, so that it works while no engine runs. lmdb
 * admits readers beside a running engine; to migrate from or into a directory no engine may hold it.
 */
import { Command } from "commander";
import { Damaged, type Stored } from "../adapters/journal/journal.ts";
import type { Verdict } from "../adapters/journal/verify.ts";
import { toPlainJson } from "../domain/values/json.ts";
import { Exit, exits } from "./exit.ts";
import { openPair, type JournalPlace, type MigrationEnds } from "./journal/open.ts";
import { mustBe, reading, within } from "./journal/reading.ts";
import { explain } from "./journal/explain.ts";
import { parity } from "./journal/parity.ts";
import { replay } from "./journal/replay.ts";
import { state } from "./journal/state.ts";
import { answer, say, table, timeText } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

export const make = (): Command =>
  new Command("journal")
    .description("Show, verify, replay or migrate the journal; works while the engine is stopped.")
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal journal streams                                                # what there is
  npx shoal journal migrate --from-dir .shoal --to-nats nats://127.0.0.1   # from one process to a cluster`,
    )
    .addCommand(streams())
    .addCommand(show())
    .addCommand(verify())
    .addCommand(replay())
    .addCommand(parity())
    .addCommand(explain())
    .addCommand(state())
    .addCommand(migrate());

const streams = (): Command =>
  reading({
    name: "streams",
    about: "Every stream, and its last sequence.",
    examples: [
      ["journal streams", "of .shoal"],
      ["journal streams --nats nats://127.0.0.1:4222 --json", "of a cluster"],
    ],
  }).action((place: JournalPlace) =>
    within(place, async (journal) => {
      const names = [...(await journal.streams())].sort();
      const rows = await Promise.all(
        names.map(async (stream) => ({ stream, entries: await journal.lastSequence(stream) })),
      );
      answer(place.json === true, { survives: journal.survives, streams: rows }, () =>
        table(
          [["Stream"], ["Entries", "right"]],
          rows.map((row) => [row.stream, row.entries]),
          "the journal is empty",
        ),
      );
    }),
  );

const show = (): Command =>
  reading({
    name: "show",
    about: "Entries of a stream, oldest first: what was commanded, and what happened.",
    examples: [
      ["journal show portfolio.main --limit 5", "the first five"],
      ["journal show portfolio.main --after 4000 --json", "from entry 4001 on"],
    ],
    exits: [5],
  })
    .argument("<stream>", "as `shoal journal streams` lists them")
    .option("--after <n>", "only entries behind this sequence", wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option("-n, --limit <n>", "how many at most", wholeNumber(1, 1_000_000), 20)
    .action((stream: string, options: JournalPlace & { readonly after: number; readonly limit: number }) =>
      within(options, async (journal) => {
        const last = await journal.lastSequence(stream);
        await mustBe(journal, stream, last);
        const entries: Stored[] = [];
        let damage: string | undefined;
        try {
          if (last > options.after)
            for await (const entry of journal.read(stream, options.after)) {
              entries.push(entry);
              if (entries.length === options.limit) break;
            }
        } catch (error) {
          if (!(error instanceof Damaged)) throw error;
          const bad = (entries.at(-1)?.sequence ?? options.after) + 1;
          damage = `${error.message}; what lies behind it: --after ${bad}`;
        }
        answer(options.json === true, { stream, last, entries, ...(damage && { damage }) }, () =>
          [...entries.flatMap(linesOf), `${entries.length} of ${last} entries`].join("\n"),
        );
        if (damage !== undefined) throw new Exit(exits.mismatch, damage);
      }),
    );

const linesOf = ({ sequence, at, hash, turns }: Stored): readonly string[] => [
  `#${sequence} ${timeText(at)} ${hash.slice(0, 12)}`,
  ...turns.flatMap(({ command, events }) => [
    `  ${toPlainJson(command)}`,
    ...events.map((event) => `    -> ${toPlainJson(event)}`),
  ]),
];

const verify = (): Command =>
  reading({
    name: "verify",
    about: "Follow the hash chain: is every entry what was written, and none missing?",
    examples: [
      ["journal verify", "every stream"],
      ["journal verify portfolio.main --json", "one of them, with its last hash"],
    ],
    exits: [5],
  })
    .argument("[stream]", "default: all of them")
    .action((stream: string | undefined, place: JournalPlace) =>
      within(place, async (journal) => {
        const { verify: check } = await import("../adapters/journal/verify.ts");
        if (stream !== undefined) await mustBe(journal, stream, await journal.lastSequence(stream));
        const all = async (): Promise<string[]> =>
          [...new Set([...(await journal.streams()), ...(await journal.snapshots())])].sort();
        const names = stream === undefined ? await all() : [stream];
        const verdicts: Verdict[] = [];
        for (const name of names) verdicts.push(await check(journal, name));
        answer(place.json === true, { verdicts }, () =>
          table(
            [["Stream"], ["Good entries", "right"], ["Last hash"], ["Problem"]],
            verdicts.map((one) => [one.stream, one.entries, one.hash.slice(0, 16), one.problem ?? "none"]),
            "the journal is empty",
          ),
        );
        const problems = verdicts.flatMap(({ problem }) => problem ?? []);
        if (problems.length > 0) throw new Exit(exits.mismatch, problems.join("; "));
      }),
    );

const migrate = (): Command =>
  withJson(
    verb({
      name: "migrate",
      about:
        "Copy every stream and snapshot to another store, hashes and all. May be run again after a break.",
      examples: [
        [
          "journal migrate --from-dir .shoal --to-nats nats://127.0.0.1:4222",
          "from one process to a cluster",
        ],
        ["journal migrate --from-nats nats://127.0.0.1:4222 --to-dir ./back", "and back"],
      ],
      exits: [3, 5],
    }),
  )
    .option("--from-dir <path>", "data directory to read; its engine must be stopped")
    .option("--to-dir <path>", "data directory to write; its engine must be stopped")
    .option("--from-nats <url>", "NATS server to read; stop the engines first")
    .option("--to-nats <url>", "NATS server to write")
    .option(
      "--skip-damaged",
      "leave damaged streams behind whole, named with what is wrong, and copy the rest",
    )
    .action(async (ends: MigrationEnds & { readonly skipDamaged?: boolean }) => {
      const { from, to, close } = await openPair(ends);
      try {
        const { migrate: copy } = await import("../adapters/journal/migrate.ts");
        const done = await copy(from, to, {
          skipDamaged: ends.skipDamaged === true,
          onProgress: ({ stream, copied, present }) =>
            say(`${stream}: ${copied} copied, ${present} were there`),
        });
        answer(ends.json === true, done, () =>
          [
            `${done.streams} streams, ${done.copied} entries and ${done.snapshots} snapshots copied`,
            ...(done.skipped ?? []).map((problem) => `left behind: ${problem}`),
          ].join("\n"),
        );
      } catch (error) {
        const { name, message } = error as Error;
        throw name === "Conflict" || name === "Damaged" ? new Exit(exits.mismatch, message) : error;
      } finally {
        await close();
      }
    });
