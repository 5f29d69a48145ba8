import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Conflict, type Journal, type Stored } from "../../adapters/journal/journal.ts";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import type { Decider } from "../../domain/values/decider.ts";
import { EventSourced, type SourcedOptions } from "../../mixins/event-sourced.ts";
import { ledgerDecider, type LedgerState } from "./ledger.ts";

type Added = { readonly id: number; readonly n: number };

const sourced = (
  journal: Journal,
  more: Partial<SourcedOptions<LedgerState, Added, Added>> = {},
): EventSourced<LedgerState, Added, Added> =>
  new EventSourced({
    stream: "ledger",
    decider: ledgerDecider,
    journal,
    stamp: () => ({ at: 7, marketSequence: 42 }),
    writer: () => "host-1",
    ...more,
  });

const entries = async (journal: Journal): Promise<Stored[]> => {
  const all: Stored[] = [];
  for await (const entry of journal.read("ledger")) all.push(entry);
  return all;
};

/** The same journal, but each append passes `before` first. */
const watched = (journal: Journal, before: (sequence: number) => Promise<void> | void): Journal => ({
  ...journal,
  append: async (stream, entry, expected) => {
    await before(expected + 1);
    return journal.append(stream, entry, expected);
  },
  read: (stream, after) => journal.read(stream, after),
  snapshot: (stream) => journal.snapshot(stream),
  saveSnapshot: (stream, snapshot) => journal.saveSnapshot(stream, snapshot),
});

