/**
 * The time in a cell, whatever unit its source counts in. Between 2001 and 2286 the number of digits tells seconds (10),
 * milliseconds (13), microseconds (16) and nanoseconds (19) apart. Text is ISO 8601; without a zone it is UTC.
 */

const NEXT_UNIT = 1e11;

/** Ms of a whole number of seconds, ms or us; NaN for what is none of them. */
export const msOf = (count: number): number => {
  if (count >= 1e9 && count < NEXT_UNIT / 10) return count * 1_000;
  if (count >= 1e12 && count < 1e13) return count;
  if (count >= 1e15 && count < 1e16) return count / 1_000;
  if (count >= 1e18 && count < 1e19) return Math.round(count / 1e6);
  return Number.NaN;
};

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?)?$/;

/** Ms of ISO text or a number in text, which may have decimals when it counts seconds; undefined for what is no time. */
export const timeOf = (text: string): number | undefined => {
  if (/^\d{10,19}$/.test(text)) {
    // Nanoseconds do not fit a double: their last six digits are below a millisecond.
    const ms = text.length === 19 ? Number(text.slice(0, 13)) : msOf(Number(text));
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (/^\d{10}\.\d+$/.test(text)) return Math.round(Number(text) * 1e6) / 1e3;
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDay = new Date(date).getUTCDate() === Number(day) && Number(month) <= 12;
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const clock = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
  return date + clock + Math.round(Number(`0.${fraction}`) * 1e6) / 1e3 - offsetOf(zone);
};

const offsetOf = (zone: string): number => {
  if (zone === "Z" || zone === "UTC") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
};
