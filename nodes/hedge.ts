/** A hedge around a strategy as it is written in an option, a file of strategies or the configuration. */
import { checkHedge, parseHedge, type Hedge } from "../domain/strategy/hedge.ts";
import { hedgedBy } from "../domain/strategy/hedged.ts";
import type { Params, Strategy } from "../domain/strategy/strategy.ts";

export interface WrittenHedge {
  readonly hedge: Hedge;
  /** Where it is written. */
  readonly field: string;
}

/** Absent: none. Throws `Invalid` naming the field. */
export const readHedge = (raw: unknown, field: string): WrittenHedge | undefined =>
  raw === undefined ? undefined : { hedge: parseHedge(raw, field), field };

/** The strategy, hedged; itself where there is no hedge. */
export const hedgedAs = <P extends Params>(
  strategy: Strategy<P>,
  written: WrittenHedge | undefined,
): Strategy<P> => (written === undefined ? strategy : hedgedBy(strategy, written.hedge, written.field));

interface Configured {
  readonly instruments: readonly string[];
  readonly hedge?: unknown;
}

/** Of a configured strategy. Throws `Invalid` naming the field. */
export const checkConfigured = ({ hedge, instruments }: Configured, field: string): void => {
  const written = readHedge(hedge, field);
  if (written !== undefined) checkHedge(written.hedge, instruments, field);
};
