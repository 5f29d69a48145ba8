import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Activity } from "../../mixins/activity.ts";
import { DrainMailbox } from "../../mixins/drain-mailbox.ts";
import { Fifo } from "../../mixins/fifo.ts";
import { Mailbox } from "../../mixins/mailbox.ts";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a mailbox", () => {
  it("runs one turn at a time, in arrival order, over asks and posts together", async () => {
    const box = new Mailbox();
    const seen: string[] = [];
    const turn = async (name: string): Promise<void> => {
      seen.push(`in ${name}`);
      await tick();
      seen.push(`out ${name}`);
    };
    const first = box.ask(turn, "a");
    box.post(turn, "b");
    const last = box.ask((name: string) => seen.push(name), "c");
    await Promise.all([first, last]);
    expect(seen).toEqual(["in a", "out a", "in b", "out b", "c"]);
    expect(box).toMatchObject({ depth: 0, processed: 3, failed: 0, refused: 0 });
  });

  it("never interleaves, whatever mix of synchronous, asynchronous and throwing turns arrives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wait: fc.nat(2), throws: fc.boolean(), post: fc.boolean() }), { maxLength: 40 }),
        async (turns) => {
          const box = new Mailbox();
          const order: number[] = [];
          let inside = 0;
          const outcomes = turns.map(({ wait, throws, post }, i) => {
            const sync = (): number => {
              order.push(i);
              if (throws) throw new Error(`${i}`);
              return i;
            };
            const turn = (): number | Promise<number> => {
              expect(inside).toBe(0);
              if (wait === 0) return sync();
              inside += 1;
              return (async () => {
                for (let n = 0; n < wait; n += 1) await tick();
                inside -= 1;
                return sync();
              })();
            };
            if (post) return Promise.resolve(box.post(turn, undefined));
            return box.run(turn).then(
              (value) => value === i && !throws,
              (error: unknown) => throws && (error as Error).message === `${i}`,
            );
          });
          expect((await Promise.all(outcomes)).every(Boolean)).toBe(true);
          await box.drained();
          expect(order).toEqual(turns.map((_, i) => i));
          expect(box.processed).toBe(turns.length);
          expect(box.failed).toBe(turns.filter(({ throws }) => throws).length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("refuses at once when full, counts it, and takes again when there is room", async () => {
    const box = new Mailbox({ depthMax: 2 });
    let open = (): void => undefined;
    const held = box.run(() => new Promise<void>((resolve) => (open = resolve)));
    const second = box.run(() => 2);
    await expect(box.run(() => 3)).rejects.toMatchObject({
      code: 503,
      type: "MAILBOX_FULL",
      retryable: true,
    });
    expect(box.post(() => undefined, 0)).toBe(false);
    expect(box).toMatchObject({ depth: 2, refused: 2 });
    open();
    await held;
    expect(await second).toBe(2);
    expect(await box.run(() => 4)).toBe(4);
  });

  it("does not re-enter: what a turn sends to its own mailbox comes after it", () => {
    const box = new Mailbox();
    const seen: string[] = [];
    box.post(() => {
      box.post(() => seen.push("inner"), undefined);
      seen.push("outer");
    }, undefined);
    expect(seen).toEqual(["outer", "inner"]);
  });

  it("runs a synchronous post on the spot when idle, and tells of one that throws", () => {
    const failures: unknown[] = [];
    const box = new Mailbox({ onFailure: (error) => failures.push(error) });
    let sum = 0;
    box.post((n: number) => (sum += n), 5);
    expect(sum).toBe(5);
    box.post(() => {
      throw new Error("bad tick");
    }, 1);
    box.post((n: number) => (sum += n), 1);
    expect(sum).toBe(6);
    expect(failures).toHaveLength(1);
    expect(box.failed).toBe(1);
  });

  it("counts its items as activity until they have ended", async () => {
    const box = new Mailbox();
    box.activity = new Activity();
    const seen: number[] = [];
    for (let i = 0; i < 5; i += 1) box.post(() => tick().then(() => seen.push(i)), undefined);
    expect(box.activity.busy).toBe(1); // One turn at a time can run.
    await box.activity.idle();
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a drained mailbox", () => {
  it("makes one batch of a burst, and the next of what came while it flushed", async () => {
    const batches: number[][] = [];
    const box = new DrainMailbox<number>({
      name: "p",
      work: async (batch) => {
        batches.push([...batch]);
        await tick();
      },
    });
    for (let i = 0; i < 3; i += 1) box.push(i);
    await Promise.resolve();
    box.push(3);
    box.push(4);
    await box.drained();
    expect(batches).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it("takes 256 at most, keeps order, refuses past its bound", async () => {
    const sizes: number[] = [];
    const seen: number[] = [];
    const box = new DrainMailbox<number>({
      name: "p",
      depthMax: 600,
      work: async (batch) => {
        sizes.push(batch.length);
        seen.push(...batch);
        await tick();
      },
    });
    for (let i = 0; i < 700; i += 1) expect(box.push(i)).toBe(i < 600);
    await box.drained();
    expect(sizes).toEqual([256, 256, 88]); // 600 = 2 * 256 + 88
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => i));
    expect(box.refused).toBe(100);
  });
});

it("a fifo gives back what went in, in order, through compaction", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(3_000)), { maxLength: 60 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const step of steps)
        if (step === null) expect(fifo.take(1_500)).toEqual(model.splice(0, 1_500));
        else
          for (let n = 0; n < step; n += 1, next += 1) {
            model.push(next);
            fifo.push(next);
          }
      expect(fifo.size).toBe(model.length);
      expect(fifo.shift()).toBe(model[0]);
    }),
    { numRuns: 30 },
  );
});
