/** Proposals and news of strategies: what is given up, what waits, what gathers, and each bound. */
import { describe, expect, it } from "vitest";
import { strategyNews, UPDATES_MAX } from "../../actors/portfolio/strategy-news.ts";
import { proposalLine, PROPOSALS_MAX } from "../../actors/strategy/proposals.ts";
import { broken, mailboxFull, notHere } from "../../contracts/failure.ts";
import type { Standing } from "../../contracts/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { rig } from "./line-rig.ts";

describe("proposals", () => {
  const proposal = (sequence: number) => ({ strategy: "s", sequence, asks: [] }) as never;

  it("go on behind one that is malformed or breaks the portfolio, and wait while it is full", async () => {
    const taken: number[] = [];
    let full = 30;
    const { wire, letters, activity, ports } = rig((_message, { sequence }: { sequence: number }) => {
      if (sequence === 1) throw new Invalid("asks.0.tag", "a text", "");
      if (sequence === 2) throw broken("portfolio.main", new Error("no"));
      if ((full -= 1) > 0) throw mailboxFull(10_000);
      taken.push(sequence);
    });
    const line = proposalLine({ id: "s" as never, portfolio: "main" }, wire, ports);
    for (const n of [1, 2, 3, 4]) line.post(proposal(n));
    await activity.idle();
    expect(taken).toEqual([3, 4]);
    expect(letters.map(({ reason, attempts, trace }) => [reason, attempts, trace["proposal"]])).toEqual([
      ["malformed", 1, 1],
      ["broken", 3, 2],
    ]);
  });

  it("beyond the bound are set aside at once, and counted", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { wire, letters, activity, ports } = rig(() => gate);
    const line = proposalLine({ id: "s" as never, portfolio: "main" }, wire, ports);
    for (let n = 1; n <= PROPOSALS_MAX + 2; n += 1) line.post(proposal(n));
    expect(letters.map(({ reason, trace }) => [reason, trace["proposal"]])).toEqual([
      ["full", PROPOSALS_MAX + 1],
      ["full", PROPOSALS_MAX + 2],
    ]);
    open();
    await activity.idle();
  });
});

describe("news to strategies", () => {
  const standing = (version: number, tags: readonly string[] = [String(version)]): Standing =>
    ({ version, updates: tags.map((tag) => ({ tag })) }) as unknown as Standing;

  it("gathers while one is under way: the newest figures, every update, one waiting message", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const heard: Standing[] = [];
    const { wire, letters, activity, ports } = rig(async (_message, told: Standing) => {
      heard.push(told);
      await gate;
    });
    const news = strategyNews("main", wire, { ...ports, oneByOne: false });
    news.tell("s" as never, standing(1));
    for (let n = 0; n < 3; n += 1) await Promise.resolve();
    for (let version = 2; version <= 50; version += 1) news.tell("s" as never, standing(version));
    expect(news.depth).toBeLessThanOrEqual(2);
    open();
    await activity.idle();
    expect(heard.flatMap(({ updates }) => updates.map(({ tag }) => Number(tag)))).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(heard.at(-1)!.version).toBe(50);
    expect(letters).toEqual([]);
  });

  it("beyond the bound sets the oldest updates aside", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { wire, letters, activity, ports } = rig(() => gate);
    const news = strategyNews("main", wire, { ...ports, oneByOne: false });
    news.tell("s" as never, standing(1));
    news.tell("s" as never, standing(2));
    const many = Array.from({ length: UPDATES_MAX }, (_, i) => `u${i}`);
    news.tell("s" as never, standing(3, many));
    // The first is under way already.
    expect(letters).toMatchObject([{ reason: "full", input: { updates: [{ tag: "2" }] } }]);
    open();
    await activity.idle();
  });

  it("is given up after three tries: nobody there needs no letter, a handler that threw makes one", async () => {
    const { wire, letters, activity, ports } = rig((_message, { version }: Standing) => {
      throw version === 1 ? notHere("strategy", "s") : new TypeError("a bug");
    });
    const news = strategyNews("main", wire, { ...ports, oneByOne: false });
    news.tell("s" as never, standing(1));
    await activity.idle();
    expect(letters).toEqual([]);
    news.tell("s" as never, standing(2));
    await activity.idle();
    expect(letters).toMatchObject([{ reason: "broken", attempts: 3, trace: { strategy: "s", journal: 2 } }]);
  });
});
