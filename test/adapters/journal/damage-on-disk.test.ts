/**
 * Damage where the bytes lie: a bit that flipped, a file cut off, a torn end of JetStream's store, a disk that is full. The last
 * one is real too, a small tmpfs, so this file needs root.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jetstreamJournal } from "../../../adapters/journal/jetstream.ts";
import { Damaged, UnknownOutcome } from "../../../adapters/journal/journal.ts";
import { lmdbJournal } from "../../../adapters/journal/lmdb.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import { shoal } from "../../cli/command.ts";
import { findServer, startNats, type Server } from "../../servers.ts";
import { all, entry } from "./entry.ts";

const STREAM = "portfolio.main";
const folder = mkdtempSync(join(tmpdir(), "shoal-damage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ten entries on the disk, in a data directory as the command line knows it. */
const written = async (name: string): Promise<{ readonly dataDir: string; readonly file: string }> => {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  const journal = lmdbJournal({ path: join(dataDir, "journal") });
  for (let i = 0; i < 10; i += 1) await journal.append(STREAM, entry(`note ${i} ${"x".repeat(3_000)}`), i);
  await journal.close();
  return { dataDir, file: join(dataDir, "journal", "data.mdb") };
};

describe("lmdb's file", () => {
  it("with one bit flipped: the entry is named, by `shoal journal verify` with 5, and not read", async () => {
    const { dataDir, file } = await written("flipped");
    const bytes = readFileSync(file);
    // Every copy that lies there: old pages may hold one that nobody reads any more.
    for (let at = bytes.indexOf("note 6"); at >= 0; at = bytes.indexOf("note 6", at + 1)) bytes[at]! ^= 1;
    writeFileSync(file, bytes);
    const told = await shoal(["journal", "verify", "--data-dir", dataDir, "--json"]);
    expect(told.code).toBe(5);
    expect(told.err).toMatch(
      /^portfolio\.main entry 7: its hash does not follow from its content and entry 6/,
    );
    // What stands is shown, up to it and behind it.
    const show = (...more: readonly string[]) =>
      shoal(["journal", "show", STREAM, "--data-dir", dataDir, "--json", ...more]);
    const sequences = ({ json }: Awaited<ReturnType<typeof show>>) =>
      (json["entries"] as readonly { readonly sequence: number }[]).map(({ sequence }) => sequence);
    const before = await show();
    expect([before.code, sequences(before)]).toEqual([5, [1, 2, 3, 4, 5, 6]]);
    expect(before.err).toMatch(/entry 7: its hash does not follow .*what lies behind it: --after 7/);
    const behind = await show("--after", "7");
    expect([behind.code, sequences(behind)]).toEqual([0, [8, 9, 10]]);
    const journal = lmdbJournal({ path: join(dataDir, "journal") });
    await expect(all(journal, STREAM)).rejects.toThrow("portfolio.main entry 7: ");
    await journal.close();
  });

  it("cut off: said instead of dying of it; put back from a copy, all is there", async () => {
    const { dataDir, file } = await written("cut");
    const copy = readFileSync(file);
    truncateSync(file, Math.floor(copy.length / 2));
    expect(() => lmdbJournal({ path: join(dataDir, "journal") })).toThrow(Damaged);
    const told = await shoal(["journal", "verify", "--data-dir", dataDir]);
    expect(told.code).toBe(1);
    expect(told.err).toMatch(/journal's file .*data\.mdb is damaged: \d+ bytes of \d+ are there, the end is/);
    expect(told.err).toContain("docs/runbooks/journal-damaged.md");
    writeFileSync(file, Buffer.alloc(copy.length));
    expect(() => lmdbJournal({ path: join(dataDir, "journal") })).toThrow(
      "does not begin as lmdb's files do",
    );
    writeFileSync(file, copy);
    const journal = lmdbJournal({ path: join(dataDir, "journal") });
    expect(await verify(journal, STREAM)).toMatchObject({ entries: 10 });
    await journal.close();
  });
});

/** A disk of its own, as small as that. */
const smallDisk = (path: string, mebibytes: number): void => {
  mkdirSync(path);
  const { status, stderr, error } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "shoal-test", path],
    { encoding: "utf8" },
  );
  if (status !== 0)
    throw new Error(
      `no small disk could be mounted at ${path}: this test needs root and the right to mount (${error?.message ?? stderr.trim()})`,
    );
};

