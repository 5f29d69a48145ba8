/** Limits over all portfolios: each asks for a grant of them, and is answered with what it may use, until when. */
import * as v from "valibot";
import type { AskGrant, Grant } from "../domain/risk/shared/granting.ts";
import type { ByLimit } from "../domain/risk/shared/shared-limits.ts";
import type { Money, Timestamp } from "../domain/values/values.ts";
import { command, contract, nothing, query, type Parse } from "./contract.ts";
import { limitAnswers } from "./limits.ts";
import { moneyValue, parser, shortText, timeMs } from "./parsers.ts";

/** The id of the one actor of its kind. */
export const RISK = "main";

/** One limit with what each portfolio may use of it, as far as is known. */
export interface SharedLimitView {
  readonly limit: string;
  readonly max: Money;
  /** What may be in use at most: the sum over the portfolios. */
  readonly granted: Money;
  readonly portfolios: readonly {
    readonly portfolio: string;
    /** Counted against the limit. */
    readonly granted: Money;
    /** As it said last. */
    readonly used: Money;
  }[];
}

export interface RiskView {
  readonly quote: string;
  readonly limits: readonly SharedLimitView[];
  readonly portfolios: readonly {
    readonly portfolio: string;
    /** Last grant issued; 0 while it has never asked. */
    readonly version: number;
    readonly askedAt: Timestamp;
    readonly until: Timestamp;
  }[];
}

const amounts = v.record(shortText, v.pipe(moneyValue, v.minValue(0n as Money)));

export const RiskContract = contract({
  kind: "risk",
  answers: {
    /** Each ask is answered with a new version; the answer to one that was lost harms nothing. */
    askGrant: command<Omit<AskGrant, "type">, Grant>(
      parser(
        v.object({
          portfolio: shortText,
          version: v.pipe(v.number(), v.integer(), v.minValue(0)),
          has: amounts,
          used: amounts,
          wants: amounts,
          at: timeMs,
        }),
      ) as Parse<Omit<AskGrant, "type"> & { readonly has: ByLimit }>,
    ),
    ...limitAnswers,
    view: query<void, RiskView>(nothing),
    inspect: query<void, RiskView>(nothing),
  },
  tells: {},
});
