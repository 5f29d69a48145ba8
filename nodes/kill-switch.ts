/**
 * The kill switch: every portfolio is halted altogether, and what rests at the venue is cancelled but for what protects a position.
 * Each portfolio acknowledges when its halt is in the journal, so it holds over restarts and moves; one that is silent is named and
 * keeps no other from being halted. A process cut off from the others stops by itself when its lease ends.
 */
import { ref } from "../contracts/contract.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import type { Seen } from "./overview.ts";

export interface Switched {
  /** In the order of their answers; ms from the order to the answer. */
  readonly acknowledged: readonly { readonly actor: string; readonly ms: number }[];
  readonly silent: readonly { readonly actor: string; readonly error: string }[];
}

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

  return {
    on: (reason: string, by: string): Promise<Switched> =>
      each(async (id, done) => {
        const portfolio = ref(wire, PortfolioContract, id);
        await portfolio.halt({ level: "all", by, reason, at: marketNow() });
        done();
        await portfolio.cancelOrders({ by, at: marketNow() });
      }),

    off: (by: string): Promise<Switched> =>
      each(async (id, done) => {
        await ref(wire, PortfolioContract, id).resume({ by, at: marketNow() });
        done();
      }),

    /** `on` when every portfolio is halted altogether; null where one does not answer. */
    status: async () => {
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
    },
  };
};
