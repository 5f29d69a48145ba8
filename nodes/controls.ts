/**
 * What people may do to a running cluster: start, stop and reload a strategy, halt and resume trading, cancel orders.
 * The gateway and the REPL act here and nowhere else. Portfolios are halted one by one: a silent one keeps nobody
 * else from being halted, and is named.
 */
import { ref } from "../contracts/contract.ts";
import { Failure } from "../contracts/failure.ts";
import { HostContract } from "../contracts/host.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { StrategyContract, type StopMode, type Told } from "../contracts/strategy.ts";
import type { StrategyId } from "../domain/values/values.ts";
import { closePart, type Part } from "./close-part.ts";
import { killSwitch } from "./kill-switch.ts";
import { limitControls } from "./limit-controls.ts";
import { openLegsOf } from "./open-legs.ts";
import type { Overview, Seen } from "./overview.ts";

export interface HaltWish {
  readonly level: "entries" | "all";
  readonly reason: string;
  readonly portfolio?: string | undefined;
}

const noSuch = (what: string): Failure =>
  new Failure("Unknown", `there is no ${what}`, 404, "NO_SUCH_ACTOR", false);

/** `by` names who acts, for the ledger. */
export const controls = ({ wire, settings, marketNow }: Seen, ask: Overview) => {
  const configured = (id: string) => {
    const found = settings.strategies.find((one) => one.id === id && one.enabled);
    if (found === undefined) throw noSuch(`strategy ${id}`);
    return found;
  };
  const strategy = (id: string) => ref(wire, StrategyContract, configured(id).id);

  const chosen = (id: string | undefined): readonly string[] => {
    if (id === undefined) return Object.keys(settings.portfolios);
    if (!Object.hasOwn(settings.portfolios, id)) throw noSuch(`portfolio ${id}`);
    return [id];
  };

  /** All of them at once; throws a 503 that names those that failed and those that did not. */
  const each = async (
    ids: readonly string[],
    act: (id: string) => Promise<unknown>,
  ): Promise<readonly string[]> => {
    const done: string[] = [];
    const failed: string[] = [];
    await Promise.all(
      ids.map((id) =>
        act(id).then(
          () => done.push(id),
          (error: unknown) => failed.push(`${id} (${(error as Error).message})`),
        ),
      ),
    );
    if (failed.length === 0) return done;
    const others = done.length === 0 ? "" : `; done for ${done.join(", ")}`;
    throw new Failure(
      "Partly",
      `not done for portfolio ${failed.join(", ")}${others}`,
      503,
      "PARTLY_DONE",
      true,
    );
  };

  return {
    start: (id: string) => strategy(id).start(),
    stop: (id: string, orders: StopMode) => strategy(id).stop({ orders }),
    predict: (id: string, predictions: readonly Told[]) => strategy(id).predict({ predictions }),

    /** Wherever it runs: its file is read again and it goes on from what it had saved. Broken files change nothing. */
    async reload(id: string): Promise<{ readonly host: string }> {
      strategy(id);
      const { actors } = await ask.actors();
      const running = actors.find((one) => one.kind === "strategy" && one.id === id);
      if (running === undefined)
        throw new Failure("Unavailable", `strategy.${id} runs nowhere now`, 503, "UNAVAILABLE", true);
      await ref(wire, HostContract, running.host).restart({ kind: "strategy", id });
      return { host: running.host };
    },

    halt: ({ level, reason, portfolio }: HaltWish, by: string) =>
      each(chosen(portfolio), (id) =>
        ref(wire, PortfolioContract, id).halt({ level, by, reason, at: marketNow() }),
      ),
    /** What a halt leaves open; of one portfolio, or of all. */
    openLegs: (portfolio?: string) =>
      openLegsOf({ wire, settings }, (one) => portfolio === undefined || one.portfolio === portfolio),
    killSwitch: killSwitch({ wire, settings, marketNow }),
    limits: limitControls({ wire, settings, marketNow }),
    resume: (portfolio: string | undefined, by: string) =>
      each(chosen(portfolio), (id) => ref(wire, PortfolioContract, id).resume({ by, at: marketNow() })),
    closePart: (id: string, part: Part, by: string) =>
      closePart({ wire, marketNow }, configured(id), part, by),
    cancelOrders: (
      portfolio: string,
      which: { strategy?: string | undefined; stops?: boolean },
      by: string,
    ) =>
      each(chosen(portfolio), (id) =>
        ref(wire, PortfolioContract, id).cancelOrders({
          ...(which.strategy === undefined ? {} : { strategy: which.strategy as StrategyId }),
          stops: which.stops ?? false,
          by,
          at: marketNow(),
        }),
      ),
  };
};

export type Controls = ReturnType<typeof controls>;
