/** Limits of portfolios, and those over several: seen, changed, and a raise approved by a second person. */
import type { LimitsView } from "../contracts/limits.ts";
import { ref } from "../contracts/contract.ts";
import { Failure } from "../contracts/failure.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { RISK, RiskContract, type RiskView } from "../contracts/risk.ts";
import type { LimitChange, LimitOutcome } from "../domain/risk/raises.ts";
import type { Seen } from "./overview.ts";
import { sharedLimitsOf } from "./shared-limits.ts";

/** The limits of one portfolio, or without its name those over several. */
interface Whose {
  readonly portfolio?: string | undefined;
}

export interface LimitsAnswer {
  readonly portfolios: readonly ({ readonly portfolio: string } & LimitsView)[];
  /** null where nothing is shared. */
  readonly shared: (LimitsView & { readonly grants: RiskView }) | null;
}

const refused: Readonly<Record<string, readonly [message: string, code: number, type: string]>> = {
  "same-person": [
    "a raise needs a second person: whoever asked for it may not approve it",
    403,
    "SAME_PERSON",
  ],
  expired: ["nobody approved this raise in time: it has to be asked for again", 409, "EXPIRED"],
};

export const limitControls = ({
  wire,
  settings,
  marketNow,
}: Pick<Seen, "wire" | "settings" | "marketNow">) => {
  const shares = sharedLimitsOf(settings) !== undefined;
  const owner = (portfolio: string | undefined) => {
    if (portfolio !== undefined && Object.hasOwn(settings.portfolios, portfolio))
      return ref(wire, PortfolioContract, portfolio);
    if (portfolio === undefined && shares) return ref(wire, RiskContract, RISK);
    const what = portfolio === undefined ? "limit over several portfolios" : `portfolio ${portfolio}`;
    throw new Failure("Unknown", `there is no ${what}`, 404, "NO_SUCH_ACTOR", false);
  };
  const told = (outcome: LimitOutcome): LimitOutcome => {
    const no = refused[outcome.outcome];
    if (no !== undefined) throw new Failure("Refused", no[0], no[1], no[2], false);
    return outcome;
  };

  return {
    async show(): Promise<LimitsAnswer> {
      const risk = ref(wire, RiskContract, RISK);
      const [portfolios, shared] = await Promise.all([
        Promise.all(
          Object.keys(settings.portfolios).map(async (portfolio) => ({
            portfolio,
            ...(await ref(wire, PortfolioContract, portfolio).limits()),
          })),
        ),
        shares
          ? Promise.all([risk.limits(), risk.view()]).then(([limits, grants]) => ({ ...limits, grants }))
          : null,
      ]);
      return { portfolios, shared };
    },
    /** Lower at once; a raise is asked for, with its number. Throws `Invalid`. */
    change: ({ portfolio }: Whose, change: LimitChange, by: string) =>
      owner(portfolio).changeLimits({ change, by, at: marketNow() }),
    /** Throws a 403 for whoever asked, a 409 when it is too late. */
    approve: async ({ portfolio }: Whose, number: number, by: string) =>
      told(await owner(portfolio).approveRaise({ number, by, at: marketNow() })),
    withdraw: ({ portfolio }: Whose, number: number, by: string) =>
      owner(portfolio).withdrawRaise({ number, by, at: marketNow() }),
  };
};
