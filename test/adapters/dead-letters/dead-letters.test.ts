/** Dead letters over the journals: facts, several writers, bounds, and what a restart finds. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import type { DeadLetters, Undelivered } from "../../../adapters/dead-letters/dead-letters.ts";
import {
  journaledDeadLetters,
  STREAM,
  type JournaledOptions,
} from "../../../adapters/dead-letters/journaled.ts";
import { decide, evolve, load, noLetters, save, type Wish } from "../../../adapters/dead-letters/letters.ts";
import type { Journal } from "../../../adapters/journal/journal.ts";
import { lmdbJournal } from "../../../adapters/journal/lmdb.ts";
import { memory, memoryJournal } from "../../../adapters/journal/memory.ts";
import { verify } from "../../../adapters/journal/verify.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { startJetstream } from "./jetstream.ts";
import { findServer } from "../../servers.ts";

const letterOf = (n: number, more: Partial<Undelivered> = {}): Undelivered => ({
  reason: "broken",
  error: "Error: no",
  attempts: 3,
  from: "execution.main",
  to: { kind: "portfolio", id: "main", message: "record", mode: "command" },
  input: { n, price: 15n * 10n ** 17n },
  trace: { order: `o${n}` },
  money: false,
  ...more,
});

const over = (journal: Journal, more: Partial<JournaledOptions> = {}): DeadLetters =>
  journaledDeadLetters({ journal, clock: systemClock, marketNow: () => 5, host: "one", ...more });

const folder = mkdtempSync(join(tmpdir(), "shoal-dead-"));
const kinds: [string, () => Promise<{ open: () => Promise<Journal>; end: () => Promise<void> }>][] = [
  [
    "memory",
    () => {
      const store = memory();
      return Promise.resolve({
        open: () => Promise.resolve(memoryJournal(store)),
        end: () => Promise.resolve(),
      });
    },
  ],
  [
    "lmdb",
    () => {
      const opened: Journal[] = [];
      const open = (): Promise<Journal> => {
        const journal = opened[0] ?? lmdbJournal({ path: join(folder, "journal") });
        opened.push(journal);
        return Promise.resolve(journal);
      };
      return Promise.resolve({ open, end: () => opened[0]!.close() });
    },
  ],
  ...(findServer("nats-server") === undefined ? [] : [["JetStream", startJetstream] as never]),
];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(kinds)("dead letters in %s", (_name, begin) => {
  let stores: Awaited<ReturnType<typeof begin>>;
  beforeAll(async () => {
    stores = await begin();
  });
  afterAll(() => stores.end());

  it("keeps what several hosts set aside, exactly, and what became of it, over a restart", async () => {
    const [a, b] = [over(await stores.open()), over(await stores.open(), { host: "two" })];
    for (let n = 0; n < 50; n += 1) (n % 2 === 0 ? a : b).setAside(letterOf(n, { money: n === 7 }));
    await Promise.all([a.flushed(), b.flushed()]);
    const all = await a.list();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(new Set(all.map(({ host }) => host))).toEqual(new Set(["one", "two"]));
    const seventh = all.find(({ trace }) => trace["order"] === "o7")!;
    expect(seventh).toMatchObject({
      ...letterOf(7, { money: true }),
      host: "two",
      state: "open",
    });
    expect(await b.replayed(seventh.id, "joe")).toBe(true);
    expect(await a.replayed(seventh.id, "joe")).toBe(false);
    expect(await a.drop(all[0]!.id, "joe")).toBe(true);
    expect(await a.replayFailed(all[1]!.id, "joe", "Error: still")).toBe(true);
    const later = over(await stores.open());
    expect(await later.get(seventh.id)).toMatchObject({ state: "replayed", by: "joe" });
    expect(await later.get(all[0]!.id)).toMatchObject({ state: "dropped", by: "joe" });
    expect(await later.get(all[1]!.id)).toMatchObject({ state: "open", attempts: 4, error: "Error: still" });
    expect(later.stats()).toMatchObject({ open: 48, openMoney: 0 });
    expect((await verify(await stores.open(), STREAM)).problem).toBeUndefined();
  }, 20_000);
});

describe("dead letters", () => {
  it("count the same message again as attempts of its open letter", async () => {
    const letters = over(memoryJournal());
    letters.setAside(letterOf(1));
    letters.setAside(letterOf(1, { error: "Error: worse" }));
    await letters.flushed();
    expect(await letters.list()).toMatchObject([{ id: 1, attempts: 6, error: "Error: worse" }]);
    await letters.drop(1, "joe");
    letters.setAside(letterOf(1));
    await letters.flushed();
    expect((await letters.list()).map(({ id, state }) => [id, state])).toEqual([
      [1, "dropped"],
      [2, "open"],
    ]);
  });

  it("drop the oldest beyond the bounds, and never money", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            n: fc.nat(30),
            money: fc.boolean(),
            act: fc.constantFrom("set", "set", "drop", "replay"),
          }),
          { maxLength: 120 },
        ),
        (steps) => {
          const bounds = { openMax: 5, bytesMax: 120, letterBytesMax: 100 };
          const state = noLetters();
          const money = new Set<number>();
          for (const [at, { n, money: isMoney, act }] of steps.entries()) {
            const wish: Wish =
              act === "set"
                ? {
                    type: "SetAside",
                    letter: letterOf(n, { money: isMoney, input: { n, isMoney } }),
                    host: "h",
                    at,
                  }
                : { type: act === "drop" ? "Drop" : "Replayed", id: n + 1, by: "joe", at };
            for (const fact of decide(state, wish, bounds)) {
              evolve(state, fact);
              if (fact.type === "SetAside" && fact.letter.money) money.add(fact.id);
              if (fact.type === "Dropped" && fact.by === "bound") expect(money.has(fact.id)).toBe(false);
              if ((fact.type === "Dropped" && fact.by !== "bound") || fact.type === "Replayed")
                money.delete(fact.id);
            }
            const open = [...state.held.values()].filter(({ letter }) => letter.state === "open");
            const others = open.filter(({ letter }) => !letter.money);
            expect(others.length).toBeLessThanOrEqual(5);
            expect(others.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(120);
            expect([state.others, state.open.size]).toEqual([others.length, open.length]);
            expect(open.filter(({ letter }) => letter.money).map(({ letter }) => letter.id)).toEqual([
              ...money,
            ]);
          }
          expect(load(fromJson(toJson(save(state))))).toEqual(state);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("bound a flood where it begins, but never what concerns money", async () => {
    const letters = over(memoryJournal(), { perMinuteMax: 10 });
    for (let n = 0; n < 100; n += 1) letters.setAside(letterOf(n, { money: n >= 50 }));
    await letters.flushed();
    const all = await letters.list();
    expect([all.length, all.filter(({ money }) => money).length]).toEqual([60, 50]);
    expect(letters.stats()).toMatchObject({ dropped: 40, waiting: 0 });
    expect([...letters.stats().setAside]).toEqual([["broken", 100]]);
  });

  it("wait in memory while the journal takes nothing, and tell it once", async () => {
    const journal = memoryJournal();
    let down = true;
    const troubles: unknown[] = [];
    const letters = over(
      {
        ...journal,
        append: (...entry) => (down ? Promise.reject(new Error("full")) : journal.append(...entry)),
      },
      {
        clock: { ...systemClock, after: (_ms, run) => (setImmediate(run), () => undefined) },
        onTrouble: (error) => {
          troubles.push(error);
          setImmediate(() => setImmediate(() => (down = false)));
        },
      },
    );
    letters.setAside(letterOf(1, { money: true }));
    await letters.flushed();
    expect(troubles).toHaveLength(1);
    expect(await letters.list()).toHaveLength(1);
  });

  it("cut what is too large or no plain data, so that the rest is written", async () => {
    const letters = over(memoryJournal());
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    letters.setAside(letterOf(1, { input: "x".repeat(300_000) }));
    letters.setAside(letterOf(2, { input: circle, money: true }));
    letters.setAside(letterOf(3));
    await letters.flushed();
    expect((await letters.list()).map(({ cut }) => cut)).toEqual([true, true, undefined]);
  });

  it("count strikes", () => {
    const letters = over(memoryJournal());
    expect([letters.struck("a"), letters.strike("a"), letters.strike("a"), letters.struck("b")]).toEqual([
      0, 1, 2, 0,
    ]);
  });
});
