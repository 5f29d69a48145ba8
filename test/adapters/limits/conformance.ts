/**
 * What every store of budgets keeps, on time moved by hand: two doors to the same budgets never give more room than
 * there is, in any stretch of a window; high priorities find room where low ones do not; what the venue tells counts.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../../adapters/limits/store.ts";
import type { Claim } from "../../../adapters/limits/window.ts";

export interface Shared {
  /** Another process's door to the same budgets. */
  door(): Promise<Store>;
}

const MINUTE = 60_000;
/** A window's border, so that the arithmetic in the comments can be followed. */
const start = 29_000_000 * MINUTE;

export const limitsConformance = (name: string, shared: () => Shared): void => {
  describe(name, () => {
    let keys = 0;
    let one: Store;
    let two: Store;
    beforeAll(async () => {
      one = await shared().door();
      two = await shared().door();
    });
    afterAll(async () => {
      await one.close();
      await two.close();
    });
    const budget = (limit = 100, windowMs = MINUTE) => {
      keys += 1;
      const key = `${name.replaceAll(" ", "-")}.${keys}`;
      return {
        key,
        windowMs,
        claim: (amount: number, ceiling?: number): Claim => ({
          ...{ key, limit, windowMs, amount, ceiling },
          urgent: false,
        }),
      };
    };
    const taken = async (store: Store, claim: Claim, now = start): Promise<boolean> =>
      (await store.take([claim], now)).readyAt === 0;

    it("gives room up to the ceiling, through both doors together", async () => {
      const { claim } = budget();
      expect(await taken(one, claim(40, 60))).toBe(true);
      expect(await taken(two, claim(20, 60))).toBe(true);
      expect(await taken(one, claim(1, 60))).toBe(false);
      expect(await taken(two, claim(1, 60))).toBe(false);
    });

    it("keeps what is above a low ceiling for a higher one, and counts what has none", async () => {
      const { claim } = budget();
      await one.take([claim(60, 60)], start);
      expect(await taken(two, claim(1, 60))).toBe(false);
      expect(await taken(two, claim(20, 80))).toBe(true);
      expect(await taken(one, claim(16, 95))).toBe(false);
      expect(await taken(one, claim(15, 95))).toBe(true);
      expect(await taken(two, claim(30))).toBe(true);
      const full = await one.take([claim(1, 95)], start);
      // Whether from memory or asked anew, the store knows that it is full: 60 + 20 + 15 + 30.
      expect(full.readyAt).toBeGreaterThan(start);
    });

    it("frees a bucket when the whole window and the slack have passed since its end, not before", async () => {
      const { claim } = budget();
      await one.take([claim(50, 100)], start);
      await two.take([claim(50, 100)], start + 30_000);
      // The first bucket ends at 6 s: with window and slack it counts until 67 s. The other: 36 + 61.
      const full = await one.take([claim(10, 100)], start + 59_999);
      expect(full.readyAt).toBe(start + 67_000);
      expect(await taken(two, claim(50, 100), start + 66_999)).toBe(false);
      expect(await taken(two, claim(50, 100), start + 67_000)).toBe(true);
      expect((await one.take([claim(10, 100)], start + 67_001)).readyAt).toBe(start + 97_000);
      expect((await one.take([claim(60, 100)], start + 67_002)).readyAt).toBe(start + 133_000);
    });

    it("takes all of several budgets or tells when there is room in each", async () => {
      const orders = budget(2, 10_000);
      const weight = budget();
      await one.take([orders.claim(2, 2)], start);
      const both = await one.take([orders.claim(1, 2), weight.claim(1, 80)], start);
      expect(both.readyAt).toBe(start + 12_000);
      // The refused one has spent nothing of the other.
      expect(await taken(two, weight.claim(80, 80))).toBe(true);
      expect(await taken(two, weight.claim(1, 80))).toBe(false);
    });

    it("lets one who is larger than its ceiling have an empty window, and no more than the limit", async () => {
      const { claim } = budget(30);
      expect((await one.take([claim(31, 18)], start)).readyAt).toBe(start + MINUTE);
      expect(await taken(one, claim(20, 18))).toBe(true);
      expect(await taken(two, claim(20, 18))).toBe(false);
    });

    it("counts what the venue has counted of others, once, and never downward", async () => {
      const { claim, key, windowMs } = budget();
      const minute = start + MINUTE;
      await one.take([claim(10, 60)], start + 59_000);
      await two.take([claim(10, 60)], minute);
      // In this minute we know of 10: the venue's 30 are 20 of somebody else. The minute before is none of its business.
      expect(await two.hear({ key, windowMs }, 30, minute, minute + 2_000)).toBe(30);
      expect(await one.hear({ key, windowMs }, 30, minute, minute + 2_000)).toBe(30);
      expect(await one.hear({ key, windowMs }, 5, minute, minute + 2_000)).toBeGreaterThanOrEqual(10);
      expect(await taken(two, claim(21, 60), minute + 2_000)).toBe(false);
      expect(await taken(two, claim(20, 60), minute + 2_000)).toBe(true);
    });

    it("lets only the urgent through while the venue wants to be left alone, by every door", async () => {
      const { claim, key, windowMs } = budget();
      const urgent = { ...claim(1, 95), urgent: true };
      await one.take([claim(1, 60)], start);
      await one.hold({ key, windowMs }, start + 90_000, false, start);
      await one.hold({ key, windowMs }, start + 20_000, false, start);
      const other = await shared().door();
      for (const door of [one, other]) {
        const held = await door.take([claim(1, 95)], start);
        expect(held).toMatchObject({ readyAt: start + 90_000, bannedUntil: 0 });
        expect(await taken(door, claim(1))).toBe(true);
        expect(await taken(door, urgent)).toBe(true);
      }
      expect(await taken(other, claim(1, 95), start + 90_000)).toBe(true);
      await other.close();
    });

    it("lets nobody through while the venue shuts us out, and says so also to whom it counts only", async () => {
      const { claim, key, windowMs } = budget();
      const urgent = { ...claim(1, 95), urgent: true };
      await one.take([urgent], start);
      await one.hold({ key, windowMs }, start + 90_000, true, start);
      await one.hold({ key, windowMs }, start + 20_000, true, start);
      const other = await shared().door();
      for (const door of [one, other]) {
        const barred = { readyAt: start + 90_000, bannedUntil: start + 90_000 };
        expect(await door.take([urgent], start)).toMatchObject(barred);
        expect(await door.take([claim(1, 95)], start)).toMatchObject(barred);
        expect(await door.take([claim(1)], start)).toMatchObject({ ...barred, readyAt: 0 });
      }
      const after = await other.take([urgent], start + 90_000);
      expect(after).toMatchObject({ readyAt: 0, bannedUntil: 0 });
      await other.close();
    });

    it("never gives more than the limit to many who take at once", async () => {
      const { claim } = budget(500);
      const doors = await Promise.all(Array.from({ length: 4 }, () => shared().door()));
      let given = 0;
      await Promise.all(
        doors.flatMap((door) =>
          Array.from({ length: 60 }, async (_, i) => {
            const amount = (i % 5) + 1;
            if (await taken(door, claim(amount, 300))) given += amount;
          }),
        ),
      );
      expect(given).toBeLessThanOrEqual(300);
      // 4 x 60 ask for 720. What processes have taken ahead and not used is lost: with four of them not much.
      expect(given).toBeGreaterThan(250);
      await Promise.all(doors.map((door) => door.close()));
    });

    it("in any stretch of a window, wherever it begins, no more than the limit was given", async () => {
      const { claim } = budget(100);
      const given: { at: number; amount: number }[] = [];
      for (let at = start; at < start + 4 * MINUTE; at += 700)
        for (const [i, door] of [one, two].entries()) {
          const amount = ((at / 700 + i) % 4) + 1;
          if (await taken(door, claim(Math.floor(amount), 100), at))
            given.push({ at, amount: Math.floor(amount) });
        }
      let most = 0;
      for (const { at: from } of given)
        most = Math.max(
          most,
          given
            .filter(({ at }) => at >= from && at < from + MINUTE)
            .reduce((sum, one) => sum + one.amount, 0),
        );
      expect(most).toBeLessThanOrEqual(100);
      expect(most).toBeGreaterThan(80);
    });

    it("bears a host whose clock was far ahead: its spending counts for one window from now", async () => {
      const { claim } = budget();
      await one.take([claim(90, 95)], start + 3_600_000);
      const other = await shared().door();
      expect(await taken(other, claim(10, 95))).toBe(false);
      expect(await taken(other, claim(10, 95), start + 2 * MINUTE)).toBe(true);
      await other.close();
    });
  });
};
