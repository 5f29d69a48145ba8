/** A cache of JSON values with a time to live: Redis where there is one, memory otherwise. A failing cache is a miss, never an error. */
export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
}

export interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  stats(): CacheStats;
  close(): Promise<void>;
}
