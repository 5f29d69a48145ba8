/** What all verbs share: how their help reads, `--json`, and options that several of them take. */
import { Command, InvalidArgumentError } from "commander";
import { meaning, type ExitCode } from "./exit.ts";

export interface VerbText {
  readonly name: string;
  readonly about: string;
  /** Command line without `npx shoal`, and what it is good for. */
  readonly examples: readonly (readonly [line: string, why: string])[];
  /** Besides 0, 1 and 2. */
  readonly exits?: readonly ExitCode[];
}

export const verb = ({ name, about, examples, exits = [] }: VerbText): Command => {
  const width = Math.max(...examples.map(([line]) => line.length));
  const codes = [0, 1, 2, ...exits] as readonly ExitCode[];
  return new Command(name)
    .description(about)
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
${examples.map(([line, why]) => `  npx shoal ${line.padEnd(width)}  # ${why}`).join("\n")}

Exit codes:
${codes.map((code) => `  ${code}  ${meaning[code]}`).join("\n")}`,
    );
};

export const withJson = (command: Command): Command =>
  command.option("--json", "print one JSON value on stdout and nothing else there");

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Ms from `30s`, `500ms`, `5m`, `2h`. */
export const duration = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("expected a duration such as 500ms, 30s, 5m or 2h");
  return Number(match[1]) * units[match[2]!]!;
};

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    return value;
  };

/** An amount of money above 0, as a double: for statistics, not for the ledger. */
export const amount = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError("expected an amount above 0");
  return value;
};

/** Ms from `2026-01-31`, `2026-01-31T09:05:00Z`; UTC where no zone is named. */
export const moment = (text: string): number => {
  const zoned = /^\d{4}-\d\d-\d\d(T[\d:.]+)?$/.test(text) && text.includes("T") ? `${text}Z` : text;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(zoned) : NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("expected a time such as 2026-01-31T09:05:00Z");
  return at;
};

export const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** For options that may be given several times. */
export const collect = (text: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  text,
];

/** A number above 0, or `max`; the text itself, since settings read it. */
export const speed = (text: string): string => {
  if (text !== "max" && !(Number(text) > 0))
    throw new InvalidArgumentError('expected a number above 0, or "max"');
  return text;
};
