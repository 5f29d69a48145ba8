/** Who may enter what, and when: lists, jurisdictions, calendars, quiet times, rates of cancels, orders that a model drives. */
import type { Instrument } from "../../market/instrument.ts";
import { Fields } from "../fields.ts";
import type { MessageRule } from "../message-ratio.ts";
import {
  type Calendar,
  type Funding,
  isOpen,
  nextFunding,
  type QuietEvent,
  readCalendars,
  readEvents,
  readFunding,
} from "./calendar.ts";
import { concerns, isCovered, isNamed, readNames } from "./names.ts";

/** Where the portfolio's owner is, and what may not be entered from where. */
export interface Jurisdiction {
  readonly home: string;
  readonly rules: readonly { readonly names: readonly string[]; readonly barred: readonly string[] }[];
}

/** Strategies whose orders a model decides. */
export interface Models {
  readonly strategies: readonly string[];
  /** Value held by each of them, of its own equity. */
  readonly exposure?: number;
  /** Entries of each in any 60 minutes. */
  readonly ordersPerHour?: number;
}

export interface Controls {
  readonly restricted: readonly string[];
  /** Empty: everything. */
  readonly allowed: readonly string[];
  readonly jurisdiction?: Jurisdiction;
  readonly calendars: readonly Calendar[];
  readonly events: readonly QuietEvent[];
  readonly funding?: Funding;
  /** No entries while as many orders were cancelled within a minute. */
  readonly cancelsPerMinute?: number;
  readonly orderToTrade?: MessageRule;
  readonly models?: Models;
}

const country = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

export const readControls = (raw: unknown, path: string): Controls => {
  const fields = new Fields(raw, path, [
    "restricted",
    "allowed",
    "jurisdiction",
    "calendars",
    "events",
    "funding",
    "cancelsPerMinute",
    "orderToTrade",
    "models",
  ]);
  const restricted = readNames(fields, "restricted");
  const allowed = readNames(fields, "allowed");
  for (const [k, name] of allowed.entries())
    if (isCovered(restricted, name))
      new Fields({ [k]: name }, fields.at("allowed"), [String(k)]).refuse(
        String(k),
        "a name that is not restricted",
      );
  const jurisdiction = readJurisdiction(fields.get("jurisdiction"), fields.at("jurisdiction"));
  const funding = readFunding(fields.get("funding"), fields.at("funding"));
  const orderToTrade = readOrderToTrade(fields.get("orderToTrade"), fields.at("orderToTrade"));
  const models = readModels(fields.get("models"), fields.at("models"));
  return {
    restricted,
    allowed,
    ...(jurisdiction === undefined ? {} : { jurisdiction }),
    calendars: readCalendars(fields, "calendars"),
    events: readEvents(fields, "events"),
    ...(funding === undefined ? {} : { funding }),
    ...(fields.has("cancelsPerMinute")
      ? { cancelsPerMinute: fields.count("cancelsPerMinute", 1, 1_000_000, 1) }
      : {}),
    ...(orderToTrade === undefined ? {} : { orderToTrade }),
    ...(models === undefined ? {} : { models }),
  };
};

const readJurisdiction = (raw: unknown, path: string): Jurisdiction | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["home", "rules"]);
  const expected = "a country or a part of it such as DE or US-NY";
  return {
    home: fields.text("home", country, expected),
    rules: fields.objects("rules", ["names", "barred"]).map((rule) => {
      const names = readNames(rule, "names");
      if (names.length === 0) rule.refuse("names", "at least one asset, symbol, instrument or venue");
      return { names, barred: rule.texts("barred", country, expected) };
    }),
  };
};

const readOrderToTrade = (raw: unknown, path: string): MessageRule | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["max", "minutes", "free"]);
  const max = fields.maybeNumber("max", 1, 1_000_000);
  if (max === undefined) return fields.refuse("max", "messages for each fill, from 1 to 1000000");
  return {
    max,
    minutes: fields.count("minutes", 1, 1_440, 60),
    free: fields.count("free", 1, 1_000_000, 100),
  };
};

const readModels = (raw: unknown, path: string): Models | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["strategies", "exposure", "ordersPerHour"]);
  const strategies = fields.texts("strategies", /^.{1,64}$/, "the id of a strategy");
  if (strategies.length === 0) fields.refuse("strategies", "the ids of strategies that a model drives");
  const exposure = fields.maybeRatio("exposure", 100);
  if (exposure === undefined && !fields.has("ordersPerHour"))
    fields.refuse("exposure", "a cap, or ordersPerHour: without either nothing is capped");
  return {
    strategies,
    ...(exposure === undefined ? {} : { exposure }),
    ...(fields.has("ordersPerHour") ? { ordersPerHour: fields.count("ordersPerHour", 1, 1_000_000, 1) } : {}),
  };
};

export type PlaceRule =
  "restricted" | "not-allowed" | "jurisdiction" | "closed-hours" | "event" | "funding-time";

export interface Barred {
  readonly rule: PlaceRule;
  /** Until when, ms; 0 where it does not end by itself. */
  readonly until: number;
}

/** Why this instrument may not be entered now. */
export const barredBy = (controls: Controls, instrument: Instrument, at: number): Barred | undefined => {
  const { restricted, allowed, jurisdiction, calendars, events, funding } = controls;
  if (isNamed(restricted, instrument)) return { rule: "restricted", until: 0 };
  if (!concerns(allowed, instrument)) return { rule: "not-allowed", until: 0 };
  if (jurisdiction !== undefined && isBarredThere(jurisdiction, instrument))
    return { rule: "jurisdiction", until: 0 };
  for (const calendar of calendars)
    if (concerns(calendar.instruments, instrument) && !isOpen(calendar, at))
      return { rule: "closed-hours", until: 0 };
  for (const event of events)
    if (
      at >= event.at - event.beforeMs &&
      at < event.at + event.afterMs + 1 &&
      concerns(event.instruments, instrument)
    )
      return { rule: "event", until: event.at + event.afterMs };
  if (funding !== undefined && concerns(funding.instruments, instrument)) {
    const next = nextFunding(funding, at);
    if (next - at <= funding.beforeMs) return { rule: "funding-time", until: next };
  }
  return undefined;
};

/** A rule for US holds in US-NY too. */
const isBarredThere = ({ home, rules }: Jurisdiction, instrument: Instrument): boolean =>
  rules.some(
    ({ names, barred }) =>
      isNamed(names, instrument) && barred.some((place) => home === place || home.startsWith(`${place}-`)),
  );
