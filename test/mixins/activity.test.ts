import { describe, expect, it } from "vitest";
import { systemClock } from "../../adapters/clock/clock.ts";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import { Activity } from "../../mixins/activity.ts";
import { DrainMailbox } from "../../mixins/drain-mailbox.ts";
import { EventSourced } from "../../mixins/event-sourced.ts";
import { Mailbox } from "../../mixins/mailbox.ts";
import { Outbox } from "../../mixins/outbox.ts";
import { ledgerDecider, type LedgerState } from "./ledger.ts";

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("activity", () => {
  it("is idle only after work begun by work has ended too", async () => {
    const activity = new Activity();
    const steps: string[] = [];
    activity.begin();
    setImmediate(() => {
      steps.push("first ends, begins another");
      activity.end();
      setImmediate(() => {
        activity.begin();
        setTimeout(() => {
          steps.push("second ends");
          activity.end();
        }, 5);
      });
    });
    await activity.idle();
    expect(steps).toEqual(["first ends, begins another", "second ends"]);
  });

  it("in lock-step a batch is all that arrived, whatever the pace of the senders", async () => {
    for (const paces of [
      [0, 0, 0, 0],
      [3, 0, 2, 1],
      [1, 4, 0, 2],
    ]) {
      const activity = new Activity();
      activity.lockStep = true;
      const batches: number[][] = [];
      const portfolio = new DrainMailbox<number>({
        name: "portfolio",
        activity,
        work: async (batch) => {
          batches.push([...batch].sort((a, b) => a - b));
          await soon();
        },
      });
      const senders = paces.map((pace, i) => {
        const box = new Mailbox();
        box.activity = activity;
        return () =>
          box.post(async () => {
            for (let n = 0; n < pace; n += 1) await soon();
            portfolio.push(i);
          }, undefined);
      });
      for (let slice = 0; slice < 2; slice += 1) {
        for (const send of senders) send();
        await activity.quiet();
        expect(activity).toMatchObject({ busy: 4, gated: 4 });
        await activity.settle();
        expect(activity).toMatchObject({ busy: 0, gated: 0 });
      }
      expect(batches).toEqual([
        [0, 1, 2, 3],
        [0, 1, 2, 3],
      ]);
    }
  });

  it("opens gates one by one by name, and again for what their turns sent", async () => {
    const activity = new Activity();
    activity.lockStep = true;
    const turns: string[] = [];
    const box = (name: string, sends?: DrainMailbox<string>): DrainMailbox<string> =>
      new DrainMailbox({
        name,
        activity,
        batchMax: 2,
        work: async (batch) => {
          turns.push(`${name} ${batch.join()}`);
          await soon();
          if (sends !== undefined) for (const item of batch) sends.push(`${item}!`);
        },
      });
    const a = box("a");
    const b = box("b", a);
    b.push("x");
    b.push("y");
    b.push("z");
    a.push("w");
    await activity.settle();
    expect(turns).toEqual(["a w", "b x,y", "a x!,y!", "b z", "a z!"]);
  });
});

describe("work that waits for a gated actor", () => {
  const gatedWorld = () => {
    const activity = new Activity();
    activity.lockStep = true;
    const log: string[] = [];
    const portfolio = new EventSourced<LedgerState, { id: number; n: number }, { id: number; n: number }>({
      stream: "portfolio",
      decider: ledgerDecider,
      journal: memoryJournal(),
      stamp: () => ({ at: 0, marketSequence: 0 }),
      writer: () => "w",
      committed: (turns) => void log.push(`turn of ${turns.map(({ command }) => command.id).join()}`),
      activity,
    });
    return { activity, log, portfolio };
  };

  it("does not keep the gate shut: turns, queues behind them, outbox lines", async () => {
    const { activity, log, portfolio } = gatedWorld();
    const strategy = new Mailbox();
    strategy.activity = activity;
    strategy.post(async () => {
      await Promise.all([portfolio.tell({ id: 1, n: 1 }), portfolio.tell({ id: 2, n: 1 })]);
      await soon();
      log.push("strategy goes on");
      await portfolio.tell({ id: 5, n: 1 });
    }, undefined);
    strategy.post(() => log.push("next turn"), undefined);
    const outbox = new Outbox<number>({
      clock: systemClock,
      chance: () => 0,
      activity,
      key: () => "line",
      send: async (id) => {
        await soon();
        await portfolio.tell({ id, n: 1 });
      },
    });
    outbox.post([3, 4]);
    await activity.settle();
    expect(log).toEqual(["turn of 1,2,3", "strategy goes on", "turn of 5,4", "next turn"]);
    expect(activity).toMatchObject({ busy: 0, gated: 0, blocked: 0 });
  });

  it("but work that also waits for the outside does", async () => {
    const { activity, log, portfolio } = gatedWorld();
    const strategy = new Mailbox();
    strategy.activity = activity;
    strategy.post(() => portfolio.tell({ id: 1, n: 1 }), undefined);
    const slow = new Mailbox();
    slow.activity = activity;
    slow.post(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      log.push("REST answered");
      void portfolio.tell({ id: 2, n: 1 }); // Not awaited: its turn ends before.
    }, undefined);
    await activity.settle();
    expect(log).toEqual(["REST answered", "turn of 1,2"]);
    expect(activity).toMatchObject({ busy: 0, gated: 0, blocked: 0 });
  });
});
