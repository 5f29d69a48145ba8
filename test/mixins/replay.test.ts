/** Time travel: what was decided is decided again from the journal alone; what comes out otherwise is found at once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Journal } from "../../adapters/journal/journal.ts";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import type { PortfolioId } from "../../domain/values/values.ts";
import { replay, stateAt, stateHash } from "../../mixins/replay.ts";
import { Run, runLimits } from "../domain/portfolio/run.ts";
import { step } from "../domain/portfolio/steps.ts";
import { time } from "../domain/portfolio/words.ts";

const STREAM = "portfolio.p";
type Decider = ReturnType<typeof portfolioDecider>;

/** As an engine would have written it, with the state's hash after each entry, and a snapshot after `saved` entries. */
const journaled = async (run: Run, saved = 0): Promise<{ journal: Journal; hashes: readonly string[] }> => {
  const journal = memoryJournal();
  const { decider, entries } = run.turns;
  const state = decider.initial();
  const hashes: string[] = [];
  for (const [k, turns] of entries.entries()) {
    const entry = { schema: decider.schema, turns, at: k * 10, marketSequence: 0, writer: "w" };
    await journal.append(STREAM, entry, k);
    for (const { events } of turns) for (const event of events) decider.evolve(state, event);
    hashes.push(stateHash(decider, state));
    const snapshot = { sequence: k + 1, schema: decider.schema, state: decider.save(state) };
    if (k + 1 === saved) await journal.saveSnapshot(STREAM, structuredClone(snapshot));
  }
  return { journal, hashes };
};

const steps = fc.array(step, { minLength: 40, maxLength: 120 });
const ran = (seed: number): Run => {
  const run = new Run(true);
  for (const one of fc.sample(steps, { numRuns: 1, seed })[0]!) run.step(one);
  run.finish();
  return run;
};

describe("replay", () => {
  it("any day: the same decisions, and one state hash on every way", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), async (drawn, part) => {
        const run = new Run(true);
        for (const one of drawn) run.step(one);
        run.finish();
        const { decider, entries, state } = run.turns;
        const saved = Math.max(1, Math.floor(part * entries.length));
        const { journal, hashes } = await journaled(run, saved);
        const hash = stateHash(decider, state);
        expect(hashes.at(-1)).toBe(hash);
        const whole = await replay(journal, STREAM, decider);
        expect(whole).toMatchObject({ sequence: entries.length, entries: entries.length });
        expect(whole.difference).toBeUndefined();
        expect(whole.hashes).toEqual({ decided: hash, folded: hash, snapshot: hash });
        // From the snapshot's side as well: what comes before is not read.
        const rest = await replay(journal, STREAM, decider, { from: saved + 1 });
        expect(rest.entries).toBe(entries.length - saved);
        expect(rest.hashes).toEqual(whole.hashes);
      }),
      { numRuns: 40 },
    );
  });

  it("a part: only the entries asked for, and the state at each of them", async () => {
    const run = ran(1);
    const { decider } = run.turns;
    const { journal, hashes } = await journaled(run);
    const seen: string[] = [];
    const part = await replay(
      journal,
      STREAM,
      decider,
      { from: 10, to: 30 },
      {
        entry: (_entry, state) => seen.push(stateHash(decider, state)),
      },
    );
    expect(part).toMatchObject({ sequence: 30, entries: 21, at: 290 });
    expect(seen).toEqual(hashes.slice(0, 30));
    // Entry 30 has the time 290, entry 31 has 300.
    expect(await replay(journal, STREAM, decider, { until: 299 })).toMatchObject({ sequence: 30 });
    for (const when of [{ to: 30 }, { until: 290 }]) {
      const found = await stateAt(journal, STREAM, decider, when);
      expect(found).toMatchObject({ sequence: 30, at: 290 });
      expect(stateHash(decider, found.state)).toBe(hashes[29]);
    }
  });

  it("a decider that decides otherwise is found at the first turn that shows it", async () => {
    const run = ran(2);
    const { decider, entries } = run.turns;
    const { journal, hashes } = await journaled(run);
    // Sells say another reason: the first entry in which one is placed is the first that can differ.
    const altered: Decider = {
      ...decider,
      decide: (state, command) =>
        decider
          .decide(state, command)
          .map((event) =>
            event.type === "OrderApproved" && event.order.side === "sell"
              ? { ...event, order: { ...event.order, reason: "altered" } }
              : event,
          ),
    };
    const sells = (turns: (typeof entries)[number]): number =>
      turns.findIndex(({ command, events }) =>
        events.some(
          (event) =>
            command.type === "Propose" && event.type === "OrderApproved" && event.order.side === "sell",
        ),
      );
    const first = entries.findIndex((turns) => sells(turns) >= 0);
    expect(first).toBeGreaterThan(0);
    const { difference, hashes: ends } = await replay(journal, STREAM, altered);
    expect(difference).toMatchObject({ sequence: first + 1, turn: sells(entries[first]!) });
    expect(JSON.stringify(difference!.produced, plain)).toContain("altered");
    expect(JSON.stringify(difference!.recorded, plain)).not.toContain("altered");
    expect(ends).toEqual({ folded: hashes.at(-1) });
  });

  it("a decider that now refuses a command is found, with what it said", async () => {
    const run = ran(3);
    const { decider } = run.turns;
    const { journal } = await journaled(run);
    const altered: Decider = {
      ...decider,
      decide: (state, command) => {
        if (command.type === "RecordFill") throw new Error("no fills any more");
        return decider.decide(state, command);
      },
    };
    const { difference } = await replay(journal, STREAM, altered);
    expect(difference).toMatchObject({ command: { type: "RecordFill" }, produced: [] });
    expect(difference!.error).toContain("no fills any more");
  });

  it("a day is replayed under the rules that it had, not under today's", async () => {
    const run = new Run(false);
    const { turns } = run;
    const rules = { limits: parseLimits(runLimits), balanceSettleMs: 5_000 };
    turns.turn({ type: "SetRules", ...rules, at: time(2_000) });
    for (const one of fc.sample(steps, { numRuns: 1, seed: 4 })[0]!.filter(({ do: what }) => what !== "halt"))
      run.step(one);
    const { journal } = await journaled(run);
    const today = portfolioDecider({
      id: "p" as PortfolioId,
      limits: parseLimits({ orderNotionalMax: 1 }),
      balanceSettleMs: 1,
    });
    // What came before the rules were told is decided by nobody's limits: accounts and allotments.
    expect((await replay(journal, STREAM, today)).difference).toBeUndefined();
    expect(turns.state.counters.orders).toBeGreaterThan(10);
  });
});

const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
