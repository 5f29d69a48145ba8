/**
 * Legs that no other leg answers, as strategies of several legs tell of them. A halt sends no order, so whoever halts is told what it
 * leaves open, and for how much: somebody has to close it by hand, or lift the halt and let the strategy do it.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ref } from "../contracts/contract.ts";
import { StrategyContract } from "../contracts/strategy.ts";
import { assetsOf } from "../domain/portfolio/book.ts";
import type { InstrumentId } from "../domain/values/values.ts";
import type { Seen } from "./overview.ts";

export interface OpenLeg {
  readonly portfolio: string;
  readonly strategy: string;
  /** Above 0 where too much was bought, below where too much was sold. Doubles: a measurement. */
  readonly quantity: number;
  readonly asset: string;
  readonly notional: number;
  readonly quote: string;
}

export interface OpenLegs {
  readonly openLegs: readonly OpenLeg[];
  /** Strategies of several legs that did not say: nobody knows of theirs. */
  readonly unheard: readonly string[];
}

/** A halt must not wait for what has gone silent. */
const ANSWER_MS = 1_000;

/** Of the strategies that `chosen` picks. */
export const openLegsOf = async (
  { wire, settings }: Pick<Seen, "wire" | "settings">,
  chosen: (one: Seen["settings"]["strategies"][number]) => boolean,
): Promise<OpenLegs> => {
  const asked = settings.strategies.filter((one) => one.enabled && one.instruments.length > 1 && chosen(one));
  const unheard: string[] = [];
  const found = await Promise.all(
    asked.map(async ({ id, portfolio, instruments }): Promise<OpenLeg | undefined> => {
      const answer = ref(wire, StrategyContract, id, { timeoutMs: ANSWER_MS }).inspect();
      const late = pause(ANSWER_MS, undefined, { ref: false });
      const view = await Promise.race([answer, late]).catch(() => undefined);
      if (view === undefined) unheard.push(id);
      const told = view?.unhedged;
      if (told === undefined || told.base === 0) return undefined;
      const { base: asset, quote } = assetsOf(instruments[0] as InstrumentId);
      return { portfolio, strategy: id, quantity: told.base, asset, notional: told.notional, quote };
    }),
  );
  return { openLegs: found.filter((one) => one !== undefined), unheard: unheard.sort() };
};

/** One line for each. */
export const openLegsText = ({ openLegs, unheard }: OpenLegs): readonly string[] => [
  ...openLegs.map(
    ({ strategy, quantity, asset, notional, quote }) =>
      `open leg of ${strategy}: ${Math.abs(quantity)} ${asset} too much ${quantity > 0 ? "bought" : "sold"}, worth ${notional.toFixed(2)} ${quote}`,
  ),
  ...(unheard.length === 0 ? [] : [`open legs not known of ${unheard.join(", ")}: no answer`]),
];
