/**
 * Local time of a zone at a moment, by the zone data that come with the runtime (Intl): daylight saving needs no table of ours.
 * Formatters are kept, since making one costs a hundred times its use.
 */
import { daysOf } from "../../values/date.ts";
import { Invalid } from "../../values/invalid.ts";

export interface LocalTime {
  /** Of the local date, counted from 1970-01-01. */
  readonly day: number;
  /** Minutes after local midnight by the wall clock, 0 to 1439. */
  readonly minutes: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
};

/** Throws `Invalid` naming the field for a zone that the runtime does not know. */
export const checkZone = (zone: string, field: string): string => {
  try {
    formatterOf(zone);
  } catch {
    throw new Invalid(field, "a time zone such as Europe/Berlin or UTC", zone);
  }
  return zone;
};

export const localTime = (zone: string, at: number): LocalTime => {
  const found: Record<string, string> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) found[type] = value;
  return {
    day: daysOf(Number(found["year"]), Number(found["month"]), Number(found["day"])),
    minutes: Number(found["hour"]) * 60 + Number(found["minute"]),
  };
};

/** 0 Sunday to 6 Saturday, of a day counted from 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** The first moment, to the minute, of the local day after that of `at`. A local day has 23 to 25 hours. */
export const nextDay = (zone: string, at: number): number => {
  const { day } = localTime(zone, at);
  let low = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  let high = low + 30 * 60 * MINUTE_MS;
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (localTime(zone, middle).day === day) low = middle;
    else high = middle;
  }
  return high;
};

const MINUTE_MS = 60_000;
