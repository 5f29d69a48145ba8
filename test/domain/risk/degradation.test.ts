/** The ladder as a pure function: worse signs never allow more, better comes only after calm, settings name their mistakes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultLadder,
  judge,
  Lately,
  levels,
  parseLadder,
  rank,
  signNames,
  worse,
  type Level,
  type Signs,
} from "../../../domain/risk/degradation.ts";
import { refused } from "../../refused.ts";

const ms = fc.integer({ min: 0, max: 1_000_000 });
const signs = fc.record({ market: ms, account: ms, clock: ms });
const level = fc.constantFrom(...levels);

describe("the level of an account", () => {
  it("is full while everything is fresh, and names sign and limit where it is not", () => {
    expect(judge(defaultLadder, { market: 14_999, account: 149_999, clock: 499 })).toEqual({ level: "full" });
    expect(judge(defaultLadder, { market: 15_000, account: 0, clock: 0 })).toEqual({
      level: "reducing",
      cause: { sign: "market", ms: 15_000, limitMs: 15_000 },
    });
    expect(judge(defaultLadder, { market: 61_000, account: 0, clock: 0 }).level).toBe("exits-only");
    expect(judge(defaultLadder, { market: 0, account: 900_000, clock: 0 }).level).toBe("halted");
    expect(judge(defaultLadder, { market: 20_000, account: 0, clock: 1_200 })).toEqual({
      level: "exits-only",
      cause: { sign: "clock", ms: 1_200, limitMs: 1_000 },
    });
  });

  it("never gets better when a sign gets worse, and is that of the worst sign", () => {
    fc.assert(
      fc.property(signs, fc.constantFrom(...signNames), ms, (all, sign, more) => {
        const before = judge(defaultLadder, all).level;
        const after = judge(defaultLadder, { ...all, [sign]: all[sign] + more }).level;
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
        const fresh: Signs = { market: 0, account: 0, clock: 0 };
        const alone = signNames.map((one) => judge(defaultLadder, { ...fresh, [one]: all[one] }).level);
        expect(before).toBe(alone.reduce(worse));
      }),
    );
  });
});

describe("hysteresis", () => {
  it("tells the worst of the last while, over any sequence", () => {
    fc.assert(
      fc.property(
        level,
        fc.array(fc.tuple(level, fc.integer({ min: 0, max: 6_000 })), { maxLength: 60 }),
        (first, seen) => {
          const lately = new Lately(first, 0);
          const all: { level: Level; at: number }[] = [{ level: first, at: 0 }];
          let now = 0;
          for (const [one, passed] of seen) {
            now += passed;
            all.push({ level: one, at: now });
            const within = all.filter(({ at }) => now - at < 10_000).map((each) => each.level);
            expect(lately.see(one, now, 10_000)).toBe(within.reduce(worse));
          }
        },
      ),
    );
  });

  it("a stream that flaps every five seconds does not open the door once", () => {
    const lately = new Lately("full", 0);
    const told = Array.from({ length: 40 }, (_, k) =>
      lately.see(k % 2 === 0 ? "reducing" : "full", k * 5_000, 10_000),
    );
    expect(new Set(told)).toEqual(new Set(["reducing"]));
    expect(lately.see("full", 39 * 5_000 + 5_000, 10_000)).toBe("full");
  });
});

describe("settings", () => {
  it("what is left out is the default, and later steps follow earlier ones", () => {
    expect(parseLadder(undefined)).toEqual(defaultLadder);
    expect(parseLadder({ market: { reducingMs: 5_000 }, recoverMs: 1_000 })).toEqual({
      ...defaultLadder,
      market: { reducingMs: 5_000, exitsOnlyMs: 60_000, haltedMs: 600_000 },
      recoverMs: 1_000,
    });
    expect(parseLadder({ market: { reducingMs: 700_000 } }).market).toEqual({
      reducingMs: 700_000,
      exitsOnlyMs: 700_000,
      haltedMs: 700_000,
    });
  });

  it("mistakes are named", () => {
    const fieldOf = (raw: unknown): string => refused(() => parseLadder(raw, "d"));
    expect(fieldOf("soon")).toBe("d");
    expect(fieldOf({ markets: {} })).toBe("d.markets");
    expect(fieldOf({ clock: { reducing: 1 } })).toBe("d.clock.reducing");
    expect(fieldOf({ clock: { reducingMs: 50 } })).toBe("d.clock.reducingMs");
    expect(fieldOf({ account: { reducingMs: 10_000, exitsOnlyMs: 9_000 } })).toBe("d.account.exitsOnlyMs");
    expect(fieldOf({ account: { exitsOnlyMs: 400_000, haltedMs: 300_000 } })).toBe("d.account.haltedMs");
    expect(fieldOf({ recoverMs: 1.5 })).toBe("d.recoverMs");
  });
});
