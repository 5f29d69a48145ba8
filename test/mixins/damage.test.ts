/**
 * A journal that is not what was written, met by an actor that recovers: nothing is trusted that cannot be verified, the message
 * names stream and entry and where to read on, and what can be recovered is.
 */
import { describe, expect, it } from "vitest";
import { saver } from "../../actors/strategy/saving.ts";
import { Damaged, type Journal } from "../../adapters/journal/journal.ts";
import { memory, memoryJournal, type Memory } from "../../adapters/journal/memory.ts";
import { migrate } from "../../adapters/journal/migrate.ts";
import { verify } from "../../adapters/journal/verify.ts";
import { Activity } from "../../mixins/activity.ts";
import { EventSourced } from "../../mixins/event-sourced.ts";
import { ledgerDecider, type LedgerState } from "./ledger.ts";

interface Added {
  readonly id: number;
  readonly n: number;
}
const STREAM = "portfolio.main";

const book = (journal: Journal, snapshotEvery = 1_000) =>
  new EventSourced<LedgerState, Added, Added>({
    stream: STREAM,
    decider: ledgerDecider,
    journal,
    stamp: () => ({ at: 7, marketSequence: 0 }),
    writer: () => "host-1",
    snapshotEvery,
  });

/** Entries 1 to 10, each adds its number; a snapshot at 8. */
const written = async (): Promise<Memory> => {
  const kept = memory();
  const ledger = book(memoryJournal(kept), 8);
  await ledger.recover();
  for (let id = 1; id <= 10; id += 1) await ledger.tell({ id, n: id });
  await expect.poll(() => kept.snapshots.has(STREAM)).toBe(true);
  return kept;
};
const SUM = 55; // 1 + 2 + ... + 10

const recovered = async (kept: Memory): Promise<{ sum: number; warned: readonly string[] }> => {
  const warned: string[] = [];
  const ledger = book(memoryJournal(kept));
  await ledger.recover({ warn: (message) => void warned.push(message) });
  return { sum: ledger.recovered.sum, warned };
};

const edit = (kept: Memory, sequence: number, change: (line: string) => string): void => {
  const lines = kept.entries.get(STREAM)!;
  lines[sequence - 1] = change(lines[sequence - 1]!);
};
const reading = "see docs/runbooks/journal-damaged.md";

it("an undamaged one is recovered from its snapshot, without a word", async () => {
  expect(await recovered(await written())).toEqual({ sum: SUM, warned: [] });
});

describe("a snapshot that is not what was written", () => {
  it.each<[string, (text: string) => string, string]>([
    ["one figure changed", (text) => text.replace('"sum":36', '"sum":37'), "its hash does not follow"],
    ["cut off", (text) => text.slice(0, text.length / 2), "not readable"],
    ["empty", () => "", "not readable"],
    ["something else", () => '{"hello":1}', "not a snapshot"],
    [
      "without its seal",
      (text) => JSON.stringify((JSON.parse(text) as { snapshot: unknown }).snapshot),
      "without a seal",
    ],
  ])("%s: the ledger is recovered from its entries, and that is told", async (_what, change, why) => {
    const kept = await written();
    kept.snapshots.set(STREAM, change(kept.snapshots.get(STREAM)!));
    const { sum, warned } = await recovered(kept);
    expect(sum).toBe(SUM);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(
      new RegExp(`^${STREAM} snapshot: .*${why}.*; it is passed over, and ${STREAM} is recovered from its`),
    );
    expect(await verify(memoryJournal(kept), STREAM)).toMatchObject({ entries: 10, entriesGood: true });
  });

  it("that of another stream: passed over, and replaced by the next one", async () => {
    const kept = await written();
    const journal = memoryJournal(kept);
    await journal.append("other", { ...(await first(journal)), writer: "x" }, 0);
    await journal.saveSnapshot("other", { sequence: 1, schema: 1, state: { sum: 9, count: 9, seen: [] } });
    kept.snapshots.set(STREAM, kept.snapshots.get("other")!);
    expect((await recovered(kept)).warned[0]).toContain("that of other stands in its place");
    const ledger = book(memoryJournal(kept), 1);
    await ledger.recover();
    await ledger.tell({ id: 11, n: 1 });
    await ledger.stop();
    expect(await recovered(kept)).toEqual({ sum: SUM + 1, warned: [] });
  });
});

const first = async (journal: Journal) => {
  for await (const entry of journal.read(STREAM)) return entry;
  throw new Error("empty");
};

