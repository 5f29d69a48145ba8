/** What every implementation of leases keeps; run against each. Hosts of one cluster share a table. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../adapters/clock/clock.ts";
import type { Claimed, Leases } from "../../../adapters/leases/leases.ts";

export interface Cluster {
  /** By which the hosts live; `until` lets it pass. */
  readonly clock: Clock;
  open(host: string, clock: Clock): Promise<Leases>;
  until(what: () => unknown): Promise<void>;
  stop(): Promise<void>;
}

/** A clock of a process that can be stopped: nothing runs meanwhile, and everything is late afterwards. */
export const stalling = (clock: Clock): Clock & { stall(): void; resume(): void } => {
  let stalled = false;
  let late: (() => void)[] = [];
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, run) => {
      let cancelled = false;
      const due = (): void => {
        if (cancelled) return;
        if (stalled) late.push(due);
        else run();
      };
      const cancel = clock.after(ms, due);
      return () => {
        cancelled = true;
        cancel();
      };
    },
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
      const due = late;
      late = [];
      for (const run of due) run();
    },
  };
};

const SPARE_MS = 400;
const epochOf = (claimed: Claimed): number => (claimed.ok ? claimed.epoch : NaN);

export const leasesConformance = (name: string, start: () => Promise<Cluster>): void => {
  describe(`leases: ${name}`, () => {
    let cluster: Cluster;
    let opened: Leases[];
    const host = async (id: string, clock: Clock = cluster.clock): Promise<Leases> => {
      const leases = await cluster.open(id, clock);
      opened.push(leases);
      await leases.open();
      return leases;
    };
    beforeEach(async () => {
      cluster = await start();
      opened = [];
    });
    afterEach(async () => {
      for (const leases of opened) await leases.close();
      await cluster.stop();
    });

    it("numbers every taking higher, over all hosts, and keeps a lease that is renewed", async () => {
      const one = await host("one");
      const two = await host("two");
      expect(one.holds() && two.holds()).toBe(true);
      expect(two.epoch).toBeGreaterThan(one.epoch);
      const { epoch } = one;
      const begun = cluster.clock.monotonic();
      await cluster.until(() => cluster.clock.monotonic() - begun > 4_500);
      expect([one.holds(), one.epoch, one.counts.lapsed]).toEqual([true, epoch, 0]);
      await one.close();
      expect([one.holds(), one.epoch]).toEqual([false, 0]);
      expect((await host("one")).epoch).toBeGreaterThan(two.epoch);
    });

    it("gives an actor to one host, to the next one only after its release, and tells who owns what", async () => {
      const one = await host("one");
      const two = await host("two");
      const races = await Promise.all([one.claim("portfolio.main", 0), two.claim("portfolio.main", 0)]);
      expect(races.filter(({ ok }) => ok)).toHaveLength(1);
      const [owner, other] = races[0].ok ? [one, two] : [two, one];
      const first = races.find(({ ok }) => ok)!;
      expect(await owner.claim("portfolio.main", 0)).toEqual(first);
      const said = await other.claim("portfolio.main", 0);
      expect(said).toMatchObject({ ok: false, owner: owner === one ? "one" : "two" });
      expect(!said.ok && said.retryAfterMs > 0).toBe(true);
      expect(other.counts.refused).toBeGreaterThan(0);
      await other.release("portfolio.main");
      expect((await other.claim("portfolio.main", 0)).ok).toBe(false);
      const second = await owner.claim("execution.a b/ü", 0);
      const [epoch, later] = [epochOf(first), epochOf(second)];
      expect(later).toBeGreaterThan(epoch);
      expect(await other.owners()).toEqual([
        { actor: "execution.a b/ü", host: owner === one ? "one" : "two", epoch: later, live: true },
        { actor: "portfolio.main", host: owner === one ? "one" : "two", epoch, live: true },
      ]);
      await owner.release("portfolio.main");
      // Whichever of the two began first: a later owner has a higher number.
      expect(epochOf(await other.claim("portfolio.main", SPARE_MS))).toBeGreaterThan(later);
      expect((await owner.owners()).map(({ actor }) => actor)).toEqual(["execution.a b/ü", "portfolio.main"]);
    });

    it("a host that stops renewing has lost its lease before another may own its actors", async () => {
      const process = stalling(cluster.clock);
      const one = await host("one", process);
      const two = await host("two");
      const { epoch } = one;
      expect(await one.claim("execution.main", SPARE_MS)).toMatchObject({ ok: true });
      process.stall();
      const stalledAt = cluster.clock.monotonic();
      let lostAt = 0;
      let goneAt = 0;
      for (let ok = false; !ok;) {
        if (lostAt === 0 && !one.holds()) lostAt = cluster.clock.monotonic();
        const lives = (await two.owners())[0]!.live;
        if (goneAt === 0 && !lives) goneAt = cluster.clock.monotonic();
        ({ ok } = await two.claim("execution.main", SPARE_MS));
        const now = cluster.clock.monotonic();
        if (!ok) await cluster.until(() => cluster.clock.monotonic() >= now + 20);
      }
      expect(lostAt).toBeGreaterThan(0);
      expect(lostAt).toBeLessThanOrEqual(goneAt);
      expect(cluster.clock.monotonic() - goneAt).toBeGreaterThanOrEqual(SPARE_MS - 60);
      expect(cluster.clock.monotonic() - stalledAt).toBeLessThan(2_000 + SPARE_MS + 1_000);
      const changes: number[] = [];
      one.onChange(() => changes.push(one.epoch));
      expect(one.holds()).toBe(false);
      process.resume();
      await cluster.until(() => one.holds());
      expect(one.epoch).toBeGreaterThan(epoch);
      expect(changes).toEqual([0, one.epoch]);
      expect(one.counts).toMatchObject({ taken: 2, lapsed: 1 });
      expect(await one.claim("execution.main", SPARE_MS)).toMatchObject({ ok: false, owner: "two" });
    });

    it("after a lapse a host takes up its own at once, and gives the others time to do so", async () => {
      const [first, second] = [stalling(cluster.clock), stalling(cluster.clock)];
      const one = await host("one", first);
      const two = await host("two", second);
      await one.claim("portfolio.main", 0);
      first.stall();
      second.stall();
      const begun = cluster.clock.monotonic();
      await cluster.until(() => cluster.clock.monotonic() - begun > 2_500);
      second.resume();
      await cluster.until(() => two.holds());
      const early = await two.claim("portfolio.main", 0);
      expect(early).toMatchObject({ ok: false, owner: "one" });
      first.resume();
      await cluster.until(() => one.holds());
      expect(await one.claim("portfolio.main", 0)).toMatchObject({ ok: true });
      expect(await two.claim("portfolio.main", 0)).toMatchObject({ ok: false, owner: "one" });
    });

    it("outgrows the epochs of a journal that came from elsewhere", async () => {
      const one = await host("one");
      const before = await one.claim("portfolio.main", 0);
      one.outgrow(1_000);
      expect([one.holds(), one.counts.lapsed]).toEqual([true, 0]);
      expect(epochOf(before)).toBeLessThan(1_000);
      expect(epochOf(await one.claim("portfolio.main", 0))).toBe(1_001);
      expect((await host("two")).epoch).toBe(1_002);
    });

    it("refuses to start beside a living process of the same name", async () => {
      await host("one");
      const twin = await cluster.open("one", cluster.clock);
      let said: unknown;
      twin.open().then(
        () => (said = "nothing"),
        (error: unknown) => (said = error),
      );
      await cluster.until(() => said !== undefined);
      expect(String(said)).toMatch(/same node name/);
      await twin.close();
    });
  });
};
