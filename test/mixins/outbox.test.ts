import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../adapters/clock/clock.ts";
import { Activity } from "../../mixins/activity.ts";
import { Outbox } from "../../mixins/outbox.ts";

/** Time that passes at once, and the pauses that were asked for. */
const hurried = (): Clock & { pauses: number[] } => {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => 0 as never,
    monotonic: () => 0,
    after: (ms, run) => {
      pauses.push(ms);
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    },
  };
};

interface Letter {
  readonly key: string;
  readonly n: number;
  readonly failures: number;
}

describe("an outbox", () => {
  it("delivers everything at least once, in order within a key, telling the attempt", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), failures: fc.nat(3) }), { maxLength: 30 }),
        async (plan) => {
          const activity = new Activity();
          const taken: Letter[] = [];
          const tries = new Map<number, number[]>();
          const outbox = new Outbox<Letter>({
            clock: hurried(),
            chance: () => 0.5,
            activity,
            key: ({ key }) => key,
            send: async (letter, attempt) => {
              await Promise.resolve();
              tries.set(letter.n, [...(tries.get(letter.n) ?? []), attempt]);
              if (attempt <= letter.failures) throw new Error("busy");
              taken.push(letter);
            },
          });
          const letters = plan.map((each, n) => ({ ...each, n }));
          expect(outbox.post(letters)).toBe(letters.length);
          expect(activity.busy).toBe(new Set(letters.map(({ key }) => key)).size); // The head of each line.
          await activity.idle();
          expect(outbox).toMatchObject({ depth: 0, delivered: letters.length });
          for (const key of ["a", "b", "c"])
            expect(taken.filter((letter) => letter.key === key)).toEqual(
              letters.filter((letter) => letter.key === key),
            );
          for (const { n, failures } of letters)
            expect(tries.get(n)).toEqual(Array.from({ length: failures + 1 }, (_, i) => i + 1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("pauses a random part of a doubling, capped bound", async () => {
    const clock = hurried();
    const activity = new Activity();
    const outbox = new Outbox<number>({
      clock,
      chance: () => 0.5,
      activity,
      pauseMs: 100,
      pauseMaxMs: 500,
      send: (_, attempt) => (attempt < 6 ? Promise.reject(new Error("busy")) : Promise.resolve()),
    });
    outbox.post([1]);
    await activity.idle();
    expect(clock.pauses).toEqual([50, 100, 200, 250, 250]); // half of 100, 200, 400, 500, 500
    expect(outbox.retried).toBe(5);
  });

  it("gives up only what no repetition can cure, and tells of it", async () => {
    const ended: number[] = [];
    const activity = new Activity();
    const outbox = new Outbox<number>({
      clock: hurried(),
      chance: () => 0,
      activity,
      key: () => "one",
      send: (n) =>
        n === 2 ? Promise.reject(Object.assign(new Error("bad"), { code: 422 })) : Promise.resolve(),
      onHopeless: (n) => ended.push(n),
    });
    outbox.post([1, 2, 3]);
    await activity.idle();
    expect(ended).toEqual([2]);
    expect(outbox).toMatchObject({ delivered: 2, hopeless: 1, depth: 0 });
  });

  it("is bounded: what does not fit stays the caller's", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const outbox = new Outbox<number>({ clock: hurried(), chance: () => 0, depthMax: 3, send: () => gate });
    expect(outbox.post([1, 2, 3, 4, 5])).toBe(3);
    open();
    expect(await outbox.stop()).toBe(0);
    expect(outbox.post([6])).toBe(0);
  });

  it("marks what is posted after a recovery as maybe sent, and on stop tells what is left", async () => {
    const attempts: number[] = [];
    const clock: Clock = {
      now: () => 0 as never,
      monotonic: () => 0,
      after: (ms, run) => (ms > 50 ? (setImmediate(run), () => undefined) : () => undefined),
    };
    const outbox = new Outbox<string>({
      clock,
      chance: () => 0.5,
      send: (_, attempt) => {
        attempts.push(attempt);
        return Promise.reject(new Error("down"));
      },
    });
    outbox.post(["order"], 2);
    expect(await outbox.stop(100)).toBe(1);
    expect(attempts).toEqual([2]);
  });
});
