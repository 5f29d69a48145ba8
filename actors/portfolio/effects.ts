/**
 * Orders and cancels on their way to execution. They are never given up for being late: the ledger holds each of them
 * open until its fate is known. Only one that execution cannot read, or whose outcome breaks the ledger each time, is
 * set aside, so that neither the others wait nor the actor starts anew for ever; the ledger still holds it.
 */
import { isFailure } from "../../contracts/failure.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Effect } from "../../domain/portfolio/news.ts";
import type { ClientOrderId } from "../../domain/values/values.ts";
import { isMalformed, reasonOf, setAside, STRIKES, textOf } from "../../mixins/dead-letter.ts";
import { Outbox } from "../../mixins/outbox.ts";
import type { Wire } from "../../mixins/wire.ts";
import type { ActorPorts } from "../ports.ts";
import { delivery } from "./delivery.ts";

/** From here on proposals are refused. What a turn has decided always fits, and so do cancels: the ledger bounds both. */
export const EFFECTS_MAX = 10_000;

export const orderOf = (effect: Effect): ClientOrderId =>
  effect.type === "place" ? effect.order.id : effect.order;

export const effectLine = (
  portfolio: string,
  wire: Wire,
  ports: Pick<ActorPorts, "clock" | "chance" | "activity"> & {
    readonly oneByOne: boolean;
    readonly tell: (command: PortfolioCommand) => Promise<unknown>;
    readonly owner: Parameters<typeof delivery>[2];
  },
) => {
  const { clock, chance, activity, oneByOne, tell, owner } = ports;
  const keyOf = (effect: Effect): string => `portfolio.${portfolio} ${effect.type} ${orderOf(effect)}`;
  const isAside = (effect: Effect): boolean => (wire.deadLetters?.struck(keyOf(effect)) ?? 0) >= STRIKES;

  const outbox = new Outbox<Effect>({
    clock,
    chance,
    activity,
    depthMax: Number.POSITIVE_INFINITY,
    // A cancel goes behind its own order: one that came first would find nothing, and the order would rest for ever.
    key: (effect) => (oneByOne ? "all" : orderOf(effect)),
    // Its own turn: in lock-step the delivery waits at the gate for it.
    send: delivery(wire, (command) => activity.waits(tell(command)), owner),
    hopeless: (error, effect) =>
      isMalformed(error) ||
      // The count outlives this actor, which its own outcome has just ended.
      (isFailure(error, "BROKEN") && (wire.deadLetters?.strike(keyOf(effect)) ?? 0) >= STRIKES),
    onHopeless: (effect, error, attempts) => {
      const order = orderOf(effect);
      setAside(wire, {
        reason: reasonOf(error),
        error: textOf(error),
        attempts,
        from: `portfolio.${portfolio}`,
        to: { kind: "portfolio", id: portfolio, message: "redeliver", mode: "command" },
        input: { order },
        trace: {
          order,
          account: effect.account,
          effect: effect.type,
          ...(effect.type === "place"
            ? { strategy: effect.order.strategy, tag: effect.order.tag, instrument: effect.order.instrument }
            : { instrument: effect.instrument }),
        },
        money: true,
      });
    },
    onStuck: (effect, error) =>
      wire.log.error(`portfolio.${portfolio}: ${effect.type} of ${orderOf(effect)} is not taken; tried on`, {
        error,
      }),
  });

  return {
    post: (effect: Effect): number => outbox.post([effect]),
    /** What the ledger holds undelivered: each may have been sent before. */
    again: (effects: readonly Effect[]): number =>
      outbox.post(
        effects.filter((effect) => !isAside(effect)),
        2,
      ),
    /** A person wants it tried once more, whatever it did before. */
    once: (effects: readonly Effect[]): number => outbox.post(effects, 2),
    get depth(): number {
      return outbox.depth;
    },
    stop: (graceMs?: number) => outbox.stop(graceMs),
  };
};
