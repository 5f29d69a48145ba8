/** What a run's risk rules refused. */
import type { TimedTurn } from "./order-path.ts";

export interface Refused {
  readonly strategy: string;
  readonly instrument: string;
  readonly side: string;
  readonly at: number;
  readonly text: string;
}

export const refusalsOf = (turns: readonly TimedTurn[]): readonly Refused[] =>
  turns.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.type !== "OrderRefused") return [];
      const { strategy, instrument, side, at, rule, tag } = event;
      return [{ strategy, instrument, side, at, text: `${strategy} ${side} ${instrument} ${tag}: ${rule}` }];
    }),
  );
