import type { Clock } from "../../../adapters/clock/clock.ts";
import { memoryLeases, memoryTables } from "../../../adapters/leases/memory.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { leasesConformance } from "./conformance.ts";

/** Moved by hand; timers run in order of their time. */
const handClock = (): Clock & { pass(ms: number): void } => {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now as Timestamp,
    monotonic: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = until;
    },
  };
};

leasesConformance("memory", () => {
  const clock = handClock();
  const tables = memoryTables(clock);
  let lives = 0;
  return Promise.resolve({
    clock,
    open: (host, own) => Promise.resolve(memoryLeases(tables, { host, clock: own, life: `${(lives += 1)}` })),
    async until(what) {
      for (let step = 0; what() !== true; step += 1) {
        if (step > 10_000) throw new Error("it never came true");
        clock.pass(10);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    stop: () => Promise.resolve(),
  });
});
