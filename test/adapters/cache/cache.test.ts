/** One suite for every cache, and what each keeps beside it: bounds in memory, misses instead of errors with Redis. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cache } from "../../../adapters/cache/cache.ts";
import { memoryCache } from "../../../adapters/cache/memory.ts";
import { redisCache } from "../../../adapters/cache/redis.ts";
import { systemClock, type Clock } from "../../../adapters/clock/clock.ts";
import { decimal, type Timestamp } from "../../../domain/values/values.ts";
import { eventually, findServer, freePort, startRedis, type Server } from "../../servers.ts";

const suite = (make: () => Cache): void => {
  it("gives back what was set, exact money included", async () => {
    const cache = make();
    const value = { a: [1, "two", null], money: decimal("0.1") };
    await ready(cache);
    await cache.set("k", value, 10_000);
    expect(await cache.get("k")).toEqual(value);
    await cache.close();
  });

  it("misses what was never set, was deleted, or is too old", async () => {
    const cache = make();
    await ready(cache);
    expect(await cache.get("never")).toBeUndefined();
    await cache.set("gone", 1, 10_000);
    await cache.delete("gone");
    expect(await cache.get("gone")).toBeUndefined();
    await cache.set("old", 1, 30);
    expect(await cache.get("old")).toBe(1);
    await eventually("the old value is gone", async () => (await cache.get("old")) === undefined);
    await cache.set("no life", 1, 0);
    expect(await cache.get("no life")).toBeUndefined();
    await cache.close();
  });

  it("overwrites value and life", async () => {
    const cache = make();
    await ready(cache);
    await cache.set("k", 1, 20);
    await cache.set("k", 2, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await cache.get("k")).toBe(2);
    await cache.close();
  });

  it("counts hits and misses", async () => {
    const cache = make();
    await ready(cache);
    const before = cache.stats();
    await cache.set("k", 1, 10_000);
    await Promise.all([cache.get("k"), cache.get("k"), cache.get("nothing there")]);
    const after = cache.stats();
    expect([after.hits - before.hits, after.misses - before.misses]).toEqual([2, 1]);
    await cache.close();
  });

  it("keeps what a caller changes afterwards apart", async () => {
    const cache = make();
    await ready(cache);
    const value = { list: [1] };
    await cache.set("k", value, 10_000);
    value.list.push(2);
    expect(await cache.get("k")).toEqual({ list: [1] });
    await cache.close();
  });
};

/** Redis answers only once connected; memory at once. */
const ready = (cache: Cache): Promise<void> =>
  eventually("the cache answers", async () => {
    await cache.set("ready?", true, 10_000);
    return (await cache.get("ready?")) === true;
  });

describe("memory cache", () => {
  suite(() => memoryCache(systemClock));

  it("drops the least recently used entry past its bound", async () => {
    const cache = memoryCache(systemClock, { entriesMax: 2 });
    await cache.set("a", 1, 1_000);
    await cache.set("b", 2, 1_000);
    await cache.get("a");
    await cache.set("c", 3, 1_000);
    expect(await Promise.all([cache.get("a"), cache.get("b"), cache.get("c")])).toEqual([1, undefined, 3]);
  });

  it("lives by its clock", async () => {
    let now = 1_000;
    const clock: Clock = { ...systemClock, now: () => now as Timestamp };
    const cache = memoryCache(clock);
    await cache.set("k", 1, 500);
    now = 1_499;
    expect(await cache.get("k")).toBe(1);
    now = 1_500;
    expect(await cache.get("k")).toBeUndefined();
  });
});

describe.skipIf(findServer("redis-server") === undefined)("redis cache", () => {
  let server: Server;
  let count = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => server.stop());
  suite(() => redisCache({ url: server.url, prefix: `t${(count += 1)}:` }));

  it("turns into misses when Redis is killed, answers at once, and recovers", async () => {
    const own = await startRedis();
    const cache = redisCache({ url: own.url });
    try {
      await ready(cache);
      await own.kill();
      const startedAt = performance.now();
      expect(await cache.get("ready?")).toBeUndefined();
      await cache.set("x", 1, 1_000);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      expect(cache.stats().errors).toBeGreaterThan(0);
      await own.restart();
      await ready(cache);
    } finally {
      await cache.close();
      await own.stop();
    }
  });

  it("does not wait for a Redis that is not there", async () => {
    const startedAt = performance.now();
    const cache = redisCache({ url: `redis://127.0.0.1:${await freePort()}` });
    expect(await cache.get("k")).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(cache.stats()).toMatchObject({ misses: 1, errors: 1 });
    await cache.close();
  });
});