describe("entries that are not what was written", () => {
  it.each<[string, number, (kept: Memory) => void]>([
    ["one edited behind the snapshot", 9, (kept) => edit(kept, 9, (line) => line.replace('"n":9', '"n":99'))],
    ["the last one torn", 10, (kept) => edit(kept, 10, (line) => line.slice(0, 80))],
    ["the last one empty", 10, (kept) => edit(kept, 10, () => "")],
    ["one missing behind the snapshot", 9, (kept) => void kept.entries.get(STREAM)!.splice(8, 1)],
    ["the end missing, up to before the snapshot", 6, (kept) => void kept.entries.get(STREAM)!.splice(5)],
    ["all of them missing", 1, (kept) => void kept.entries.delete(STREAM)],
    [
      "the one at the snapshot edited",
      8,
      (kept) => edit(kept, 8, (line) => line.replace(/"hash":"./, '"hash":"_')),
    ],
  ])("%s: named, nothing is recovered and nothing written", async (_what, named, damage) => {
    const kept = await written();
    const good = structuredClone(kept);
    damage(kept);
    const before = structuredClone(kept);
    const ledger = book(memoryJournal(kept));
    const failed: unknown = await ledger.recover().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Damaged);
    expect((failed as Error).message).toMatch(new RegExp(`^${STREAM} (entry ${named}|last entry): .{5}`));
    expect((failed as Error).message).toContain(`${STREAM} stays stopped: ${reading}`);
    expect(kept).toEqual(before);
    // Put back from a copy, it goes on as if nothing had been.
    expect(await recovered(good)).toEqual({ sum: SUM, warned: [] });
  });

  it("edited before the snapshot: the state is the snapshot's, and `verify` names the entry", async () => {
    const kept = await written();
    edit(kept, 3, (line) => line.replace('"n":3', '"n":4'));
    expect((await recovered(kept)).sum).toBe(SUM);
    expect((await verify(memoryJournal(kept), STREAM)).problem).toMatch(/^portfolio\.main entry 3: its hash/);
  });

  it("both damaged: the entries decide", async () => {
    const kept = await written();
    edit(kept, 3, (line) => line.replace('"n":3', '"n":4'));
    kept.snapshots.set(STREAM, "{");
    await expect(recovered(kept)).rejects.toThrow(/^portfolio\.main entry 3: .*stays stopped/);
  });
});

it("a migration that skips what is damaged leaves such a stream behind whole, and a bad snapshot alone", async () => {
  const kept = await written();
  const journal = memoryJournal(kept);
  const note = await first(journal);
  for (const stream of ["audit.gateway", "portfolio.other"]) await journal.append(stream, note, 0);
  await journal.saveSnapshot("portfolio.other", { sequence: 1, schema: 1, state: {} });
  await journal.saveSnapshot("strategy.a", { sequence: 40, schema: 1, state: { running: false } });
  kept.snapshots.set("portfolio.other", "{");
  edit(kept, 5, (line) => line.replace('"n":5', '"n":6'));

  await expect(migrate(memoryJournal(kept), memoryJournal())).rejects.toBeInstanceOf(Damaged);
  const target = memoryJournal();
  const { skipped } = await migrate(memoryJournal(kept), target, { skipDamaged: true });
  expect(skipped).toEqual([
    expect.stringMatching(/^portfolio\.main entry 5: /),
    expect.stringMatching(/^portfolio\.other snapshot: /),
  ]);
  expect(await target.streams()).toEqual(["audit.gateway", "portfolio.other"]);
  expect(await target.snapshots()).toEqual(["strategy.a"]);
  for (const stream of [...(await target.streams()), "strategy.a"])
    expect((await verify(target, stream)).problem).toBeUndefined();
});

describe("a strategy's memory", () => {
  const owner = { id: "a", strategy: { name: "x" }, params: {}, instruments: ["sandbox:BTC/USDT"] };
  const remembered = { saved: {}, seen: [], running: true, proposals: 3, wakeAt: null };

  it("damaged: it begins without it and stopped, and that is told with the command that starts it", async () => {
    const kept = memory();
    const saving = saver(owner, memoryJournal(kept), new Activity());
    await saving.save(remembered, 40);
    const warned: string[] = [];
    const log = { warn: (message: string) => void warned.push(message) };
    const again = saver(owner, memoryJournal(kept), new Activity());
    expect(await again.load(log)).toMatchObject(remembered);
    expect([again.damaged(), warned]).toEqual([false, []]);

    kept.snapshots.set(
      "strategy.a",
      kept.snapshots.get("strategy.a")!.replace('"running":true', '"running":null'),
    );
    const after = saver(owner, memoryJournal(kept), new Activity());
    expect(await after.load(log)).toBeUndefined();
    expect(after.damaged()).toBe(true);
    expect(warned).toEqual([
      "strategy.a snapshot: its hash does not follow from its content; strategy.a begins without memory and does not trade, since it may have been stopped: npx shoal strategy start a",
    ]);
    await after.save(remembered, 41);
    expect(await saver(owner, memoryJournal(kept), new Activity()).load(log)).toMatchObject(remembered);
  });
});
