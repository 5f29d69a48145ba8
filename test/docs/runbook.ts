/** The runbooks, taken apart: sections, numbered steps with their commands, and the tests named at the foot. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./blocks.ts";

export interface Runbook {
  readonly file: string;
  readonly text: string;
  readonly sections: ReadonlyMap<string, string>;
  /** Numbers of the steps, in order. */
  readonly steps: readonly number[];
  /** Lines of the shell blocks. */
  readonly commands: readonly string[];
  /** Lines of `npx shoal` anywhere in it, in running text too. */
  readonly shoal: readonly string[];
  readonly tests: readonly { readonly what: string; readonly file: string; readonly title: string }[];
}

const folder = join("docs", "runbooks");

const parsed = (file: string): Runbook => {
  const text = readFileSync(join(root, folder, file), "utf8");
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n"))] as const),
  );
  const commands = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap((block) =>
    block[1]!
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
  const inline = [...text.matchAll(/`(npx shoal [^`\n]+)`/g)].map((match) => match[1]!);
  return {
    ...{ file, text, sections, commands },
    steps: [...(sections.get("Steps") ?? "").matchAll(/^(\d+)\. /gm)].map((match) => Number(match[1])),
    shoal: [...new Set([...commands, ...inline].filter((line) => line.startsWith("npx shoal ")))],
    tests: [
      ...(sections.get("Tested by") ?? "").matchAll(
        /^- (?<what>[^:]+): `(?<file>test\/[^`]+)`, "(?<title>.+)"$/gm,
      ),
    ].map(({ groups }) => groups as { what: string; file: string; title: string }),
  };
};

export const runbooks: readonly Runbook[] = readdirSync(join(root, folder))
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map(parsed);

/** As a shell would split it: words, and quoted text as one. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
