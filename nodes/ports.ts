/** What the actors of one process are given, with the implementations chosen by the settings. */
import type { ExchangePorts } from "../actors/exchange.actor.ts";
import type { ExecutionPorts } from "../actors/execution.actor.ts";
import type { PortfolioPorts } from "../actors/portfolio.actor.ts";
import type { RecorderPorts } from "../actors/recorder.actor.ts";
import type { StrategyPorts } from "../actors/strategy/settings.ts";

export interface EnginePorts
  extends ExchangePorts, ExecutionPorts, PortfolioPorts, RecorderPorts, StrategyPorts {
  /** A replay at full speed: no timers, no polls, one order after the other. */
  readonly lockStep: boolean;
  /** The venue plays recorded data. */
  replay(venue: string): boolean;
  /** The venue is a sandbox: its market time is not the wall's. */
  simulated(venue: string): boolean;
}
