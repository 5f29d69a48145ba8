/** What equity earned in each calendar month and year: its last value over that of the period before, UTC. */
import { calendarKey } from "../performance/attribution.ts";
import type { Equity } from "./reported.ts";

export interface YearReturns {
  readonly year: string;
  /** January to December; null where the test was not there. */
  readonly months: readonly (number | null)[];
  readonly whole: number;
}

/** Years in order. The first month is compared with `startingBalance`; a close at midnight belongs to the day before. */
export const yearReturns = ({ at, value }: Equity, startingBalance: number): readonly YearReturns[] => {
  const lasts = new Map<string, number>();
  for (let i = 0; i < at.length; i += 1) lasts.set(calendarKey(at[i]! - 1, "month"), value[i]!);
  const years = new Map<string, { months: (number | null)[]; first: number; last: number }>();
  let before = startingBalance;
  for (const [month, last] of lasts) {
    const [year, number] = [month.slice(0, -3), Number(month.slice(-2))];
    const found = years.get(year) ?? { months: new Array<null>(12).fill(null), first: before, last };
    found.months[number - 1] = before > 0 ? last / before - 1 : 0;
    found.last = last;
    years.set(year, found);
    before = last;
  }
  return [...years].map(([year, { months, first, last }]) => ({
    year,
    months,
    whole: first > 0 ? last / first - 1 : 0,
  }));
};
