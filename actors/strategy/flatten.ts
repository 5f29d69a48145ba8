/**
 * Cancelling what a stopped strategy has asked for, and selling what it holds. The wish is saved before anything is done for it, so that another life goes on with it. It is
 * asked again after each news of the strategy's orders, since what one of them offers cannot be sold before its end is known, and at
 * each candle while something is held, since a halt or the venue may have been in the way.
 */
import type { Ref } from "../../contracts/contract.ts";
import type { PortfolioContract } from "../../contracts/portfolio.ts";
import type { TraderDesk } from "../../domain/strategy/desk.ts";
import type { StrategyId, Timestamp } from "../../domain/values/values.ts";

/** With what was asked before and is on its way: it is taken first, and passed over where the portfolio does not take it in time. */
export const cancelAsked = async (
  portfolio: Ref<typeof PortfolioContract>,
  line: { taken(): Promise<void> },
  upTo: { readonly strategy: StrategyId; readonly sequence: number; readonly at: Timestamp },
): Promise<void> => {
  await line.taken();
  await portfolio.cancelOrders({ ...upTo, by: "strategy stop" });
};

/** Of a desk that is mute but for this. */
export const aimFlat = (desk: TraderDesk, count: number, now: Timestamp): void => {
  desk.mute = false;
  desk.now = now;
  for (let i = 0; i < count; i += 1) desk.aim(i, 0, "stopped");
  desk.mute = true;
};

export const holds = (desk: TraderDesk, count: number): boolean => {
  for (let i = 0; i < count; i += 1) if (desk.position(i) !== 0) return true;
  return false;
};
