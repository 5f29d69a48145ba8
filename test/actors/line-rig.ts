/** A bus with one receiver, time that passes at once, and the letters that senders give up. */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { Undelivered } from "../../adapters/dead-letters/dead-letters.ts";
import { Activity } from "../../mixins/activity.ts";
import type { Wire } from "../../mixins/wire.ts";

const clock: Clock = {
  now: () => 0 as never,
  monotonic: () => 0,
  after: (_ms, run) => {
    const soon = setImmediate(run);
    return () => clearImmediate(soon);
  },
};

/** A bus whose one receiver is `take`; what is given up lands in `letters`. */
export const rig = (take: (message: string, input: never) => unknown) => {
  const letters: Undelivered[] = [];
  const strikes = new Map<string, number>();
  const activity = new Activity();
  const silent = (): void => undefined;
  const wire = {
    ask: async (_kind: string, _id: string, message: string, input: never) => {
      await Promise.resolve();
      return take(message, input);
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    deadLetters: {
      setAside: (letter: Undelivered) => letters.push(letter),
      struck: (key: string) => strikes.get(key) ?? 0,
      strike: (key: string) => (strikes.set(key, (strikes.get(key) ?? 0) + 1), strikes.get(key)!),
    },
  } as unknown as Wire;
  return { wire, letters, activity, ports: { clock, chance: () => 0, activity } };
};
