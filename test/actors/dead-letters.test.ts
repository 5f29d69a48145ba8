/** What the lines between portfolio and execution give up, what they never give up, and that the others go on. */
import { describe, expect, it } from "vitest";
import { EFFECTS_MAX, effectLine } from "../../actors/portfolio/effects.ts";
import { newsLine } from "../../actors/execution/news.ts";
import { unfenced } from "../../adapters/leases/leases.ts";
import { broken, lost, mailboxFull, notHere } from "../../contracts/failure.ts";
import type { AccountNews } from "../../contracts/portfolio.ts";
import type { Effect } from "../../domain/portfolio/news.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { rig } from "./line-rig.ts";

const fill = (tradeId: string): AccountNews =>
  ({ type: "fill", fill: { tradeId, instrument: "v:A/B", order: `o${tradeId}` } }) as unknown as AccountNews;
const idsOf = (news: readonly AccountNews[]): string[] =>
  news.map((one) => (one as { fill: { tradeId: string } }).fill.tradeId);

describe("what a venue says of an account", () => {
  it.each<[string, Error, number]>([
    ["cannot be read", new Invalid("fill.fee", "an amount", "x"), 1],
    ["breaks the ledger each time", broken("portfolio.main", new Error("no")), 3],
  ])("goes on behind a fill that %s, which is set aside once", async (_what, failure, attempts) => {
    const booked: string[] = [];
    let away = 0;
    const { wire, letters, activity, ports } = rig((_message, { news }: { news: readonly AccountNews[] }) => {
      if (away > 0) {
        away -= 1;
        throw notHere("portfolio", "main");
      }
      if (idsOf(news).includes("poison")) {
        // The ledger starts anew and is away for a while.
        if (attempts > 1) away = 2;
        throw failure;
      }
      booked.push(...idsOf(news));
    });
    const line = newsLine("main" as never, "main", { wire, ...ports, missed: () => undefined });
    for (const id of ["1", "poison", "2", "3"]) line.tell(fill(id));
    await activity.idle();
    expect(new Set(booked)).toEqual(new Set(["1", "2", "3"]));
    // A reconciliation tells all of them again: the poison is not sent a second time.
    for (const id of ["1", "poison", "4"]) line.tell(fill(id));
    await activity.idle();
    expect(booked).toContain("4");
    expect(letters).toMatchObject([
      {
        reason: attempts === 1 ? "malformed" : "broken",
        attempts,
        money: true,
        from: "execution.main",
        to: { kind: "portfolio", id: "main", message: "record" },
        input: { account: "main", news: [{ type: "fill", fill: { tradeId: "poison" } }] },
        trace: { trade: "poison", order: "opoison" },
      },
    ]);
  });

  it("is tried on while the ledger is away, busy or lost, and tells after ten attempts", async () => {
    let calls = 0;
    const stuck: number[] = [];
    const { wire, letters, activity, ports } = rig(() => {
      calls += 1;
      stuck.push(activity.stuck);
      if (calls < 40) throw [notHere("p", "m"), mailboxFull(9), lost("p")][calls % 3]!;
    });
    const line = newsLine("main" as never, "main", { wire, ...ports, missed: () => undefined });
    line.tell(fill("1"));
    await activity.idle();
    expect([calls, letters.length]).toEqual([40, 0]);
    expect([stuck[9], stuck[10], activity.stuck]).toEqual([0, 1, 0]);
  });

  it("beyond its bound stays at the venue, which is asked again once there is room", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const booked: string[] = [];
    let missed = 0;
    const { wire, activity, ports } = rig(async (_message, { news }: { news: readonly AccountNews[] }) => {
      await gate;
      booked.push(...idsOf(news));
    });
    const line = newsLine("main" as never, "main", {
      wire,
      ...ports,
      waitingMax: 10,
      missed: () => (missed += 1),
    });
    for (let n = 0; n < 25; n += 1) line.tell(fill(String(n)));
    expect([missed, activity.deferred]).toEqual([0, 15]);
    open();
    await activity.idle();
    expect([booked.length, missed]).toEqual([10, 1]);
  });
});

const owner = { tenure: unfenced, onStale: (): void => undefined };
const order = (id: string): Effect =>
  ({
    type: "place",
    account: "main",
    order: { id, account: "main", instrument: "v:A/B", at: 5, strategy: "s", tag: "t" },
  }) as unknown as Effect;

describe("orders on their way to execution", () => {
  it("are never given up for lateness; one that cannot be read is set aside and the next goes on", async () => {
    const placed: string[] = [];
    let calls = 0;
    const { wire, letters, activity, ports } = rig((_message, input: { order: { id: string } }) => {
      if (input.order.id === "bad") throw new Invalid("order.quantity", "a quantity", 0);
      if ((calls += 1) < 30) throw new Error("a bug in the handler");
      placed.push(input.order.id);
      return { type: "accepted", at: 7 };
    });
    const line = effectLine("main", wire, { ...ports, owner, oneByOne: true, tell: () => Promise.resolve() });
    for (const id of ["bad", "good"]) line.post(order(id));
    await activity.idle();
    expect([placed, calls]).toEqual([["good"], 30]);
    expect(letters).toMatchObject([
      {
        reason: "malformed",
        money: true,
        to: { kind: "portfolio", id: "main", message: "redeliver" },
        input: { order: "bad" },
        trace: { order: "bad", strategy: "s" },
      },
    ]);
  });

  it("whose outcome breaks the ledger end it three times, then wait for a person; asked to, it is tried again", async () => {
    let asks = 0;
    const { wire, letters, activity, ports } = rig(() => {
      asks += 1;
      return { type: "accepted", at: 7 };
    });
    // Each life of the portfolio has a line of its own, and ends with the first broken outcome.
    const live = async (how: "again" | "once"): Promise<void> => {
      let alive = true;
      const line = effectLine("main", wire, {
        ...ports,
        owner,
        oneByOne: false,
        tell: () => {
          if (!alive) return Promise.reject(lost("portfolio.main"));
          alive = false;
          return Promise.reject(broken("portfolio.main", new Error("no")));
        },
      });
      line[how]([order("poison")]);
      for (let n = 0; n < 6; n += 1) await new Promise((resolve) => setImmediate(resolve));
      const stopped = line.stop();
      await stopped;
    };
    for (let n = 0; n < 3; n += 1) await live("again");
    const before = asks;
    for (let n = 0; n < 3; n += 1) await live("again");
    expect(asks).toBe(before);
    expect(letters).toMatchObject([{ reason: "broken", money: true, input: { order: "poison" } }]);
    await live("once");
    expect(asks).toBeGreaterThan(before);
    expect(activity.outbox).toBe(0);
  });

  it("have room for whatever the ledger decides; proposals are refused long before", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { wire, activity, ports } = rig(async () => {
      await gate;
      return { type: "accepted", at: 7 };
    });
    const line = effectLine("main", wire, {
      ...ports,
      owner,
      oneByOne: false,
      tell: () => Promise.resolve(),
    });
    for (let n = 0; n <= EFFECTS_MAX; n += 1) expect(line.post(order(`o${n}`))).toBe(1);
    expect(line.depth).toBe(EFFECTS_MAX + 1);
    open();
    await activity.idle();
    expect(line.depth).toBe(0);
  });
});
