/** At the end of a turn: locks that the plan made are journaled, and a fall of equity beyond its limit, or a liquidation, halts entries. */
import type { RiskMemory } from "../risk/memory.ts";
import { format, type Timestamp } from "../values/values.ts";
import type { PortfolioEvent } from "./events.ts";
import type { PortfolioState } from "./state.ts";

/** Who halted, in the journal. */
const BY = "risk";

export const settleRisk = (state: PortfolioState, memory: RiskMemory): readonly PortfolioEvent[] => {
  const events: PortfolioEvent[] = [];
  for (const { number, rule, instrument, side, until } of memory.untold)
    events.push({
      type: "EntriesLocked",
      number,
      rule,
      instrument,
      side,
      until: until as Timestamp,
      at: state.at,
    });
  const { drawdown } = memory.plan;
  if (state.halt !== undefined) return events;
  if (memory.liquidated !== undefined)
    events.push({ type: "Halted", level: "entries", by: BY, reason: memory.liquidated, at: state.at });
  if (drawdown === undefined || memory.liquidated !== undefined) return events;
  for (const quote of memory.quotes) {
    const track = memory.track(quote);
    const fallen = track.fallen(track.last, drawdown);
    if (fallen === undefined) continue;
    const reason = `drawdown: ${format(fallen.fall)} ${quote} below the highest, ${format(fallen.max)} allowed`;
    events.push({ type: "Halted", level: "entries", by: BY, reason, at: state.at });
    break;
  }
  return events;
};
