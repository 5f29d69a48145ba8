/** Prices that somebody waits for: what is kept here instead of at a venue, and targets of positions. Only those that reach something are told. */
import { toFloat, type InstrumentId, type Price, type Side, type Timestamp } from "../values/values.ts";
import type { Marks } from "./commands.ts";
import type { PortfolioEvent } from "./events.ts";
import { triggerKept } from "./kept-orders.ts";
import { reachTargets, waitsForPrice } from "./keep-targets.ts";
import type { PortfolioState } from "./state.ts";

export interface SeePrice {
  readonly type: "SeePrice";
  readonly instrument: InstrumentId;
  /** Of a trade. */
  readonly last: Price;
  readonly at: Timestamp;
}

/** Nothing where nothing is reached: prices are told for that alone. */
export const decideSeen = (
  state: PortfolioState,
  { instrument, last, at }: Omit<SeePrice, "type">,
): readonly PortfolioEvent[] => {
  const kept = triggerKept(state, instrument, last, at);
  const listed = state.protections.size === 0 ? undefined : state.instruments.get(instrument);
  return listed === undefined ? kept : [...kept, ...reachTargets(state, listed, last, at)];
};

/** Prices that a proposal brings are seen too. */
export const decideMarks = (state: PortfolioState, marks: Marks, at: Timestamp): readonly PortfolioEvent[] =>
  state.kept.size === 0 && state.protections.size === 0
    ? []
    : Object.entries(marks).flatMap(([id, { last }]) =>
        decideSeen(state, { instrument: id as InstrumentId, last, at }),
      );

/** Between which prices nothing is reached: above `below` and below `above`. */
export interface Reach {
  readonly below: number;
  readonly above: number;
}

const nothing: ReadonlyMap<InstrumentId, Reach> = new Map();

export const reachesOf = (state: PortfolioState): ReadonlyMap<InstrumentId, Reach> => {
  // Asked after every turn.
  if (state.kept.size === 0 && state.protections.size === 0) return nothing;
  const reaches = new Map<InstrumentId, Reach>();
  const widen = (instrument: InstrumentId, side: Side, price: Price): void => {
    const { below, above } = reaches.get(instrument) ?? { below: -Infinity, above: Infinity };
    const at = toFloat(price);
    reaches.set(
      instrument,
      side === "sell" ? { below: Math.max(below, at), above } : { below, above: Math.min(above, at) },
    );
  };
  for (const { order } of state.kept) widen(order.instrument, order.side, order.stopPrice!);
  for (const protection of state.protections.values())
    if (waitsForPrice(state, protection)) {
      const { targets, position } = protection;
      // A long's is reached from below, as a stop that buys.
      widen(position.instrument, targets.side === "sell" ? "buy" : "sell", targets.left[0]!.price);
    }
  return reaches;
};
