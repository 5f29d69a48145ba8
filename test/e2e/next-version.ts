/**
 * The next version of the portfolio, for tests of upgrades: schema + 1, in which an aim's `reason` is called `why` and
 * says what its exposure counts in. What stands in old journals is lifted to the same form.
 */
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { portfolioDecider, type PortfolioVersion } from "../../domain/portfolio/portfolio.ts";
import { portfolioSchema } from "../../domain/portfolio/upcast.ts";
import type { Schema } from "../../domain/values/upcast.ts";

/** As a later program would name it; to today's code it is still an event. */
const toNext = (event: PortfolioEvent): PortfolioEvent => {
  if (event.type !== "AimSet") return event;
  const { reason: why, ...rest } = event;
  return { ...rest, why, of: "equity" } as unknown as PortfolioEvent;
};
const toToday = (event: PortfolioEvent): PortfolioEvent => {
  if (event.type !== "AimSet") return event;
  const { why, ...rest } = event as typeof event & { readonly why: string };
  return { ...rest, reason: why };
};

const from: number = portfolioSchema.schema;
const schema: Schema = {
  schema: from + 1,
  upcasts: {
    ...portfolioSchema.upcasts,
    [from]: ({ command, events }) => ({ command, events: (events as PortfolioEvent[]).map(toNext) }),
  },
};

export const nextPortfolio = {
  schema,
  decider: (settings) => {
    const today = portfolioDecider(settings);
    return {
      ...today,
      ...schema,
      decide: (state, command) => today.decide(state, command).map(toNext),
      evolve: (state, event) => today.evolve(state, toToday(event)),
      settle: (state) => today.settle(state).map(toNext),
    };
  },
} satisfies PortfolioVersion;
