/**
 * Where a strategy's memory rests between lives: a snapshot beside the journals. One of another strategy, or of other
 * parameters, is not loaded: its numbers would mean something else.
 */
import { Damaged, type Journal } from "../../adapters/journal/journal.ts";
import type { Params, Saved } from "../../domain/strategy/strategy.ts";
import type { Activity } from "../../mixins/activity.ts";
import type { Log } from "../../mixins/wire.ts";

const SCHEMA = 1;

export interface StrategyMemory {
  readonly saved: Saved;
  readonly seen: readonly (readonly [string, number])[];
  readonly running: boolean;
  /** Stopped, and what it holds is to be sold. Memories from before there was this lack it. */
  readonly flattening?: boolean;
  /** Made so far: if the portfolio knows of more, what came after this was acted upon before a crash. */
  readonly proposals: number;
  readonly wakeAt: number | null;
}

interface Owner {
  readonly id: string;
  readonly strategy: {
    readonly name: string;
    readonly guided?: true;
    readonly managed?: true;
    readonly hedged?: true;
    readonly worked?: true;
  };
  readonly params: Params;
  readonly instruments: readonly string[];
}

export const saver = ({ id, strategy, params, instruments }: Owner, journal: Journal, activity: Activity) => {
  const stream = `strategy.${id}`;
  const { name, guided, managed, hedged, worked } = strategy;
  const of = JSON.stringify({ strategy: name, guided, managed, hedged, worked, params, instruments });
  let last: Promise<void> = Promise.resolve();
  let damaged = false;

  return {
    /** Memory was there and cannot be trusted. */
    damaged: (): boolean => damaged,
    async load(log: Pick<Log, "warn">): Promise<StrategyMemory | undefined> {
      const snapshot = await journal.snapshot(stream).catch((error: unknown) => {
        if (!(error instanceof Damaged)) throw error;
        damaged = true;
        log.warn(
          `${error.message}; ${stream} begins without memory and does not trade, since it may have been stopped: npx shoal strategy start ${id}`,
        );
        return undefined;
      });
      const state = snapshot?.state as (StrategyMemory & { readonly of: string }) | undefined;
      return snapshot?.schema === SCHEMA && state?.of === of ? state : undefined;
    },
    /** One after the other; a failed one costs only the candles since the last. */
    save(memory: StrategyMemory, candles: number): Promise<void> {
      activity.begin();
      // A trader may hand out what it goes on changing: all of it must be of one moment.
      const state = structuredClone({ of, ...memory });
      last = last
        .then(() => journal.saveSnapshot(stream, { sequence: candles, schema: SCHEMA, state }))
        .catch(() => undefined)
        .finally(() => activity.end());
      return last;
    },
  };
};
