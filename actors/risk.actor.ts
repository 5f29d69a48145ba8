/**
 * The limits over all portfolios: grants each of them a part, one at a time, and keeps in its journal what it has given away. It is
 * asked by the clock and never within a turn: a portfolio decides by the grant that it has.
 */
import { unfenced, type Tenure } from "../adapters/leases/leases.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import { RISK, RiskContract } from "../contracts/risk.ts";
import {
  riskDecider,
  type RiskCommand,
  type RiskEvent,
  type RiskState,
} from "../domain/risk/shared/granting.ts";
import type { SharedLimits } from "../domain/risk/shared/shared-limits.ts";
import { sharedLimitsView } from "../domain/risk/shared/change.ts";
import { riskView } from "../domain/risk/shared/view.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { EventSourced } from "../mixins/event-sourced.ts";
import { limitHandlers } from "./limit-handlers.ts";
import type { ActorPorts } from "./ports.ts";

export interface RiskPorts extends ActorPorts {
  readonly journal: Journal;
  readonly tenure?: Tenure | undefined;
}

export const riskActor = (shared: SharedLimits, ports: RiskPorts): Actor => {
  const { marketNow, journal, activity, tenure = unfenced } = ports;
  let hostId = "";
  const sourced = new EventSourced<RiskState, RiskCommand, RiskEvent>({
    stream: `risk.${RISK}`,
    decider: riskDecider,
    journal,
    stamp: () => ({ at: marketNow(), marketSequence: ports.road.received }),
    writer: () => hostId,
    tenure,
    activity,
  });
  return defineActor(RiskContract, RISK, {
    sourced,
    handlers: {
      askGrant: async (input) => {
        const events = await sourced.tell({ type: "AskGrant", ...input });
        return events.find((event) => event.type === "Granted")!.grant;
      },
      ...limitHandlers(sourced, (state: RiskState) => sharedLimitsView(state, marketNow())),
      view: () => sourced.read(riskView),
      inspect: () => sourced.read(riskView),
    },
    async start({ wire }) {
      hostId = wire.hostId;
      await sourced.tell({ type: "SetSharedLimits", shared, at: marketNow() });
    },
  });
};
