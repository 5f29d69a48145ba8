/** A part of what a configured strategy holds, closed by hand: asked of the portfolio that holds it. */
import { ref } from "../contracts/contract.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { quantity, type InstrumentId, type StrategyId } from "../domain/values/values.ts";
import type { Seen } from "./overview.ts";
import type { StrategySettings } from "./settings.ts";

export interface Part {
  readonly instrument: string;
  /** Of what is held, or a quantity as a decimal: one of both. */
  readonly percent?: number | undefined;
  readonly quantity?: string | undefined;
}

/** `by` names who acts, for the journal. Throws `Invalid` naming the field. */
export const closePart = async (
  { wire, marketNow }: Pick<Seen, "wire" | "marketNow">,
  { id, portfolio }: Pick<StrategySettings, "id" | "portfolio">,
  part: Part,
  by: string,
): Promise<void> => {
  await ref(wire, PortfolioContract, portfolio).closePart({
    strategy: id as StrategyId,
    instrument: part.instrument as InstrumentId,
    ...(part.percent !== undefined && { percent: part.percent }),
    ...(part.quantity !== undefined && { quantity: quantity(part.quantity, "quantity") }),
    by,
    at: marketNow(),
  });
};
