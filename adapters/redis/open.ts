/**
 * One multiplexed connection with auto-pipelining: commands of one tick of the event loop travel together. No offline queue
 * and no second try: that Redis is gone must be noticed at once, for whoever asks has another way.
 */
import { Redis, type RedisOptions } from "ioredis";

export interface RedisAddress {
  /** redis://[user:password@]host:port[/db] */
  readonly url: string;
  /** In front of every key. */
  readonly prefix: string;
  /** An answer later than this is none. */
  readonly timeoutMs: number;
}

export const openRedis = (
  { url, prefix, timeoutMs }: RedisAddress,
  scripts: NonNullable<RedisOptions["scripts"]> = {},
): Redis => {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 2_000,
    // A lost Redis is looked for at least once a second.
    retryStrategy: (times) => Math.min(50 * 2 ** times, 1_000),
    scripts,
  });
  // Without a listener ioredis prints each failed connection; the commands themselves reject.
  redis.on("error", () => undefined);
  return redis;
};
