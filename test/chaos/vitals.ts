/** How an engine process is: memory, how late its event loop runs, and the ticks of some instruments that reach it. */
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { marketSubject } from "../../contracts/market.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { Engine } from "../../nodes/engine.ts";

export interface Vitals {
  readonly rssMb: number;
  /** Of it, what is no file: the mapped pages of lmdb and DuckDB come and go as the kernel likes. */
  readonly anonMb: number;
  readonly heapMb: number;
  /** Beyond the timer's own resolution, since the last question. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  /** Since the start of the process. */
  readonly ticks: number;
  readonly missed: number;
}

const RESOLUTION_MS = 10;
const MB = 2 ** 20;

const anonMb = (): number => {
  const found = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(found?.[1] ?? NaN) / 1_024;
};

export const vitals = ({ road }: Engine, instruments: readonly InstrumentId[]): (() => Vitals) => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let ticks = 0;
  for (const instrument of instruments)
    road.subscribe(marketSubject(instrument), ({ trades }) => {
      ticks += trades.length;
    });
  return () => {
    const late = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
    const { rss, heapUsed } = process.memoryUsage();
    const answer = {
      rssMb: rss / MB,
      anonMb: anonMb(),
      heapMb: heapUsed / MB,
      lagP99Ms: late(delay.percentile(99)),
      lagMaxMs: late(delay.max),
      ticks,
      missed: road.missed,
    };
    delay.reset();
    return answer;
  };
};
