/**
 * Runbooks are read by somebody in a hurry: every command in them is one that the command line takes, every series and every
 * log line is one that the code tells, and every step names the test that runs it.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { catalog } from "../../nodes/metrics/catalog.ts";
import { root } from "./blocks.ts";
import { runbooks, wordsOf } from "./runbook.ts";

const PREFIX = "shoal_";

/** One for each of these, whatever else there is. */
const wanted = (
  "node-killed node-frozen lease-lost nats-down nats-leader-lost redis-gone influx-gone venue-down venue-ban " +
  "order-unknown ledger-mismatch journal-damaged disk-full clock-skew dead-letters upgrade-failed"
).split(" ");
const parts = [
  "Symptoms",
  "What the engine does by itself",
  "Steps",
  "It is over when",
  "Tested by",
] as const;
/** Of the system or of a server; everything else must be ours. */
const foreign = new Set(["nats-server", "redis-server", "influxd", "df", "timedatectl"]);

const read = (file: string): string => readFileSync(join(root, file), "utf8");
const code = globSync("{actors,adapters,domain,mixins,nodes,cli}/**/*.ts", { cwd: root })
  .map(read)
  .join("\n");

const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

/** Parses the line with the verb's own parser, whose actions are taken out; then asks the same verb for its help. */
const parse = async (line: string): Promise<string> => {
  const [, , name = "", ...words] = wordsOf(line);
  expect(existsSync(join(root, "cli", `${name}.ts`)), `a verb ${name}`).toBe(true);
  const { make } = (await import(`../../cli/${name}.ts`)) as { readonly make: () => Command };
  const top = make();
  let ran: string | undefined;
  for (const one of family(top)) {
    one.exitOverride().configureOutput({ writeErr: () => undefined });
    if (one.commands.length === 0) one.action(() => void (ran = one.name()));
  }
  await top.parseAsync(words, { from: "user" });
  expect(ran, `${line} runs something`).toBeDefined();
  return family(top)
    .find((one) => one.name() === ran)!
    .helpInformation();
};

it("there is one for each failure", () => {
  const names = runbooks.map(({ file }) => file.replace(".md", ""));
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  const listed = read("docs/runbooks/README.md");
  expect(names.filter((name) => !listed.includes(`](${name}.md)`))).toEqual([]);
});

describe.each(runbooks)("$file", ({ text, sections, steps, commands, shoal, tests }) => {
  it("has all its parts, steps in order, and no empty one", () => {
    expect([...sections.keys()]).toEqual(parts);
    for (const [part, content] of sections) expect(content.trim().length, part).toBeGreaterThan(20);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    expect(steps.length).toBeGreaterThan(0);
  });

  it("has commands that exist, with options that they take", async () => {
    for (const line of commands)
      if (!line.startsWith("npx shoal ")) expect(foreign, line).toContain(line.split(" ")[0]);
    for (const line of shoal) {
      const help = await parse(line);
      const options = wordsOf(line).filter((word) => word.startsWith("-"));
      for (const option of options) expect(help.split(/[\s,]+/), `${option} of ${line}`).toContain(option);
    }
    expect(shoal.length).toBeGreaterThan(0);
  });

  it("names series that are told", () => {
    const named = [...text.matchAll(/shoal_[a-z_]+/g)].map(([name]) => name.slice(PREFIX.length));
    expect(named.filter((name) => !Object.hasOwn(catalog, name))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });

  it("quotes log lines that are written", () => {
    const lines = [...(sections.get("Symptoms") ?? "").matchAll(/^- log: (.*)$/gm)].flatMap((match) =>
      [...match[1]!.matchAll(/"([^"]+)"/g)].map((quote) => quote[1]!),
    );
    expect(lines.filter((line) => !code.includes(line))).toEqual([]);
  });

  it("names for each step a test that exists", () => {
    const missing = tests.filter(
      ({ file, title }) =>
        !existsSync(join(root, file)) || !read(file).includes(title.replaceAll('"', '\\"')),
    );
    expect(missing).toEqual([]);
    const written = (sections.get("Tested by") ?? "").split("\n").filter((line) => line.startsWith("- "));
    expect(tests).toHaveLength(written.length);
    const tested = new Set(tests.flatMap(({ what }) => [...what.matchAll(/\d+/g)].map(([n]) => Number(n))));
    expect(steps.filter((step) => !tested.has(step))).toEqual([]);
  });

  it("leads to files that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(join(root, "docs", "runbooks", link)))).toEqual([]);
  });
});

describe("the checks themselves", () => {
  it.each([
    ["npx shoal nonsense", /a verb nonsense/],
    ["npx shoal halt --level some", /Allowed choices are entries, all/],
    ["npx shoal halt --loudly", /unknown option/],
    ["npx shoal dlq mend 1", /unknown command|too many|runs something/],
    ["npx shoal inspect", /missing required argument/],
  ])("%s is refused", async (line, why) => {
    await expect(parse(line)).rejects.toThrow(why);
  });
});
