/**
 * Limits over several portfolios in a simulated cluster, out of what each of them journals. At any moment the grants that they have taken
 * are no more than there is, no entry is beyond its portfolio's grant, and what was entered is no more than there is: all of it over all
 * portfolios together. A price that rises lets what is held be worth more; that is no entry and counts only once something is entered again.
 */
import type { Entry } from "../../adapters/journal/journal.ts";
import { adds } from "../../domain/order/order.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { grantView } from "../../domain/portfolio/grants.ts";
import { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import type { ByLimit } from "../../domain/risk/shared/shared-limits.ts";
import { format, least, type Money, type PortfolioId } from "../../domain/values/values.ts";

interface Watched {
  readonly state: PortfolioState;
  /** Worth of what it has entered, by limit: as it was entered, or less where it is worth less since. */
  entered: ByLimit;
}

const decider = portfolioDecider({
  ...{ id: "watched" as PortfolioId, limits: parseLimits(undefined), balanceSettleMs: 0 },
});
const ZERO = 0n as Money;

export class SharedWatch {
  readonly #limits: ByLimit;
  readonly #report: (detail: string) => void;
  readonly #watched = new Map<string, Watched>();

  constructor(limits: ByLimit, report: (detail: string) => void) {
    this.#limits = limits;
    this.#report = report;
  }

  /** An entry of a portfolio was stored. */
  stored(stream: string, { turns }: Entry): void {
    let one = this.#watched.get(stream);
    if (one === undefined) this.#watched.set(stream, (one = { state: decider.initial(), entered: {} }));
    for (const { events } of turns) this.#turn(stream, one, events as readonly PortfolioEvent[]);
  }

  #turn(stream: string, one: Watched, events: readonly PortfolioEvent[]): void {
    let enters = false;
    for (const event of events) {
      decider.evolve(one.state, event);
      enters ||= event.type === "OrderApproved" && adds(event.order);
    }
    const { grant } = grantView(one.state);
    if (grant === undefined) return;
    const { used, amounts } = grant;
    const entered: Record<string, Money> = {};
    for (const key of Object.keys(this.#limits)) {
      const now = used[key] ?? ZERO;
      entered[key] = enters ? now : least(now, one.entered[key] ?? ZERO);
      const may = amounts[key] ?? ZERO;
      if (enters && now > may) this.#report(`${stream} has entered ${key} ${format(now)} of ${format(may)}`);
    }
    one.entered = entered;
    this.#sum("granted", ({ state }) => state.grant?.amounts);
    this.#sum("entered", (each) => each.entered);
  }

  #sum(what: string, of: (one: Watched) => ByLimit | undefined): void {
    for (const [key, limit] of Object.entries(this.#limits)) {
      let sum = 0n;
      for (const one of this.#watched.values()) sum += of(one)?.[key] ?? 0n;
      if (sum > limit) this.#report(`${what} over all ${key} ${format(sum)}, the limit is ${format(limit)}`);
    }
  }
}
