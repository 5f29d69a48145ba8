/** The trader with the memory of its life before. What stands around a strategy may have been configured otherwise since: a memory that does not fit begins anew. */
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Params, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import type { Log } from "../../mixins/wire.ts";
import type { StrategyMemory } from "./saving.ts";

interface Owner {
  readonly id: string;
  readonly strategy: Strategy;
  readonly params: Params;
}

/** `memory`: what the trader goes on with; undefined where there is none, or none that fits. */
export const remembered = (
  { id, strategy, params }: Owner,
  market: readonly Instrument[],
  before: StrategyMemory | undefined,
  log: Pick<Log, "warn">,
): { readonly trader: Trader; readonly memory: StrategyMemory | undefined } => {
  const trader = strategy.start(params, market);
  if (before === undefined) return { trader, memory: undefined };
  try {
    trader.load(before.saved);
    return { trader, memory: before };
  } catch (error) {
    log.warn(
      `strategy.${id} begins without its memory, which does not fit what is configured: ${(error as Error).message}`,
    );
    return { trader: strategy.start(params, market), memory: undefined };
  }
};
