/** Which day, week or month a time falls into, counted in UTC; weeks begin on Monday. */
import { dateOf } from "../values/date.ts";

export const spans = ["day", "week", "month"] as const;
export type Span = (typeof spans)[number];

const DAY_MS = 86_400_000;
/** The epoch was a Thursday, three days after a Monday. */
const MONDAY = 3;

/** Ms since the epoch at which the span of `at` began. */
export const spanStart = (at: number, span: Span): number => {
  const day = Math.floor(at / DAY_MS);
  if (span === "day") return day * DAY_MS;
  if (span === "week") return (Math.floor((day + MONDAY) / 7) * 7 - MONDAY) * DAY_MS;
  return (day - dateOf(day).day + 1) * DAY_MS;
};
