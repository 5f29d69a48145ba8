import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jetstreamJournal } from "../../../adapters/journal/jetstream.ts";
import { Conflict, UnknownOutcome } from "../../../adapters/journal/journal.ts";
import { memoryJournal } from "../../../adapters/journal/memory.ts";
import { migrate } from "../../../adapters/journal/migrate.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import { eventually, findServer, startNats, type Server } from "../../servers.ts";
import { journalConformance } from "./conformance.ts";
import { all, entry, insist, noteOf } from "./entry.ts";
import { expectShared } from "./expect-shared.ts";
import { lossyLink, type LossyLink } from "./lossy-link.ts";

const link = (port: number): Promise<NatsConnection> =>
  connect({ port, maxReconnectAttempts: -1, reconnectTimeWait: 50, noAsyncTraces: true });

describe.skipIf(findServer("nats-server") === undefined)("on nats-server", () => {
  let server: Server;
  let connection: NatsConnection;
  beforeAll(async () => {
    server = await startNats();
    connection = await link(server.port);
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  journalConformance("jetstream journal", () =>
    Promise.resolve({
      survives: "process-death",
      open: () => jetstreamJournal({ connection, name: "conformance" }),
      close: () => Promise.resolve(),
    }),
  );

  describe("jetstream journal, tampered with", () => {
    const name = "tampered";

    it("lets nobody delete or purge entries", async () => {
      const journal = await jetstreamJournal({ connection, name });
      await journal.append("portfolio.kept", entry(1), 0);
      const manager = await connection.jetstreamManager();
      await expect(manager.streams.deleteMessage(name, 1)).rejects.toThrow("not permitted");
      await expect(manager.streams.purge(name)).rejects.toThrow("not permitted");
      expect(await verify(journal, "portfolio.kept")).toMatchObject({ entries: 1 });
    });

    it.each([
      ["an entry sent twice", (lines: readonly string[]) => lines[1]!],
      [
        "an entry of another time",
        (lines: readonly string[]) =>
          lines[2]!.replace('"at":1', '"at":2').replace('"sequence":3', '"sequence":4'),
      ],
      ["another text", () => "hello"],
    ])("names %s behind the journal's back", async (what, forge) => {
      const stream = `portfolio:${what}`;
      const journal = await jetstreamJournal({ connection, name });
      for (let i = 0; i < 3; i += 1) await journal.append(stream, entry(i), i);
      const subject = `${name}.${encodeURIComponent(stream)}`;
      const manager = await connection.jetstreamManager();
      const { seq } = await manager.streams.getMessage(name, { last_by_subj: subject });
      const lines: string[] = [];
      for (let at = seq - 2; at <= seq; at += 1)
        lines.push((await manager.streams.getMessage(name, { seq: at })).string());
      await connection.jetstream().publish(subject, forge(lines));
      const verdict = await verify(journal, stream);
      expect(verdict).toMatchObject({ entries: 3 });
      expect(verdict.problem).toMatch(new RegExp(`^${stream} entry 4: `));
    });
  });

  it("carries a journal to JetStream and back with equal hashes", async () => {
    const source = memoryJournal();
    for (let i = 0; i < 300; i += 1)
      await source.append(`portfolio:${i % 3}`, entry(BigInt(i)), Math.floor(i / 3));
    await source.saveSnapshot("portfolio:1", { sequence: 50, schema: 1, state: { cash: 5n } });
    const cluster = await jetstreamJournal({ connection, name: "migrated" });
    expect(await migrate(source, cluster)).toEqual({ streams: 3, copied: 300, snapshots: 1 });
    const back = memoryJournal();
    await migrate(cluster, back);
    for (const stream of await source.streams())
      expect(await all(back, stream)).toEqual(await all(source, stream));
    expect(await back.snapshot("portfolio:1")).toEqual(await source.snapshot("portfolio:1"));
  });

  describe("behind a link that loses messages", () => {
    let lossy: LossyLink;
    let far: NatsConnection;
    beforeAll(async () => {
      lossy = await lossyLink(server.port);
      far = await link(lossy.port);
    });
    afterAll(async () => {
      await far.close();
      await lossy.close();
    });
    const open = () => jetstreamJournal({ connection: far, name: "lossy", attemptMs: 300 });
    const stored = async (): Promise<number> => {
      const manager = await connection.jetstreamManager();
      return (await manager.streams.info("lossy")).state.messages;
    };

    it("knows its entry again when the acknowledgement was lost", async () => {
      const journal = await open();
      await journal.append("portfolio.main", entry("before"), 0);
      const before = await stored();
      lossy.lose("to-client");
      const pending = journal.append("portfolio.main", entry("unacknowledged"), 1);
      await eventually("the entry to stand", async () => (await stored()) === before + 1);
      lossy.cut();
      expect(await pending).toBe(2);
      expect(await journal.append("portfolio.main", entry("after"), 2)).toBe(3);
      expect((await all(journal, "portfolio.main")).map(noteOf)).toEqual([
        "before",
        "unacknowledged",
        "after",
      ]);
      expect(await stored()).toBe(before + 2);
    });

    it("sends an entry again that never arrived", async () => {
      const journal = await open();
      const before = await stored();
      lossy.lose("to-server");
      const pending = journal.append("portfolio.again", entry("lost at first"), 0);
      setTimeout(() => lossy.cut(), 100);
      expect(await pending).toBe(1);
      expect(await stored()).toBe(before + 1);
    });

    it("yields when another writer came between", async () => {
      const journal = await open();
      const rival = await jetstreamJournal({ connection, name: "lossy" });
      await journal.append("portfolio.raced", entry("first"), 0);
      lossy.lose("to-server");
      const pending = journal
        .append("portfolio.raced", entry("too late"), 1)
        .catch((error: unknown) => error);
      await rival.append("portfolio.raced", entry("the rival's"), 1);
      await rival.append("portfolio.raced", entry("the rival's"), 2);
      lossy.cut();
      expect(await pending).toBeInstanceOf(Conflict);
      expect((await all(rival, "portfolio.raced")).map(noteOf)).toEqual([
        "first",
        "the rival's",
        "the rival's",
      ]);
    });
  });

  it("says that nobody knows when the server stays away, and goes on when it is back", async () => {
    const journal = await jetstreamJournal({ connection, name: "outage", attemptMs: 200, giveUpMs: 200 });
    await journal.append("portfolio.main", entry(1), 0);
    await server.kill();
    await expect(journal.append("portfolio.main", entry(2), 1)).rejects.toBeInstanceOf(UnknownOutcome);
    await server.restart();
    await eventually("the server to be back", () =>
      connection.flush().then(
        () => true,
        () => false,
      ),
    );
    expect(await insist(journal, "portfolio.main", "host-a/1", 1)).toBe(0);
    expect((await verify(journal, "portfolio.main")).problem).toBeUndefined();
  });

  it("loses and doubles nothing when the server is killed with -9 under two writers of eight streams", async () => {
    const journals = [0, 1].map(() => jetstreamJournal({ connection, name: "killed", attemptMs: 500 }));
    const [a, b] = await Promise.all(journals);
    const streams = Array.from({ length: 8 }, (_, i) => `portfolio.${i}`);
    let appended = 0;
    const count = 150;
    const writing = streams.flatMap((stream) =>
      [a!, b!].map((journal, i) => insist(journal, stream, `writer ${i}`, count, () => (appended += 1))),
    );
    const total = streams.length * 2 * count;
    for (const share of [0.2, 0.5, 0.8]) {
      await eventually(`${share} of the entries`, () => appended > total * share, 20_000);
      await server.kill();
      await server.restart();
    }
    await Promise.all(writing);
    for (const stream of streams) {
      expectShared(await all(a!, stream), ["writer 0", "writer 1"], count);
      expect((await verify(b!, stream)).problem).toBeUndefined();
    }
  });
});
