/** The fenced blocks of the documents that a newcomer types in: README and guides. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Block {
  /** Of the document, from the root. */
  readonly document: string;
  readonly language: string;
  /** The file that the reader is told to write, where there is one. */
  readonly file: string | undefined;
  readonly text: string;
}

const fence = /^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms;

const blocksOf = (document: string): readonly Block[] =>
  [...readFileSync(join(root, document), "utf8").matchAll(fence)].map((match) => ({
    document,
    language: match[1]!,
    file: match[2],
    text: match[3]!,
  }));

const guides = join("docs", "guides");

export const documents: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  join("docs", "execution.md"),
  join("docs", "history.md"),
  join("docs", "indicators.md"),
  join("docs", "strategies.md"),
  ...readdirSync(join(root, guides))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(guides, name)),
];

export const blocks: readonly Block[] = documents.flatMap(blocksOf);

export const blockOf = (document: string, file: string): Block => {
  const found = blocks.find((block) => block.document === document && block.file === file);
  if (found === undefined) throw new Error(`${document} has no block for ${file}`);
  return found;
};

/** Commands of the shell blocks: one a line, comments and line continuations taken out. */
export const commands: readonly { readonly document: string; readonly line: string }[] = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ document, text }) =>
    text
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
      .filter((line) => line !== "")
      .map((line) => ({ document, line })),
  );
