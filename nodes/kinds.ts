/** The kinds of actors, and which of them a role carries. */
import type { Settings } from "./settings.ts";

/** In order of start: nobody starts before those it asks. */
export const kinds = [
  "exchange",
  "recorder",
  "symbol",
  "risk",
  "portfolio",
  "execution",
  "strategy",
] as const;

/** Which kinds a role carries. */
const carried: Readonly<Record<Settings["roles"][number], readonly string[]>> = {
  all: ["*"],
  venue: ["exchange", "execution"],
  market: ["symbol"],
  strategy: ["strategy"],
  portfolio: ["portfolio", "risk"],
  recorder: ["recorder"],
  gateway: [],
  trainer: [],
};
export const kindsOf = (roles: Settings["roles"]): readonly string[] => [
  ...new Set(roles.flatMap((role) => carried[role])),
];
