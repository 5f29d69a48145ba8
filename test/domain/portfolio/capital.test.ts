import { describe, expect, it } from "vitest";

import { Turns } from "./turns.ts";
import { ACCOUNT, BTC, aim, amounts, limit, mark, only, time, types, units } from "./words.ts";

const open = (limits: object = {}) =>
  new Turns(limits).open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000");
const placed = (turns: Turns, ...asks: Parameters<Turns["propose"]>[1]) =>
  only(turns.propose("a", asks), "OrderPlaced").order;

describe("balances", () => {
  const balances = (turns: Turns, given: Record<string, string>, complete = false) =>
    turns.turn({
      type: "RecordBalances",
      account: ACCOUNT,
      balances: amounts(given),
      complete,
      at: time(turns.now),
    });

  it("a difference with nothing in flight lands on the rest", () => {
    const turns = open();
    expect(balances(turns, { USDT: "10000" })).toEqual([]);
    expect(only(balances(turns, { USDT: "10500", BTC: "0" }), "Adjusted")).toMatchObject({
      amount: units("500"),
      why: "unexplained",
    });
    expect([turns.cash("unallocated"), turns.cash("a"), turns.balance("USDT")]).toEqual([
      "8500",
      "1000",
      "10500",
    ]);
    expect(only(balances(turns, {}, true), "Adjusted").amount).toBe(units("-10500"));
  });

  it("waits for what is in flight, and for a second word while orders rest", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 1, 90));
    expect(balances(turns, { USDT: "10500" })).toEqual([]);
    turns.turn(turns.report(id, "open"));
    expect(types(balances(turns, { USDT: "10500" }))).toBe("DifferenceNoticed");
    turns.now += 4_999;
    expect(balances(turns, { USDT: "10500" })).toEqual([]);
    turns.now += 1;
    expect(types(balances(turns, { USDT: "10500" }))).toBe("Adjusted");
  });

  it("a fill that was on its way is no difference; older balances say nothing", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 1, 90));
    turns.turn(turns.report(id, "open"));
    expect(types(balances(turns, { USDT: "9955", BTC: "0.5" }))).toBe("DifferenceNoticed");
    turns.now += 10_000;
    turns.turn(turns.fill(id, "0.5", "90"));
    expect(balances(turns, { USDT: "9955", BTC: "0.5" })).toEqual([]);
    turns.now -= 5_000;
    expect(balances(turns, { USDT: "10000", BTC: "0" })).toEqual([]);
  });
});

describe("capital", () => {
  const release = (turns: Turns) =>
    turns.turn({ type: "Release", strategy: "a" as never, account: ACCOUNT, at: time(turns.now) });

  it("allots the difference to what was allotted, and refuses more than there is", () => {
    const turns = open();
    const before = turns.journal.length;
    turns.allot("a", "1000");
    expect(turns.journal.length).toBe(before);
    turns.allot("a", "1500").allot("a", "700");
    expect([turns.cash("a"), turns.cash("unallocated")]).toEqual(["700", "8300"]);
    turns.allot("a", "20000");
    expect(turns.journal.at(-1)).toMatchObject({
      type: "AllotmentRefused",
      asked: units("19300"),
      max: units("8300"),
    });
  });

  it("gives back what is free; a book that is flat begins anew", () => {
    const turns = open().hold("a", "5");
    turns.propose("a", [limit("buy", 1, 90)]);
    // 1000 - 500 - 90.09 reserved
    expect(only(release(turns), "Released")).toMatchObject({
      amounts: { USDT: units("409.91") },
      flat: false,
    });
    expect(release(turns)).toEqual([]);
    expect(turns.position("a").quantity).toBe("5");
    turns.allot("a", "1000");
    expect(turns.cash("a")).toBe("500");
  });

  it("a loss does not count against the next start", () => {
    const turns = open().hold("a", "5");
    const id = only(turns.propose("a", [aim(0)], { [BTC]: mark("80") }), "OrderPlaced").order;
    turns.turn(turns.fill(id, "5", "80"));
    expect(only(release(turns), "Released")).toMatchObject({ amounts: { USDT: units("900") }, flat: true });
    expect(turns.allot("a", "1000").cash("a")).toBe("1000");
  });

  it("opening an account again changes nothing", () => {
    const turns = open();
    expect(
      turns.turn({
        type: "OpenAccount",
        account: ACCOUNT,
        venue: "sandbox" as never,
        balances: {},
        nonce: "x",
        at: time(5),
      }),
    ).toEqual([]);
  });
});