describe("event-sourced state", () => {
  it("appends one entry for a burst, with its stamp, and replies after it is journaled", async () => {
    const journal = memoryJournal();
    const seen: string[] = [];
    const book = sourced(
      watched(journal, () => void seen.push("append")),
      { committed: (turns) => void seen.push(`committed ${turns.length}`) },
    );
    await book.recover();
    const replies = [1, 2, 3].map((id) =>
      book.tell({ id, n: id }).then((events) => seen.push(`reply ${events[0]!.id}`)),
    );
    await Promise.all(replies);
    expect(seen).toEqual(["append", "committed 3", "reply 1", "reply 2", "reply 3"]);
    expect(await entries(journal)).toMatchObject([
      {
        sequence: 1,
        schema: 1,
        at: 7,
        marketSequence: 42,
        writer: "host-1",
        turns: [{ command: { id: 1, n: 1 } }, {}, {}],
      },
    ]);
  });

  it("commits what arrives during a flush together in the next one", async () => {
    const journal = memoryJournal();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const book = sourced(watched(journal, (sequence) => (sequence === 1 ? gate : undefined)));
    await book.recover();
    const first = book.tell({ id: 0, n: 1 });
    await Promise.resolve();
    const rest = Array.from({ length: 99 }, (_, i) => book.tell({ id: i + 1, n: 1 }));
    open();
    await Promise.all([first, ...rest]);
    expect((await entries(journal)).map(({ turns }) => turns.length)).toEqual([1, 99]);
  });

  it("does not journal commands that gave no events, nor turns without any", async () => {
    const journal = memoryJournal();
    const book = sourced(journal);
    await book.recover();
    await Promise.all([book.tell({ id: 1, n: 5 }), book.tell({ id: 1, n: 5 })]);
    expect(await book.tell({ id: 1, n: 5 })).toEqual([]);
    expect((await entries(journal)).map(({ turns }) => turns.length)).toEqual([1]);
    expect(await book.read(({ sum }) => sum)).toBe(5);
  });

  it("fails only the command whose decide threw", async () => {
    const journal = memoryJournal();
    const book = sourced(journal);
    await book.recover();
    const good = book.tell({ id: 1, n: 5 });
    const bad = book.tell({ id: 2, n: -1 });
    const also = book.tell({ id: 3, n: 7 });
    await expect(bad).rejects.toMatchObject({ code: 422, field: "n" });
    await Promise.all([good, also]);
    expect(await book.read(({ sum }) => sum)).toBe(12); // 5 + 7
    expect(book.mailbox.failed).toBe(1);
  });

  it("records what settles a turn with its last command", async () => {
    const journal = memoryJournal();
    const decider: Decider<LedgerState, Added, Added> = {
      ...ledgerDecider,
      settle: (state) => (state.seen.has(99) ? [] : [{ id: 99, n: 100 }]),
    };
    const book = sourced(journal, { decider });
    await book.recover();
    const [, last] = await Promise.all([book.tell({ id: 1, n: 1 }), book.tell({ id: 2, n: 2 })]);
    expect(last).toEqual([{ id: 2, n: 2 }]); // its own events only
    expect((await entries(journal))[0]!.turns[1]!.events).toEqual([
      { id: 2, n: 2 },
      { id: 99, n: 100 },
    ]);
  });

  it("shows nobody uncommitted state, and loses nothing it has answered for", async () => {
    const journal = memoryJournal();
    let down = false;
    const book = sourced(
      watched(journal, async () => {
        await Promise.resolve();
        if (down) throw new Error("disk gone");
      }),
    );
    const lost: unknown[] = [];
    book.onLost((error) => lost.push(error));
    await book.recover();
    await book.tell({ id: 1, n: 1 });
    down = true;
    const told = book.tell({ id: 2, n: 2 });
    const seen = book.read(({ sum }) => sum);
    await expect(told).rejects.toMatchObject({ type: "UNKNOWN_OUTCOME", retryable: false });
    await expect(seen).rejects.toMatchObject({ type: "UNKNOWN_OUTCOME" });
    await expect(book.tell({ id: 3, n: 3 })).rejects.toMatchObject({ type: "LOST", retryable: true });
    expect(lost).toHaveLength(1);
    const fresh = sourced(journal);
    await fresh.recover();
    expect(await fresh.read(({ sum }) => sum)).toBe(1);
  });

  it("is lost on a conflict: another writer is there, and nothing of the turn was kept", async () => {
    const journal = memoryJournal();
    const [mine, other] = [sourced(journal), sourced(journal)];
    const lost: unknown[] = [];
    mine.onLost((error) => lost.push(error));
    await mine.recover();
    await other.recover();
    await other.tell({ id: 1, n: 1 });
    await expect(mine.tell({ id: 2, n: 2 })).rejects.toMatchObject({
      code: 503,
      type: "LOST",
      retryable: true,
    });
    expect(lost[0]).toBeInstanceOf(Conflict);
    expect(await entries(journal)).toHaveLength(1);
  });

  it("is lost when evolve throws, with nothing of the turn journaled, and tells whose command it was", async () => {
    const journal = memoryJournal();
    const book = sourced(journal);
    await book.recover();
    const told = await Promise.allSettled([1, 13].map((n) => book.tell({ id: n, n })));
    expect(told).toMatchObject([{ reason: { type: "LOST" } }, { reason: { type: "BROKEN", code: 500 } }]);
    expect(await entries(journal)).toHaveLength(0);
  });

  it("recovers the same state from any snapshot, and replays the rest", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.record({ id: fc.nat(50), n: fc.nat(12) }), { minLength: 1, maxLength: 5 }), {
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 10 }),
        async (bursts, snapshotEvery) => {
          const journal = memoryJournal();
          const book = sourced(journal, { snapshotEvery });
          await book.recover();
          for (const burst of bursts) await Promise.all(burst.map((added) => book.tell(added)));
          const kept = await book.read((state) => ledgerDecider.save(state));
          await book.stop();
          const again = sourced(journal);
          await again.recover();
          expect(ledgerDecider.save(again.recovered)).toEqual(kept);
          expect(again.sequence).toBe(book.sequence);
          const replayed = sourced({
            ...journal,
            snapshot: () => Promise.resolve(undefined),
            read: (s, a) => journal.read(s, a),
          });
          await replayed.recover();
          expect(ledgerDecider.save(replayed.recovered)).toEqual(kept);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("upcasts entries of an older schema, and refuses them without an upcast", async () => {
    const journal = memoryJournal();
    await journal.append(
      "ledger",
      { schema: 0, turns: [{ command: "c", events: [[9, 4]] }], at: 0, marketSequence: 0, writer: "w" },
      0,
    );
    await expect(sourced(journal).recover()).rejects.toThrow("schema 0, known is 1");
    const book = sourced(journal, {
      decider: {
        ...ledgerDecider,
        upcasts: {
          0: ({ command, events }) => ({
            command,
            events: (events as [number, number][]).map(([id, n]) => ({ id, n })),
          }),
        },
      },
    });
    await book.recover();
    expect(book.recovered.sum).toBe(4);
  });

  it("refuses a journal that a newer version has written to, and says which schema it takes", async () => {
    const journal = memoryJournal();
    const newer = sourced(journal, { decider: { ...ledgerDecider, schema: 2 } });
    await newer.recover();
    await newer.tell({ id: 1, n: 5 });
    await newer.stop();
    const older = sourced(journal).recover();
    await expect(older).rejects.toMatchObject({ name: "UnknownSchema", found: 2, known: 1 });
    await expect(older).rejects.toThrow("ledger: entry 1 has schema 2, known is 1: a newer version");
    // The next version takes it up again: its own snapshot and entries.
    const again = sourced(journal, { decider: { ...ledgerDecider, schema: 2 } });
    await again.recover();
    expect(again.recovered.sum).toBe(5);
  });

  it("refuses when full, and a reader waits for what was told before it", async () => {
    const book = sourced(memoryJournal(), { depthMax: 2 });
    await book.recover();
    const told = book.tell({ id: 1, n: 3 });
    const sum = book.read((state) => state.sum);
    await expect(book.tell({ id: 2, n: 1 })).rejects.toMatchObject({ type: "MAILBOX_FULL" });
    await told;
    expect(await sum).toBe(3);
  });
});
