/** Messages about limits that people change while it runs: of one portfolio, or of those over several. A raise needs two people. */
import * as v from "valibot";
import type { AskedRaise, LimitChange, LimitOutcome } from "../domain/risk/raises.ts";
import type { Timestamp } from "../domain/values/values.ts";
import { command, nothing, query } from "./contract.ts";
import { parser, shortText, timeMs } from "./parsers.ts";

interface By {
  readonly by: string;
  readonly at: Timestamp;
}

export interface LimitsView {
  /** Decimals as text, counts and percents as numbers. */
  readonly limits: Readonly<Record<string, string | number>>;
  readonly configured: Readonly<Record<string, string | number>>;
  readonly waiting: readonly AskedRaise[];
}

const by = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const change = v.record(shortText, v.nullable(v.union([v.pipe(v.string(), v.maxLength(60)), v.number()])));
const raise = parser(v.object({ number: v.pipe(v.number(), v.integer(), v.minValue(1)), by, at: timeMs }));

export const limitAnswers = {
  changeLimits: command<{ readonly change: LimitChange } & By, LimitOutcome>(
    parser(v.object({ change, by, at: timeMs })),
  ),
  approveRaise: command<{ readonly number: number } & By, LimitOutcome>(raise),
  withdrawRaise: command<{ readonly number: number } & By, LimitOutcome>(raise),
  limits: query<void, LimitsView>(nothing),
} as const;
