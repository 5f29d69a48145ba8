/** News that a strategy has missed: seen at the next news, or by asking where none comes any more. */
import { describe, expect, it } from "vitest";
import { missedNews } from "../../actors/strategy/missed-news.ts";
import { standingWatch } from "../../actors/strategy/standing-watch.ts";
import type { Standing } from "../../contracts/strategy.ts";
import type { OrderUpdate } from "../../domain/strategy/strategy.ts";
import { Mailbox } from "../../mixins/mailbox.ts";
import { VirtualTime } from "../../nodes/chaos/virtual-time.ts";

const orders = (...tags: string[]): Standing["orders"] =>
  tags.map((tag) => ({ i: 0, tag, side: "buy", price: 100, remaining: 1 }));
const told = (open: readonly string[], updates: readonly (readonly [string, OrderUpdate["status"]])[] = []) =>
  ({
    ...{ version: 2, sequence: 5, cash: 0, positions: [0], orders: orders(...open) },
    updates: updates.map(([tag, status]) => ({ i: 0, tag, status, side: "buy", filled: 0, price: 0 })),
  }) satisfies Standing;

describe("missed news", () => {
  it.each<[string, string[], Standing, number, boolean]>([
    ["nothing is open", [], told([]), 5, false],
    ["an order opened and was told", [], told(["a"], [["a", "approved"]]), 5, false],
    ["an order ended and was told", ["a"], told([], [["a", "filled"]]), 5, false],
    ["one ended, another one opened", ["a"], told(["b"], [["a", "cancelled"], ["b", "open"]]), 5, false], // prettier-ignore
    ["an order is gone", ["a", "b"], told(["b"], [["b", "partial"]]), 5, true],
    ["an order is gone whose opening alone was told", ["a"], told([], [["a", "open"]]), 5, true],
    ["an order stands that nobody told of", [], told(["a"]), 5, true],
    ["another copy has proposed", [], told([]), 4, true],
  ])("%s", (_, before, standing, proposed, missed) => {
    expect(missedNews(orders(...before), standing, proposed)).toBe(missed);
  });

  it("is asked for where none comes: at the second look, and not while news is under way", async () => {
    const time = new VirtualTime();
    const found: Standing[] = [];
    let theirs: Standing = told(["a"]);
    let own: Standing = { ...told(["a"]), version: 1 };
    const mailbox = new Mailbox();
    const watch = standingWatch(time.clock, mailbox, () => Promise.resolve(theirs), (one) => found.push(one)); // prettier-ignore
    const look = async (): Promise<void> => {
      await time.run(time.now + 5_000);
      watch.look(() => own);
      await time.run(time.now + 1);
    };
    await look();
    await look();
    expect(found).toEqual([]);
    // It differs, and the news comes before the next look.
    theirs = { ...told([]), version: 7 };
    await look();
    own = { ...told([]), version: 7 };
    await look();
    expect(found).toEqual([]);
    // It differs, and nothing comes.
    theirs = { ...told([]), version: 9, positions: [1] };
    await look();
    expect(found).toEqual([]);
    await look();
    expect(found).toEqual([theirs]);
    watch.stop();
    await look();
    await look();
    expect(found).toHaveLength(1);
  });
});
