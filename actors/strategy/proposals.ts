/**
 * A strategy's proposals on their way to its portfolio, one after the other. One that is malformed, or that breaks the
 * portfolio three times, is set aside and the next goes on; while the portfolio is away or full they wait. When too many
 * wait already, a new one is set aside at once: an old wish carried out late is worse than none.
 */
import { ref } from "../../contracts/contract.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import type { Propose } from "../../domain/portfolio/commands.ts";
import type { StrategyId } from "../../domain/values/values.ts";
import { isMalformed, reasonOf, setAside, STRIKES, textOf } from "../../mixins/dead-letter.ts";
import { Outbox } from "../../mixins/outbox.ts";
import type { Wire } from "../../mixins/wire.ts";
import type { ActorPorts } from "../ports.ts";

export type Proposal = Omit<Propose, "type">;

export const PROPOSALS_MAX = 1_000;
const TAKEN_MS = 2_000;

export const proposalLine = (
  from: { readonly id: StrategyId; readonly portfolio: string },
  wire: Wire,
  { clock, chance, activity }: Pick<ActorPorts, "clock" | "chance" | "activity">,
) => {
  const { id, portfolio } = from;
  const owner = ref(wire, PortfolioContract, portfolio);
  const giveUp = (
    proposal: Proposal,
    reason: "malformed" | "broken" | "full",
    why: string,
    attempts: number,
  ) =>
    setAside(wire, {
      reason,
      error: why,
      attempts,
      from: `strategy.${id}`,
      to: { kind: "portfolio", id: portfolio, message: "propose", mode: "command" },
      input: proposal,
      trace: { strategy: id, proposal: proposal.sequence },
      money: false,
    });
  const outbox = new Outbox<Proposal>({
    clock,
    chance,
    activity,
    depthMax: PROPOSALS_MAX,
    key: () => id,
    send: (proposal) => owner.propose(proposal),
    hopeless: (error, _proposal, _attempt, broke) => isMalformed(error) || broke >= STRIKES,
    onHopeless: (proposal, error, attempts) => giveUp(proposal, reasonOf(error), textOf(error), attempts),
    onStuck: (proposal, error) =>
      wire.log.warn(`strategy.${id}: proposal ${proposal.sequence} is not taken`, { error }),
  });
  return {
    post(proposal: Proposal): void {
      if (outbox.post([proposal]) === 0)
        giveUp(proposal, "full", `${outbox.depth} proposals wait for the portfolio`, 0);
    },
    /** What was posted is taken, stops among it; or the portfolio is away or full, and too much time has passed. */
    taken: (): Promise<void> => activity.waits(outbox.emptied(TAKEN_MS)),
    stop: () => outbox.stop(),
  };
};
