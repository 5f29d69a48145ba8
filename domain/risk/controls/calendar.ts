/** When an instrument may be entered: sessions by weekday in a time zone, with days off; and quiet times before events and funding. */
import { daysOf } from "../../values/date.ts";
import { Invalid } from "../../values/invalid.ts";
import { Fields } from "../fields.ts";
import { readNames } from "./names.ts";
import { checkZone, localTime, weekdayOf } from "./zone.ts";

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** From and to in minutes after local midnight; `to` is not part of it. Over midnight: `to` is below `from`. */
export interface Session {
  readonly from: number;
  readonly to: number;
}

export interface Calendar {
  /** Assets, symbols or instruments; empty: all. */
  readonly instruments: readonly string[];
  readonly timeZone: string;
  /** By weekday, Sunday first. */
  readonly sessions: readonly (readonly Session[])[];
  /** Local days without any session, counted from 1970-01-01. */
  readonly holidays: readonly number[];
}

const timeOfDay = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const date = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Throws `Invalid` for two of the same instruments that are never open at the same time: nothing could be entered. */
export const readCalendars = (parent: Fields, name: string): readonly Calendar[] => {
  const calendars = readEach(parent, name);
  for (const [k, calendar] of calendars.entries())
    for (const [j, other] of calendars.slice(0, k).entries())
      if (isSameNames(calendar.instruments, other.instruments) && !openTogether(calendar, other))
        throw new Invalid(
          `${parent.at(name)}.${k}.sessions`,
          `sessions that meet those of ${name}.${j}: it is of the same instruments`,
          "none that does",
        );
  return calendars;
};

const isSameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** A winter's and a summer's week, by quarters of an hour: no zone is off by less. */
const DAY_MS = 86_400_000;
const WEEKS = [daysOf(2026, 1, 4) * DAY_MS, daysOf(2026, 7, 5) * DAY_MS];
const QUARTER_MS = 15 * 60_000;

const openTogether = (a: Calendar, b: Calendar): boolean => {
  const [x, y] = [a, b].map((one): Calendar => ({ ...one, holidays: [] })) as [Calendar, Calendar];
  for (const from of WEEKS)
    for (let at = from; at < from + 7 * DAY_MS; at += QUARTER_MS)
      if (isOpen(x, at) && isOpen(y, at)) return true;
  return false;
};

const readEach = (parent: Fields, name: string): readonly Calendar[] =>
  parent.objects(name, ["instruments", "timeZone", "sessions", "holidays"]).map((fields) => {
    const sessions = new Fields(fields.get("sessions"), fields.at("sessions"), weekdays);
    const read = weekdays.map((day) =>
      sessions.list(day).map((each, k) => readSession(each, `${sessions.at(day)}.${k}`)),
    );
    if (read.every((day) => day.length === 0)) fields.refuse("sessions", "at least one session of a weekday");
    return {
      instruments: readNames(fields, "instruments"),
      timeZone: checkZone(fields.text("timeZone", /./, "a time zone", "UTC"), fields.at("timeZone")),
      sessions: read,
      holidays: fields.texts("holidays", date, "a date such as 2026-12-25").map((text, k) => {
        const day = dayOf(text);
        if (Number.isNaN(day)) throw new Invalid(`${fields.at("holidays")}.${k}`, "a date that exists", text);
        return day;
      }),
    };
  });

const dayOf = (text: string): number => {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  return daysOf(year!, month!, day!);
};

/** "09:30-16:00"; "22:00-02:00" ends the next day, "00:00-24:00" is the whole day. */
const readSession = (raw: unknown, field: string): Session => {
  const parts = typeof raw === "string" ? raw.split("-") : [];
  if (parts.length !== 2 || !parts.every((part) => timeOfDay.test(part)) || parts[0] === parts[1])
    throw new Invalid(field, "a session such as 09:30-16:00", raw);
  const [from, to] = parts.map((part) => Number(part.slice(0, 2)) * 60 + Number(part.slice(3))) as [
    number,
    number,
  ];
  if (from === 1_440) throw new Invalid(field, "a session that begins before 24:00", raw);
  return { from, to };
};

export const isOpen = ({ timeZone, sessions, holidays }: Calendar, at: number): boolean => {
  const { day, minutes } = localTime(timeZone, at);
  if (!holidays.includes(day))
    for (const { from, to } of sessions[weekdayOf(day)]!)
      if (minutes >= from && (minutes < to || to < from)) return true;
  // What began yesterday may go on over midnight.
  if (holidays.includes(day - 1)) return false;
  return sessions[weekdayOf(day - 1)]!.some(({ from, to }) => to < from && minutes < to);
};

/** No entries from `beforeMs` before it until `afterMs` after it. */
export interface QuietEvent {
  readonly name: string;
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly instruments: readonly string[];
}

const MINUTE_MS = 60_000;
const moment = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** Of ISO 8601 text with a zone, in ms; NaN for a date that does not exist. */
const momentOf = (text: string): number => {
  const clock = text
    .slice(11)
    .replace(/(Z|[+-]\d\d:\d\d)$/, "")
    .split(":")
    .map(Number);
  const zone = /([+-])(\d\d):(\d\d)$/.exec(text);
  const ahead = zone === null ? 0 : (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  const minutes = dayOf(text) * 1_440 + clock[0]! * 60 + clock[1]! - ahead;
  return minutes * MINUTE_MS + (clock[2] ?? 0) * 1_000;
};

export const readEvents = (parent: Fields, name: string): readonly QuietEvent[] =>
  parent.objects(name, ["name", "at", "beforeMinutes", "afterMinutes", "instruments"]).map((fields) => {
    const at = momentOf(fields.text("at", moment, "a time with its zone, such as 2026-03-18T18:00:00Z"));
    if (Number.isNaN(at)) fields.refuse("at", "a time that exists, such as 2026-03-18T18:00:00Z");
    return {
      name: fields.text("name", /^.{1,60}$/, "a name of at most 60 characters", "event"),
      at,
      beforeMs: fields.number("beforeMinutes", 0, 10_080, 30) * MINUTE_MS,
      afterMs: fields.number("afterMinutes", 0, 10_080, 0) * MINUTE_MS,
      instruments: readNames(fields, "instruments"),
    };
  });

/** Funding is paid every `everyMs`, counted from midnight UTC plus `offsetMs`. */
export interface Funding {
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly beforeMs: number;
  readonly instruments: readonly string[];
}

export const readFunding = (raw: unknown, path: string): Funding | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["everyHours", "offsetHours", "beforeMinutes", "instruments"]);
  const every = fields.ratio("everyHours", 24, 8);
  if (24 % every !== 0) fields.refuse("everyHours", "hours that divide a day");
  const before = fields.ratio("beforeMinutes", 1_440, 15);
  if (before >= every * 60) fields.refuse("beforeMinutes", `less than everyHours (${every})`);
  return {
    everyMs: every * 60 * MINUTE_MS,
    offsetMs: fields.number("offsetHours", 0, 24, 0) * 60 * MINUTE_MS,
    beforeMs: before * MINUTE_MS,
    instruments: readNames(fields, "instruments"),
  };
};

/** When funding is paid next, at `at` or later. */
export const nextFunding = ({ everyMs, offsetMs }: Funding, at: number): number =>
  Math.ceil((at - offsetMs) / everyMs) * everyMs + offsetMs;
