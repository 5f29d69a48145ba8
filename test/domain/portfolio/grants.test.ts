/** A portfolio under limits that it shares with others: it decides by the grant that it has, in its own turn. */
import { describe, expect, it } from "vitest";
import { grantView } from "../../../domain/portfolio/grants.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseSharedLimits } from "../../../domain/risk/shared/shared-limits.ts";
import { toJson } from "../../../domain/values/json.ts";
import { format, money } from "../../../domain/values/values.ts";
import { ETH } from "./planned.ts";
import { Turns } from "./turns.ts";
import { amounts, BTC, instrument, limit, mark, of, time, types } from "./words.ts";

const marks = { [BTC]: mark("100"), [ETH]: mark("100") };

const sharing = (section: object): Turns => {
  const turns = new Turns({ collarPercent: 2 });
  turns.turn({
    type: "SetRules",
    limits: parseLimits({ collarPercent: 2 }),
    balanceSettleMs: 5_000,
    shared: parseSharedLimits(section, ["p", "q"])!,
    at: time(turns.now),
  });
  turns.open({ USDT: "10000" }, instrument(), instrument("ETH/USDT"));
  return turns.allot("a", "5000");
};

const take = (turns: Turns, version: number, granted: Record<string, string>, forMs = 60_000) =>
  turns.turn({
    type: "TakeGrant",
    grant: { version, amounts: amounts(granted), until: time(turns.now + forMs) },
    at: time(turns.now),
  });

const buy = (turns: Turns, size: number, id = BTC): string =>
  of(
    turns.propose("a", [limit("buy", size, 100, { instrument: id, tag: `${id}${size}` })], marks),
    "OrderRefused",
  )
    .map(({ rule, asked, max }) => `${rule} ${format(asked)} ${format(max)}`)
    .join();

describe("a portfolio under shared limits", () => {
  it("opens nothing before it has a grant, and no more than that afterwards", () => {
    const turns = sharing({ gross: 1_000, assets: { BTC: 500 } });
    expect(buy(turns, 1)).toBe("grant-ended 100 0");
    take(turns, 1, { gross: "400", "asset:BTC": "250" });
    expect(buy(turns, 2)).toBe("");
    // 200 being bought and 100 more
    expect(buy(turns, 1)).toBe("shared-asset 300 250");
    expect(buy(turns, 2, ETH)).toBe("");
    expect(buy(turns, 0.5, ETH)).toBe("shared-gross 450 400");
    expect(turns.state.counters.refusals.get("shared-gross")).toBe(1);
  });

  it("lets exits pass when the grant has ended, and withdraws entries that rest", () => {
    const turns = sharing({ gross: 1_000 });
    take(turns, 1, { gross: "1000" });
    turns.hold("a", "2");
    expect(buy(turns, 1)).toBe("");
    turns.now += 60_000;
    expect(buy(turns, 1)).toBe("grant-ended 100 0");
    const ended = turns.turn({ type: "EndGrant", at: time(turns.now) });
    expect(types(ended)).toBe("GrantEnded, CancelRequested");
    expect(turns.turn({ type: "EndGrant", at: time(turns.now) })).toEqual([]);
    const exit = turns.propose("a", [limit("sell", 2, 101, { tag: "out" })], marks);
    expect(types(exit)).toContain("OrderPlaced");
    take(turns, 2, { gross: "1000" });
    expect(buy(turns, 1)).toBe("");
  });

  it("passes over a grant that is not later than its own, and takes a smaller one all the same", () => {
    const turns = sharing({ gross: 1_000 });
    take(turns, 3, { gross: "500" });
    expect(take(turns, 3, { gross: "900" })).toEqual([]);
    expect(take(turns, 2, { gross: "900" })).toEqual([]);
    expect(buy(turns, 4)).toBe("");
    // The 400 that rest do not fit into 300.
    expect(types(take(turns, 4, { gross: "300" }))).toBe("GrantTaken, CancelRequested");
  });

  it("gives up what it does not use, and never what it does", () => {
    const turns = sharing({ gross: 1_000 });
    take(turns, 1, { gross: "1000" });
    turns.hold("a", "3");
    const given = turns.turn({ type: "LessenGrant", amounts: { gross: money("100") }, at: time(turns.now) });
    expect(of(given, "GrantLessened")[0]!.amounts).toEqual({ gross: money("300") });
    expect(
      turns.turn({ type: "LessenGrant", amounts: { gross: money("900") }, at: time(turns.now) }),
    ).toEqual([]);
    expect(buy(turns, 1)).toBe("shared-gross 400 300");
    expect(grantView(turns.state).grant).toMatchObject({
      version: 1,
      used: { gross: money("300") },
      ended: false,
    });
  });

  it("remembers its grant in a snapshot, and without shared limits knows of none", () => {
    const turns = sharing({ gross: 1_000 });
    take(turns, 7, { gross: "1000" });
    const saved = save(turns.state);
    expect(toJson(save(load(structuredClone(saved) as never)))).toBe(toJson(saved));
    expect(load(structuredClone(saved) as never).grant).toMatchObject({ version: 7, ended: false });
    const free = new Turns().open({ USDT: "1000" });
    expect(take(free, 1, { gross: "1" })).toEqual([]);
    expect([grantView(free.state), "grant" in save(free.state)]).toEqual([{}, false]);
  });
});
