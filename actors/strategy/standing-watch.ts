/**
 * Asks the portfolio now and then what it holds and has out for a strategy. News of it is told as it happens, but may have gone to another copy
 * of the strategy (its host was cut off), or have been given up, and where nothing happens any more nobody would notice. What differs
 * twice with no news between was missed: once alone it may be on its way.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { Standing } from "../../contracts/strategy.ts";
import type { Mailbox } from "../../mixins/mailbox.ts";

const EVERY_MS = 5_000;

const isSame = (a: Standing, b: Standing): boolean =>
  a.orders.length === b.orders.length &&
  a.orders.every(({ tag }, k) => tag === b.orders[k]!.tag) &&
  a.positions.every((held, i) => held === b.positions[i]);

export interface StandingWatch {
  /** Looks if it is time. `heard`: what was told last. */
  look(heard: () => Standing): void;
  stop(): void;
}

/** `missed` runs as a turn of the strategy. */
export const standingWatch = (
  clock: Clock,
  mailbox: Mailbox,
  ask: () => Promise<Standing>,
  missed: (told: Standing) => void,
): StandingWatch => {
  let lookedAt = clock.monotonic();
  let stopped = false;
  /** Version heard when it differed first. */
  let doubtedAt: number | undefined;
  const compare = ({ told, heard }: { readonly told: Standing; readonly heard: Standing }): void => {
    if (stopped || told.version <= heard.version || isSame(told, heard)) doubtedAt = undefined;
    else if (doubtedAt !== heard.version) doubtedAt = heard.version;
    else {
      doubtedAt = undefined;
      missed(told);
    }
  };
  return {
    look(heard) {
      const now = clock.monotonic();
      if (now - lookedAt < EVERY_MS) return;
      lookedAt = now;
      ask().then(
        (told) => mailbox.post(() => compare({ told, heard: heard() }), undefined),
        // Whoever is away now is asked the next time.
        () => undefined,
      );
    },
    stop: () => {
      stopped = true;
    },
  };
};
