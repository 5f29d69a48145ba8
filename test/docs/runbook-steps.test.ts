/**
 * The commands of the runbooks, run as they stand: against a small engine, those with `--nats` against one in a cluster. Only the
 * address and the data directory are put in; the order of a page is kept, so that a resume follows its halt.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { listenForHalt } from "../../nodes/halt-line.ts";
import { shoal, shoalHere, type Ran } from "../cli/command.ts";
import { startDemo, type RunningEngine } from "../nodes/running.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { runbooks, wordsOf } from "./runbook.ts";

const ADDRESS = "nats://127.0.0.1:4222";
/** They start or replace an engine, or read no engine at all. */
const apart = /^npx shoal (start|journal migrate) /;
/** Each line once, under the first page that has it. */
const commands = runbooks
  .flatMap(({ file, commands: lines }) =>
    lines.filter((line) => line.startsWith("npx shoal ")).map((line) => ({ file, line })),
  )
  .filter(({ line }, i, all) => all.findIndex((other) => other.line === line) === i);
const alone = commands.filter(({ line }) => !line.includes("--nats") && !apart.test(line));
const clustered = commands.filter(({ line }) => line.includes("--nats") && !apart.test(line));

/** The engine of these tests has its journal open in this process: what opens that too is another. */
const run = (words: readonly string[]): Promise<Ran> => (words[0] === "journal" ? shoal : shoalHere)(words);

const filled = (running: RunningEngine): Promise<void> =>
  eventually(
    "a fill",
    async () => ((await running.ask.get("/trades")).json["trades_count"] as never as number) > 0,
    30_000,
  );

const levelOf = async (running: RunningEngine): Promise<unknown> => {
  const { portfolios } = (await running.ask.get("/status")).json as never as {
    readonly portfolios: readonly { readonly halted?: unknown }[];
  };
  return portfolios[0]!.halted;
};

describe("against one engine", () => {
  let running: RunningEngine;
  let ids: readonly number[] = [];
  beforeAll(async () => {
    running = await startDemo();
    await filled(running);
    // Two letters, as the page on dead letters supposes: one may be sent again, one is dropped.
    for (let n = 0; n < 2; n += 1) {
      running.engine.deadLetters.setAside({
        ...{ reason: "broken", error: "Error: by a test", attempts: 3, from: "test", money: false },
        to: { kind: "portfolio", id: "main", message: "resume", mode: "command" },
        input: { by: "test", at: 5 + n },
        trace: {},
      });
      await running.engine.deadLetters.flushed();
    }
    ids = (await running.engine.deadLetters.list()).map(({ id }) => id);
  }, 60_000);
  afterAll(() => running.stop());

  it.each(alone)(
    "$file: $line runs as it stands",
    async ({ line }) => {
      // The pages' letters 1 and 2 are whatever numbers these two have got.
      const words = wordsOf(line)
        .slice(2)
        .map((word, i, all) => (all[0] === "dlq" && i === 2 ? String(ids[Number(word) - 1]) : word));
      // Needs no engine, and takes no address of one.
      const place = words[0] === "check-config" ? [] : ["--data-dir", running.ask.dataDir];
      const { code, err, out } = await run([...words, ...place]);
      expect(err).toBe("");
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(2);
      if (words[0] === "halt") expect(await levelOf(running)).not.toBeNull();
      if (words[0] === "resume") expect(await levelOf(running)).toBeNull();
    },
    30_000,
  );

  it("each page that halts resumes in the end", () => {
    for (const { file, commands: lines } of runbooks) {
      const acts = lines.filter((line) => /^npx shoal (halt|resume)/.test(line));
      if (acts.length > 0) expect(acts.at(-1), file).toBe("npx shoal resume");
    }
  });
});

describe.skipIf(findServer("nats-server") === undefined)("in a cluster", () => {
  let nats: Server;
  let end: () => void;
  let running: RunningEngine;
  beforeAll(async () => {
    nats = await startNats();
    running = await startDemo({ nats: nats.url, node: "two" });
    end = listenForHalt(running.engine.broker, running.engine);
    await filled(running);
  }, 60_000);
  afterAll(async () => {
    end();
    await running.stop();
    await nats.stop();
  });

  it.each(clustered)(
    "$file: $line runs in a cluster as it stands",
    async ({ line }) => {
      const words = wordsOf(line.replaceAll(ADDRESS, nats.url)).slice(2);
      const { code, err } = await run(words);
      expect([code, err]).toEqual([0, ""]);
    },
    30_000,
  );

  it("owners and leases are told", async () => {
    const { out } = await run(["leases", "--data-dir", running.ask.dataDir]);
    expect(out).toMatch(/^two holds its lease, epoch \d+/);
    expect(out).toMatch(/portfolio\.main .*two .*stands/);
  });
});

it("a damaged ledger is left behind, and the engine begins anew on the rest", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-runbook-"));
  const [old, mended] = [join(folder, "old"), join(folder, "mended")];
  const prefixOf = async ({ engine }: RunningEngine): Promise<string> => {
    for await (const { turns } of engine.journal.read("portfolio.main"))
      for (const { events } of turns)
        for (const event of events as readonly PortfolioEvent[])
          if (event.type === "AccountOpened") return event.prefix;
    throw new Error("no account was opened");
  };
  try {
    const first = await startDemo({ dataDir: old });
    await filled(first);
    const prefix = await prefixOf(first);
    await first.stop();
    // The last entry, so that it lies behind or at the snapshot, whatever was traded.
    const root = open({ path: join(old, "journal"), noSubdir: false });
    const entries = root.openDB<string, [string, number]>({ name: "entries", encoding: "string" });
    const [last] = entries.getRange({
      ...{ start: ["portfolio.main", Infinity], end: ["portfolio.main", 0], reverse: true, limit: 1 },
    });
    await entries.put(last!.key, last!.value.slice(0, 100));
    await root.close();

    const stopped = await startDemo({ dataDir: old });
    expect(stopped.engine.host.actors().filter(({ kind }) => kind === "portfolio")).toEqual([]);
    expect((await stopped.ask.get("/health")).status).toBe(200);
    await stopped.stop();
    const log = readFileSync(join(old, "shoal.log"), "utf8");
    expect(log).toContain("portfolio.main did not start");
    expect(log).toMatch(/portfolio\.main last entry: not readable.*see docs\/runbooks\/journal-damaged\.md/);

    const migrated = await shoal([
      "journal",
      "migrate",
      "--from-dir",
      old,
      "--to-dir",
      mended,
      "--skip-damaged",
    ]);
    expect(migrated.code).toBe(0);
    expect(migrated.out).toMatch(/^left behind: portfolio\.main (last )?entry/m);
    const verified = await shoal(["journal", "verify", "--data-dir", mended]);
    expect(verified.code).toBe(0);
    const again = await startDemo({ dataDir: mended });
    await filled(again);
    expect(await prefixOf(again)).not.toBe(prefix);
    await again.stop();
    expect((await shoal(["journal", "verify", "--data-dir", mended])).code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
