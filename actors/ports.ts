/** What every actor may be given: time, chance, the market road and the process's count of running work. */
import type { Clock } from "../adapters/clock/clock.ts";
import type { Timestamp } from "../domain/values/values.ts";
import type { Activity } from "../mixins/activity.ts";
import type { MarketRoad } from "../mixins/market-road.ts";

/** The market road as actors see it. */
export type Road = Pick<MarketRoad, "publish" | "subscribe" | "onGap" | "received">;

export interface ActorPorts {
  /** Arrival time and waiting. */
  readonly clock: Clock;
  /** Market time: recorded time in a replay, the venue's clock otherwise. Strategies, rates and the ledger use it. */
  readonly marketNow: () => Timestamp;
  /** In [0, 1); for jitter only, never for decisions. */
  readonly chance: () => number;
  readonly activity: Activity;
  readonly road: Road;
}
