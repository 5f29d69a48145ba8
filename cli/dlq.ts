/** `shoal dlq list|show|replay|drop`: messages that were given up. A replay is safe: receivers ignore what they have seen. */
import { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, table, timeText } from "./terminal.ts";
import { wholeNumber } from "./verb.ts";

interface Letter {
  readonly id: number;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  readonly from: string;
  readonly host: string;
  readonly to: { readonly kind: string; readonly id: string; readonly message: string };
  readonly trace: Readonly<Record<string, string | number>>;
  readonly money: boolean;
  readonly state: string;
  readonly by?: string;
  readonly at: number;
  readonly triedAt: number;
  readonly input?: unknown;
}

const addressOf = ({ kind, id, message }: Letter["to"]): string => `${kind}.${id}.${message}`;
const traceOf = (trace: Letter["trace"]): string =>
  Object.entries(trace)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
const number = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const make = (): Command =>
  new Command("dlq")
    .description("Dead letters: messages that were given up. Look at them, send them again, drop them.")
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal dlq list      # what waits for somebody to look
  npx shoal dlq replay 3  # send the message again`,
    )
    .addCommand(list())
    .addCommand(show())
    .addCommand(act("replay"))
    .addCommand(act("drop"));

const list = (): Command =>
  liveVerb({
    name: "list",
    about: "Open dead letters, oldest first.",
    examples: [
      ["dlq list", "what waits for somebody to look"],
      ["dlq list --all --json", "those replayed and dropped too, for a script"],
    ],
  })
    .option("--all", "those that were replayed or dropped too")
    .action(async (where: Where & { readonly all?: boolean }) => {
      const gateway = await openGateway(where, "read");
      const told = await gateway.get<{ readonly letters: readonly Letter[] }>(
        `dead-letters?state=${where.all === true ? "all" : "open"}`,
      );
      answer(where.json === true, told, () =>
        table(
          [
            ["ID", "right"],
            ["Since (UTC)"],
            ["Reason"],
            ["Tries", "right"],
            ["From"],
            ["To"],
            ["Trace"],
            ["State"],
          ],
          told.letters.map((one) => [
            one.id,
            timeText(one.at),
            one.reason,
            one.attempts,
            `${one.from} on ${one.host}`,
            addressOf(one.to),
            traceOf(one.trace),
            one.by === undefined ? one.state : `${one.state} by ${one.by}`,
          ]),
          "no dead letters",
        ),
      );
    });

const show = (): Command =>
  liveVerb({
    name: "show",
    about: "One dead letter: why it was given up, where it came from, and the message itself.",
    examples: [
      ["dlq show 3", "of letter 3"],
      ["dlq show 3 --json", "with exact amounts, for a script"],
    ],
  })
    .argument("<id>", "as `shoal dlq list` shows it", number)
    .action(async (id: number, where: Where) => {
      const letter = await (await openGateway(where, "read")).get<Letter>(`dead-letters/${id}`);
      answer(where.json === true, letter, () =>
        [
          `letter ${letter.id}, ${letter.state}${letter.by === undefined ? "" : ` by ${letter.by}`}`,
          `given up by ${letter.from} on ${letter.host} at ${timeText(letter.at)} UTC, last tried ${timeText(letter.triedAt)}`,
          `${letter.reason} after ${letter.attempts} attempts: ${letter.error}`,
          `to ${addressOf(letter.to)}`,
          ...(letter.money ? ["concerns money: kept until somebody replays or drops it"] : []),
          `trace: ${traceOf(letter.trace) || "none"}`,
          JSON.stringify(letter.input, null, 2),
        ].join("\n"),
      );
    });

const act = (what: "replay" | "drop"): Command =>
  liveVerb(
    what === "replay"
      ? {
          name: "replay",
          about: "Send the message of a dead letter again. Its receiver ignores what it has seen.",
          examples: [
            ["dlq replay 3", "once the cause is mended"],
            ["dlq replay 3 --json", "tells whether it was sent"],
          ],
        }
      : {
          name: "drop",
          about: "Mark a dead letter as of no interest. It stays in the journal.",
          examples: [
            ["dlq drop 3", "nobody needs it"],
            ["dlq drop 3 --json", "for a script"],
          ],
        },
  )
    .argument("<id>", "as `shoal dlq list` shows it", number)
    .action(async (id: number, where: Where) => {
      const gateway = await openGateway(where, "admin");
      const done = await gateway.post<{ readonly state: string; readonly sent?: boolean }>(
        `dead-letters/${id}/${what}`,
      );
      answer(where.json === true, done, () =>
        done.sent === false
          ? `letter ${id} was ${done.state} before; nothing was sent`
          : `letter ${id} is ${done.state}`,
      );
    });
