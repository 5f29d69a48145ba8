/**
 * The shared cache: one multiplexed connection with auto-pipelining (commands of one tick of the event loop travel
 * together; a pool of connections gains nothing in one Node process). Redis may be absent, slow or gone: then every
 * get is a miss, counted, and nothing waits for it, start included. No offline queue: a miss now beats an answer later.
 */
import type { Redis } from "ioredis";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { openRedis } from "../redis/open.ts";
import type { Cache, CacheStats } from "./cache.ts";

export interface RedisCacheOptions {
  /** redis://[user:password@]host:port[/db] */
  readonly url: string;
  /** In front of every key. */
  readonly prefix?: string;
  /** An answer later than this is a miss. */
  readonly timeoutMs?: number;
  /** Commands on their way at once; more are misses. */
  readonly inFlightMax?: number;
}

export const redisCache = (options: RedisCacheOptions): Cache => new RedisCache(options);

class RedisCache implements Cache {
  private readonly redis: Redis;
  private readonly inFlightMax: number;
  private inFlight = 0;
  private hits = 0;
  private misses = 0;
  private errors = 0;

  constructor({ url, prefix = "shoal:", timeoutMs = 500, inFlightMax = 10_000 }: RedisCacheOptions) {
    this.inFlightMax = inFlightMax;
    this.redis = openRedis({ url, prefix, timeoutMs });
  }

  async get(key: string): Promise<unknown> {
    const text = await this.ask(() => this.redis.get(key));
    if (typeof text !== "string") {
      this.misses += 1;
      return undefined;
    }
    try {
      const value = fromJson(text);
      this.hits += 1;
      return value;
    } catch {
      this.errors += 1;
      this.misses += 1;
      return undefined;
    }
  }

  async set(key: string, value: unknown, ttlMs: number): Promise<void> {
    if (ttlMs < 1) return this.delete(key);
    const text = toJson(value);
    await this.ask(() => this.redis.set(key, text, "PX", Math.round(ttlMs)));
  }

  async delete(key: string): Promise<void> {
    await this.ask(() => this.redis.del(key));
  }

  stats(): CacheStats {
    return { hits: this.hits, misses: this.misses, errors: this.errors };
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }

  private async ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (this.inFlight >= this.inFlightMax) {
      this.errors += 1;
      return undefined;
    }
    this.inFlight += 1;
    try {
      return await command();
    } catch {
      this.errors += 1;
      return undefined;
    } finally {
      this.inFlight -= 1;
    }
  }
}
