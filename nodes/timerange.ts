/** A range of time as freqtrade's users write it: `20210101-20210301`, `20210101-`, `-20210301`; seconds or ms since the epoch too. */
import { Invalid } from "../domain/values/invalid.ts";

export interface Timerange {
  /** Ms; first, and one past the last. */
  readonly from?: number;
  readonly to?: number;
}

/** Throws `Invalid` naming `field`. */
export const parseTimerange = (text: string, field = "--timerange"): Timerange => {
  const match = /^(\d{8}|\d{10}|\d{13})?-(\d{8}|\d{10}|\d{13})?$/.exec(text);
  const [from, to] = [timeOf(match?.[1]), timeOf(match?.[2])];
  const wrong = match === null || (from === undefined && to === undefined);
  if (wrong || Number.isNaN(from) || Number.isNaN(to) || (from ?? -Infinity) >= (to ?? Infinity))
    throw new Invalid(field, "a range such as 20210101-20210301, 20210101- or -20210301", text);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};

const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (text.length === 13) return Number(text);
  if (text.length === 10) return Number(text) * 1_000;
  return Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`);
};
