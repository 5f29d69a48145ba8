/**
 * The kill switch: every portfolio is halted altogether, and what rests at the venue is cancelled but for what protects a position.
 * Each portfolio acknowledges when its halt is in the journal, so it holds over restarts and moves; one that is silent is named,
 * keeps no other from being halted, and is told again until it acknowledges. A process cut off from the others stops by itself when its lease ends.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ref } from "../contracts/contract.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import type { Seen } from "./overview.ts";

export interface Switched {
  /** In the order of their answers; ms from the order to the answer. */
  readonly acknowledged: readonly { readonly actor: string; readonly ms: number }[];
  readonly silent: readonly { readonly actor: string; readonly error: string }[];
}

/** Between two attempts at a silent portfolio, and how long it is told: whoever takes it over needs some seconds. */
const AGAIN_MS = 500;
const PURSUED_MS = 600_000;

export const killSwitch = ({ wire, settings, marketNow }: Pick<Seen, "wire" | "settings" | "marketNow">) => {
  const each = async (act: (id: string, done: () => void) => Promise<unknown>): Promise<Switched> => {
    const began = performance.now();
    const acknowledged: { readonly actor: string; readonly ms: number }[] = [];
    const silent: { readonly actor: string; readonly error: string }[] = [];
    await Promise.all(
      Object.keys(settings.portfolios).map((id) => {
        const actor = `portfolio.${id}`;
        const done = (): void => void acknowledged.push({ actor, ms: Math.round(performance.now() - began) });
        return act(id, done).catch((error: unknown) =>
          silent.push({ actor, error: (error as Error).message }),
        );
      }),
    );
    return { acknowledged, silent };
  };

  const haltOne = async (id: string, reason: string, by: string, done: () => void): Promise<void> => {
    const portfolio = ref(wire, PortfolioContract, id);
    await portfolio.halt({ level: "all", by, reason, at: marketNow() });
    done();
    await portfolio.cancelOrders({ by, at: marketNow() });
  };

  /** How often the switch was turned here: whoever is told again stops when it is turned once more. */
  let turns = 0;

  /** Until it acknowledges, or the switch is lifted: here, or elsewhere, so that one of `others`, which had acknowledged, trades again. */
  const pursue = async (
    id: string,
    {
      others,
      reason,
      by,
    }: { readonly others: ReadonlySet<string>; readonly reason: string; readonly by: string },
  ): Promise<void> => {
    const turn = turns;
    const until = performance.now() + PURSUED_MS;
    while (performance.now() < until) {
      await pause(AGAIN_MS, undefined, { ref: false });
      if (turn !== turns) return;
      const { portfolios } = await status();
      if (portfolios.some(({ actor, answers, halted }) => others.has(actor) && answers && halted === null))
        return;
      try {
        await haltOne(id, reason, by, () => undefined);
        return;
      } catch {
        // Still silent.
      }
    }
  };

  /** `on` when every portfolio is halted altogether; null where one does not answer. */
  const status = async () => {
    const portfolios = await Promise.all(
      Object.keys(settings.portfolios).map((id) =>
        ref(wire, PortfolioContract, id)
          .view()
          .then(
            ({ halted }) => ({ actor: `portfolio.${id}`, answers: true, halted }),
            () => ({ actor: `portfolio.${id}`, answers: false, halted: null }),
          ),
      ),
    );
    return { on: portfolios.every(({ halted }) => halted?.level === "all"), portfolios };
  };

  return {
    on: async (reason: string, by: string): Promise<Switched> => {
      turns += 1;
      const switched = await each((id, done) => haltOne(id, reason, by, done));
      const others = new Set(switched.acknowledged.map(({ actor }) => actor));
      for (const { actor } of switched.silent)
        void pursue(actor.slice("portfolio.".length), { others, reason, by });
      return switched;
    },

    off: (by: string): Promise<Switched> => {
      turns += 1;
      return each(async (id, done) => {
        await ref(wire, PortfolioContract, id).resume({ by, at: marketNow() });
        done();
      });
    },

    status,
  };
};