describe("a full disk under lmdb", () => {
  const disk = join(folder, "disk");
  const filler = join(disk, "filler");
  const left = (): number => statfsSync(disk).bavail * statfsSync(disk).bsize;
  beforeAll(() => smallDisk(disk, 24));
  afterAll(() => {
    const { status, stderr } = spawnSync("umount", [disk], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${disk} stays mounted: ${stderr}`);
  });

  it("nothing is written, the message says what is missing; with space again it goes on, nothing lost", async () => {
    const path = join(disk, "journal");
    const journal = lmdbJournal({ path });
    expect(await journal.append(STREAM, entry("before"), 0)).toBe(1);
    writeFileSync(filler, Buffer.alloc(left() - 8 * 2 ** 20));
    const refused =
      /journal is not written: the disk of .*disk\/journal is nearly full \(\d+ MiB left, 16 wanted\)/;
    for (let n = 0; n < 3; n += 1)
      await expect(journal.append(STREAM, entry("refused"), 1)).rejects.toThrow(refused);
    const snapshot = { sequence: 1, schema: 1, state: {} };
    await expect(journal.saveSnapshot(STREAM, snapshot)).rejects.toThrow(refused);
    // What is there can be read and verified meanwhile.
    expect(await verify(journal, STREAM)).toMatchObject({ entries: 1 });
    rmSync(filler);
    expect(await journal.append(STREAM, entry("after"), 1)).toBe(2);
    await journal.saveSnapshot(STREAM, { ...snapshot, sequence: 2 });
    await journal.close();
    const again = lmdbJournal({ path });
    expect((await verify(again, STREAM)).problem).toBeUndefined();
    expect(await again.lastSequence(STREAM)).toBe(2);
    await again.close();
  });
});

describe.skipIf(findServer("nats-server") === undefined)("JetStream's store", () => {
  let server: Server;
  let connection: NatsConnection;
  const link = (port: number): Promise<NatsConnection> =>
    connect({ port, maxReconnectAttempts: -1, reconnectTimeWait: 50, noAsyncTraces: true });

  it("with a torn end: the server drops it, and the snapshot shows that entries are missing", async () => {
    const store = join(folder, "torn");
    server = await startNats({ store });
    connection = await link(server.port);
    const journal = await jetstreamJournal({ connection });
    for (let i = 0; i < 10; i += 1) await journal.append(STREAM, entry(i), i);
    await journal.saveSnapshot(STREAM, { sequence: 10, schema: 1, state: {} });
    await server.kill();
    const blocks = join(store, "jetstream", "$G", "streams", "journal", "msgs");
    const [block] = readdirSync(blocks).filter((name) => name.endsWith(".blk"));
    truncateSync(join(blocks, block!), statSync(join(blocks, block!)).size - 40);
    await server.restart();
    await expect
      .poll(
        () =>
          connection.flush().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);

    const problem = `${STREAM} entry 10: missing, the snapshot stands at 10`;
    expect(await verify(journal, STREAM)).toMatchObject({ entries: 9, problem });
    await expect(journal.snapshot(STREAM)).rejects.toThrow(problem);
    const told = await shoal(["journal", "verify", "--nats", server.url]);
    expect([told.code, told.err]).toEqual([5, expect.stringContaining(problem)]);
    await connection.close();
    await server.stop();
  }, 60_000);

  it("that is full: the entry is not taken for written, and the message says why", async () => {
    const store = join(folder, "small");
    server = await startNats({ store, maxFileStore: "64KB" });
    connection = await link(server.port);
    const small = await jetstreamJournal({ connection, giveUpMs: 500, attemptMs: 200 });
    let last = 0;
    const fill = async (): Promise<void> => {
      for (;;) last = await small.append(STREAM, entry("x".repeat(8_000)), last);
    };
    const failed: unknown = await fill().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UnknownOutcome);
    expect((failed as Error).message).toMatch(
      /^portfolio\.main: nobody knows whether the last append stands \(.*(resources|storage|disk full).*\)/,
    );
    expect(last).toBeGreaterThan(3);
    await connection.close();
    await server.stop();

    // Given more room it goes on, with every acknowledged entry.
    server = await startNats({ store });
    connection = await link(server.port);
    const journal = await jetstreamJournal({ connection });
    const { entries, problem } = await verify(journal, STREAM);
    expect(problem).toBeUndefined();
    // The one that nobody knew of may stand.
    expect([last, last + 1]).toContain(entries);
    expect(await journal.append(STREAM, entry("after"), entries)).toBe(entries + 1);
    await connection.close();
    await server.stop();
  }, 30_000);
});
