/**
 * P15: the journal with group commit against the bare store, the same bytes under the same keys.
 *
 * 100 writers append one order's turn each to streams of their own, one after another, each append awaited until it
 * is durable. Reference: lmdb puts awaited until `flushed`, and in the note one file whose waiting lines share a
 * write and an fdatasync; for JetStream, bare publishes with message id and expected sequence. The references get finished bytes: they neither encode nor hash.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { connect } from "nats";
import { beginning, seal } from "../adapters/journal/chain.ts";
import { jetstreamJournal } from "../adapters/journal/jetstream.ts";
import type { Entry, Journal } from "../adapters/journal/journal.ts";
import { lmdbJournal } from "../adapters/journal/lmdb.ts";
import { money, price, quantity } from "../domain/values/values.ts";
import { findServer, startNats } from "../test/servers.ts";
import { inTurn, median, type Figure, type Result } from "./figure.ts";

const writers = 100;

const order = { id: "p1x8a", instrument: "sandbox:BTC/USDT", side: "buy", quantity: quantity("0.0123") };
const entry: Entry = {
  schema: 1,
  turns: [
    {
      command: {
        type: "Propose",
        strategy: "cross-7",
        order,
        mark: price("43123.45"),
        because: "the fast average crossed above",
      },
      events: [
        { type: "OrderApproved", order, reserved: money("530.418435") },
        { type: "Reserved", asset: "USDT", amount: money("530.418435") },
      ],
    },
  ],
  at: 1_700_000_000_000,
  marketSequence: 4_711,
  writer: "host-a/1",
};
const { text } = seal("portfolio.main", beginning, entry);

/** Runs `append(stream, n)` for n = 1..perWriter on all streams at once; returns entries per second. */
const rate = async (
  perWriter: number,
  append: (stream: string, n: number) => Promise<unknown>,
): Promise<number> => {
  round += 1;
  const start = performance.now();
  const writing = Array.from({ length: writers }, async (_, writer) => {
    for (let n = 1; n <= perWriter; n += 1) await append(`round-${round}.writer-${writer}`, n);
  });
  await Promise.all(writing);
  return (writers * perWriter * 1_000) / (performance.now() - start);
};
let round = 0;

const journaled = (journal: Journal, perWriter: number) => (): Promise<number> =>
  rate(perWriter, (stream, n) => journal.append(stream, entry, n - 1));

/** CPU seconds of this process that a round took, kept beside the round's figure. */
const timed = (run: () => Promise<number>, cpuSeconds: number[]) => async (): Promise<number> => {
  const before = process.cpuUsage();
  const figure = await run();
  const { user, system } = process.cpuUsage(before);
  cpuSeconds.push((user + system) / 1e6);
  return figure;
};

/** Judged by rates, or by CPU time when more is running than there are cores. */
const compare = async (
  what: string,
  ours: () => Promise<number>,
  referenceName: string,
  reference: () => Promise<number>,
): Promise<Result & { note: string }> => {
  const oursCpu: number[] = [];
  const referenceCpu: number[] = [];
  const rates = await inTurn(timed(ours, oursCpu), timed(reference, referenceCpu));
  const cpuRatio = median(oursCpu.slice(1).map((seconds, i) => referenceCpu[i + 1]! / seconds));
  const loaded = loadavg()[0]! > availableParallelism();
  return {
    figure: "P15",
    what: `${what}, ${text.length} bytes, ${writers} writers`,
    ...rates,
    unit: "entries/s",
    referenceName,
    target: "at least 0.6",
    met: (loaded ? cpuRatio : rates.ratio) >= 0.6,
    note: `by CPU time ${cpuRatio.toFixed(2)}${loaded ? " (judged by it: the machine is loaded)" : ""}`,
  };
};

/** Appends that wait while one write and its fdatasync are under way go together in the next. */
const syncedFile = async (path: string) => {
  const file = await openFile(path, "a");
  let waiting: { line: string; done: () => void }[] = [];
  let writing = false;
  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await file.write(batch.map(({ line }) => line).join("\n"));
      await file.datasync();
      for (const { done } of batch) done();
    }
    writing = false;
  };
  const append = (line: string): Promise<void> =>
    new Promise((done) => {
      waiting.push({ line, done });
      if (!writing) void drain();
    });
  return { append, close: () => file.close() };
};

const embedded = async (folder: string): Promise<Result[]> => {
  const perWriter = 150;
  const journal = lmdbJournal({ path: join(folder, "journal") });
  const raw = open<string, [string, number]>({
    path: join(folder, "raw"),
    noSubdir: false,
    encoding: "string",
  });
  const file = await syncedFile(join(folder, "raw.log"));
  const bare = (): Promise<number> =>
    rate(perWriter, async (stream, n) => {
      await raw.put([stream, n], text);
      await raw.flushed;
    });
  const compared = await compare(
    "lmdb journal",
    journaled(journal, perWriter),
    "bare lmdb put and flushed",
    bare,
  );
  const inFile = await inTurn(journaled(journal, perWriter), () => rate(perWriter, () => file.append(text)));
  await Promise.all([journal.close(), raw.close(), file.close()]);
  const note = `${compared.note}; one file with shared fdatasync ${Math.round(inFile.reference)}/s, ratio ${inFile.ratio.toFixed(2)}`;
  return [{ ...compared, note }];
};

const clustered = async (): Promise<Result[]> => {
  if (findServer("nats-server") === undefined) return [];
  const perWriter = 20;
  const server = await startNats();
  const connection = await connect({ servers: server.url, noAsyncTraces: true });
  const journal = await jetstreamJournal({ connection });
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: "bare", subjects: ["bare.*.*"] });
  const bytes = Buffer.from(text);
  const last = new Map<string, number>();
  const bare = (): Promise<number> =>
    rate(perWriter, async (stream, n) => {
      const expect = { lastSubjectSequence: last.get(stream) ?? 0 };
      const options = { msgID: `${stream}.${n}`, expect };
      last.set(stream, (await connection.jetstream().publish(`bare.${stream}`, bytes, options)).seq);
    });
  const compared = await compare("JetStream journal", journaled(journal, perWriter), "bare publish", bare);
  await connection.close();
  await server.stop();
  return [compared];
};

export const figure: Figure = {
  name: "P15 journal",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
    try {
      return [...(await embedded(folder)), ...(await clustered())];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
