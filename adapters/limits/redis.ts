/**
 * Budgets of a cluster in Redis: one hash a budget, a field a bucket, changed by scripts that run as a whole, so that
 * two processes never take the same room. The arithmetic is that of window.ts.
 */
import type { Redis } from "ioredis";
import { openRedis } from "../redis/open.ts";
import type { Store, Verdict, Window } from "./store.ts";
import { BUCKETS, SLACK_MS, type Claim } from "./window.ts";

export interface RedisLimitsOptions {
  /** redis://[user:password@]host:port[/db] */
  readonly url: string;
  /** In front of every key. */
  readonly prefix?: string;
  readonly timeoutMs?: number;
}

/** `load(key, windowMs)` answers counts, used, the bucket to fill, until when the budget is held, and until when banned. */
const load = `
local now = tonumber(ARGV[1])
local buckets, slack = ${BUCKETS}, ${SLACK_MS}
local function ends(bucket, windowMs) return (bucket + 1) * windowMs / buckets + windowMs + slack end
local function load(key, windowMs)
  local own = math.floor(now * buckets / windowMs)
  local flat = redis.call('HGETALL', key)
  local counts, used, newest, held, banned = {}, 0, own, 0, 0
  for i = 1, #flat, 2 do
    if flat[i] == 'held' then held = tonumber(flat[i + 1])
    elseif flat[i] == 'banned' then banned = tonumber(flat[i + 1]) else
      local bucket, amount = tonumber(flat[i]), tonumber(flat[i + 1])
      if ends(bucket, windowMs) > now then
        counts[#counts + 1] = { bucket, amount }
        used = used + amount
        if bucket > newest then newest = bucket end
      else redis.call('HDEL', key, flat[i]) end
    end
  end
  if newest > own + buckets then
    for _, count in ipairs(counts) do redis.call('HDEL', key, string.format('%.0f', count[1])) end
    redis.call('HSET', key, string.format('%.0f', own), used)
    counts, newest = { { own, used } }, own
  end
  table.sort(counts, function(a, b) return a[1] < b[1] end)
  return counts, used, newest, held, banned
end
local function add(key, windowMs, bucket, amount, barred)
  redis.call('HINCRBY', key, string.format('%.0f', bucket), amount)
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(2 * windowMs, barred - now) + 60000))
end
`;

const take = `${load}
local ready, bannedUntil, answer, found = 0, 0, {}, {}
for i, key in ipairs(KEYS) do
  local at = 5 * i - 3
  local windowMs, amount, ceiling, limit =
    tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local counts, used, bucket, held, banned = load(key, windowMs)
  found[i] = { key, windowMs, bucket, amount, math.max(held, banned) }
  if banned > now then bannedUntil = math.max(bannedUntil, banned) end
  if ARGV[at + 4] == '1' then held = banned else held = math.max(held, banned) end
  answer[i + 2] = used
  if ceiling >= 0 then
    local function fits(left) return left + amount <= ceiling or (left == 0 and amount <= limit) end
    local left, own = used, 0
    for _, count in ipairs(counts) do
      if fits(left) then break end
      left = left - count[2]
      own = ends(count[1], windowMs)
    end
    if not fits(left) then own = now + windowMs end
    if held > now and held > own then own = held end
    if own > ready then ready = own end
  end
end
answer[1] = math.ceil(ready)
answer[2] = bannedUntil
if ready == 0 then
  for i, one in ipairs(found) do
    add(one[1], one[2], one[3], one[4], one[5])
    answer[i + 2] = answer[i + 2] + one[4]
  end
end
return answer
`;

const hear = `${load}
local windowMs, used, since = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local counts, _, bucket, held, banned = load(KEYS[1], windowMs)
local first, known = math.floor(since * buckets / windowMs + 0.5), 0
for _, count in ipairs(counts) do if count[1] >= first then known = known + count[2] end end
if used <= known then return known end
add(KEYS[1], windowMs, bucket, used - known, math.max(held, banned))
return used
`;

const hold = `${load}
local windowMs, till, field = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local _, _, bucket, held, banned = load(KEYS[1], windowMs)
local before = held
if field == 'banned' then before = banned end
if till > before then
  redis.call('HSET', KEYS[1], field, ARGV[3])
  add(KEYS[1], windowMs, bucket, 0, math.max(held, banned, till))
end
return 0
`;

type Script = (...args: readonly (string | number)[]) => Promise<unknown>;
interface Scripts {
  readonly takeLimit: Script;
  readonly hearLimit: Script;
  readonly holdLimit: Script;
}

export const redisStore = (options: RedisLimitsOptions): Store => new RedisStore(options);

class RedisStore implements Store {
  readonly #redis: Redis;
  readonly #scripts: Scripts;

  constructor({ url, prefix = "shoal:limits:", timeoutMs = 400 }: RedisLimitsOptions) {
    this.#redis = openRedis(
      { url, prefix, timeoutMs },
      {
        takeLimit: { lua: take },
        hearLimit: { lua: hear, numberOfKeys: 1 },
        holdLimit: { lua: hold, numberOfKeys: 1 },
      },
    );
    this.#scripts = this.#redis as unknown as Scripts;
  }

  async take(claims: readonly Claim[], now: number): Promise<Verdict> {
    const keys = claims.map(({ key }) => key);
    const each = claims.flatMap(({ windowMs, amount, ceiling, limit, urgent }) => [
      windowMs,
      amount,
      ceiling ?? -1,
      limit,
      urgent ? 1 : 0,
    ]);
    const answer = (await this.#scripts.takeLimit(keys.length, ...keys, now, ...each)) as number[];
    const [readyAt, bannedUntil, ...used] = answer;
    return { readyAt: readyAt!, bannedUntil: bannedUntil!, used };
  }

  async hear({ key, windowMs }: Window, used: number, since: number, now: number): Promise<number> {
    return (await this.#scripts.hearLimit(key, now, windowMs, used, since)) as number;
  }

  async hold({ key, windowMs }: Window, until: number, ban: boolean, now: number): Promise<void> {
    await this.#scripts.holdLimit(key, now, windowMs, Math.ceil(until), ban ? "banned" : "held");
  }

  close(): Promise<void> {
    this.#redis.disconnect();
    return Promise.resolve();
  }
}
