/** What README and guides tell a newcomer to type exists: verbs and flags, npm scripts, addresses, files, links. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configure } from "../../nodes/configuration.ts";
import { routes } from "../../nodes/gateway/routes.ts";
import { demo } from "../../nodes/demo.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { faultFields, faultPlan } from "../../sandbox/faults/plan.ts";
import { shoalHere } from "../cli/command.ts";
import { blocks, commands, documents, root } from "./blocks.ts";

const run = promisify(execFile);
const of = (program: RegExp) => commands.filter(({ line }) => program.test(line));

describe("commands of README and guides", () => {
  it("are shell", async () => {
    for (const { text } of blocks.filter(({ language }) => language === "sh"))
      await run("bash", ["-n", "-c", text]);
    expect(commands.length).toBeGreaterThan(10);
  });

  const helps = new Map<string, Promise<string>>();
  const helpOf = (words: readonly string[]): Promise<string> => {
    const key = words.join(" ");
    const known = helps.get(key);
    if (known !== undefined) return known;
    const asked = shoalHere([...words, "--help"]).then(({ out }) => out);
    helps.set(key, asked);
    return asked;
  };

  it.each(of(/^npx shoal /))("$line", async ({ line }) => {
    const words = line.split(/\s+/).slice(2);
    const flagAt = words.findIndex((word) => word.startsWith("-"));
    const named = flagAt < 0 ? words : words.slice(0, flagAt);
    expect((await helpOf([])).split("\n").some((row) => row.trimStart().startsWith(`${named[0]!} `))).toBe(
      true,
    );
    // `strategy stop <id>` has a help of its own; names and paths have not.
    const verb = ["strategy", "journal", "dlq", "chaos"].includes(named[0]!)
      ? named.slice(0, 2)
      : named.slice(0, 1);
    const help = await helpOf(verb);
    expect(help).toContain(`${verb.join(" ")} `);
    for (const flag of words.filter((word) => word.startsWith("-")))
      expect(help.split(/[\s,]+/), `${flag} of ${verb.join(" ")}`).toContain(flag);
  });

  it.each(of(/^npm /))("$line", ({ line }) => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const part of line.split("&&").map((one) => one.trim().split(/\s+/))) {
      const script = part[1] === "run" ? part[2]! : part[1]!;
      if (script !== "ci") expect(Object.keys(scripts)).toContain(script);
    }
  });

  it("ask for addresses that the gateway has", () => {
    const asked = of(/\/api\/v1\//).flatMap(({ line }) =>
      [...line.matchAll(/\/api\/v1(\/[^\s"'?]*)/g)].map((match) => ({
        method: /-X POST|--data|-d /.test(line) ? "POST" : "GET",
        path: match[1]!,
      })),
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const { method, path } of asked) {
      const found = routes.some(
        (route) =>
          route.method === method && new RegExp(`^${route.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
      );
      expect(found, `${method} ${path}`).toBe(true);
    }
  });
});

describe("configurations of README and guides", () => {
  const written = blocks.filter(({ language, file }) => language === "yaml" && file !== undefined);

  it.each(written)("$file of $document is taken", ({ text }) => {
    const folder = mkdtempSync(join(tmpdir(), "shoal-documents-"));
    try {
      const path = join(folder, "shoal.config.yaml");
      writeFileSync(path, text);
      expect(configure({ config: [path] }, {}).strategies.length).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("show every section once, in README", () => {
    const whole = written.find(({ document }) => document === "README.md")!;
    // What has a default, and what has none.
    const sections = [
      ...Object.keys(parseSettings(demo())),
      "node",
      "nats",
      "influx",
      "redis",
      "strategiesDir",
    ];
    expect(Object.keys(parse(whole.text) as object).sort()).toEqual(sections.sort());
  });
});

describe("the faults of the sandbox", () => {
  const text = readFileSync(join(root, "docs", "sandbox.md"), "utf8");
  const rows = [
    ...text.matchAll(/^\| (?<fault>[^|]+?) +\| (?<fields>`[^|]+`) +\|[^|]+\| `(?<example>\{[^|]+\})` +\|$/gm),
  ].map(
    ({ groups }) => groups as { readonly fault: string; readonly fields: string; readonly example: string },
  );
  const named = ({ fields }: { readonly fields: string }): readonly string[] =>
    [...fields.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
  const atOnce = ["drop", "silence", "pongs", "forget"];

  it("stand in the table with all their fields", () => {
    expect(rows.flatMap(named).sort()).toEqual([...faultFields, ...atOnce].sort());
  });

  it.each(rows)("$fault: $example", (row) => {
    const example = JSON.parse(row.example) as Record<string, unknown>;
    expect(Object.keys(example).some((field) => named(row).includes(field))).toBe(true);
    faultPlan(Object.fromEntries(Object.entries(example).filter(([field]) => !atOnce.includes(field))));
  });
});

describe("links", () => {
  const decisions = readdirSync(join(root, "docs", "decisions")).map((name) =>
    join("docs", "decisions", name),
  );
  const all = readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));

  it.each([...documents, ...all, ...decisions, "CHANGELOG.md"])("of %s lead to files", (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const missing = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !existsSync(join(root, dirname(document), link)));
    expect(missing).toEqual([]);
  });
});
