/** The cache of one process: bounded, the least recently used entry goes first. Values are copied as JSON, as Redis would. */
import { fromJson, toJson } from "../../domain/values/json.ts";
import type { Clock } from "../clock/clock.ts";
import type { Cache, CacheStats } from "./cache.ts";

interface Entry {
  readonly text: string;
  readonly until: number;
}

export interface MemoryCacheOptions {
  readonly entriesMax?: number;
}

export const memoryCache = (clock: Clock, { entriesMax = 10_000 }: MemoryCacheOptions = {}): Cache =>
  new MemoryCache(clock, entriesMax);

class MemoryCache implements Cache {
  private readonly clock: Clock;
  private readonly entriesMax: number;
  /** In order of last use, oldest first. */
  private readonly entries = new Map<string, Entry>();
  private hits = 0;
  private misses = 0;

  constructor(clock: Clock, entriesMax: number) {
    this.clock = clock;
    this.entriesMax = entriesMax;
  }

  get(key: string): Promise<unknown> {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    if (entry === undefined || entry.until <= this.clock.now()) {
      this.misses += 1;
      return Promise.resolve(undefined);
    }
    this.entries.set(key, entry);
    this.hits += 1;
    return Promise.resolve(fromJson(entry.text));
  }

  set(key: string, value: unknown, ttlMs: number): Promise<void> {
    this.entries.delete(key);
    if (ttlMs > 0) this.entries.set(key, { text: toJson(value), until: this.clock.now() + ttlMs });
    if (this.entries.size > this.entriesMax) this.entries.delete(this.entries.keys().next().value!);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }

  stats(): CacheStats {
    return { hits: this.hits, misses: this.misses, errors: 0 };
  }

  close(): Promise<void> {
    this.entries.clear();
    return Promise.resolve();
  }
}
