/**
 * What the portfolio tells its strategies, strategy by strategy. While one message is under way the next gathers: the
 * newest figures, and every update of an order since, so that a slow strategy costs one waiting message and not a queue
 * of them. A strategy that is away asks for its standing when it starts, so it is tried three times.
 */
import { ref } from "../../contracts/contract.ts";
import { StrategyContract, type Standing } from "../../contracts/strategy.ts";
import type { StrategyId } from "../../domain/values/values.ts";
import { isBroken, isMalformed, reasonOf, setAside, textOf } from "../../mixins/dead-letter.ts";
import { Outbox } from "../../mixins/outbox.ts";
import type { Wire } from "../../mixins/wire.ts";
import type { ActorPorts } from "../ports.ts";

/** Updates that wait for one strategy; the oldest beyond them are set aside. */
export const UPDATES_MAX = 10_000;
const ATTEMPTS = 3;

interface Waiting {
  readonly strategy: StrategyId;
  standing: Standing;
}

export const strategyNews = (
  portfolio: string,
  wire: Wire,
  ports: Pick<ActorPorts, "clock" | "chance" | "activity"> & { readonly oneByOne: boolean },
) => {
  const { clock, chance, activity, oneByOne } = ports;
  /** Posted and not yet under way. */
  const gathering = new Map<StrategyId, Waiting>();

  const giveUp = (
    { strategy, standing }: Waiting,
    reason: "malformed" | "broken" | "full",
    error: string,
    attempts: number,
  ): void =>
    setAside(wire, {
      reason,
      error,
      attempts,
      from: `portfolio.${portfolio}`,
      to: { kind: "strategy", id: strategy, message: "updated", mode: "command" },
      input: standing,
      trace: { strategy, journal: standing.version },
      money: false,
    });

  const outbox = new Outbox<Waiting>({
    clock,
    chance,
    activity,
    key: ({ strategy }) => strategy,
    send: (waiting) => {
      if (gathering.get(waiting.strategy) === waiting) gathering.delete(waiting.strategy);
      return ref(wire, StrategyContract, waiting.strategy).updated(waiting.standing);
    },
    hopeless: (_error, _item, attempt) => attempt >= ATTEMPTS,
    onHopeless: (waiting, error, attempts) => {
      if (isMalformed(error) || isBroken(error)) giveUp(waiting, reasonOf(error), textOf(error), attempts);
    },
  });

  return {
    tell(strategy: StrategyId, standing: Standing): void {
      const waiting = gathering.get(strategy);
      if (waiting === undefined) {
        const first = { strategy, standing };
        // In lock-step each turn's news arrives by itself, so that two runs tell the same.
        if (!oneByOne) gathering.set(strategy, first);
        outbox.post([first]);
        return;
      }
      const updates = [...waiting.standing.updates, ...standing.updates];
      const beyond = updates.splice(0, Math.max(0, updates.length - UPDATES_MAX));
      if (beyond.length > 0)
        giveUp(
          { strategy, standing: { ...waiting.standing, updates: beyond } },
          "full",
          `${UPDATES_MAX} updates wait for the strategy`,
          0,
        );
      waiting.standing = { ...standing, updates };
    },
    get depth(): number {
      return outbox.depth;
    },
    stop: (graceMs?: number) => outbox.stop(graceMs),
  };
};
