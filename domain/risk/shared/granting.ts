/**
 * Who may use how much of the limits over all portfolios: the risk actor as a decider. The sum of what any portfolio may believe to
 * have never exceeds a limit, whatever messages are lost, repeated or late, and whoever restarts, without trusting a clock:
 *
 * - each answer is a new version; a portfolio takes only a later one than it has, and says which it has when it asks.
 * - until it has said that it took a version, the larger of that and of all before it counts as given away.
 * - what it no longer needs it gives up in its own journal first, and says so then: less under the same version.
 * - what it holds counts, even beyond its grant; time alone frees nothing, since positions do not end with a grant.
 */
import type { Decider } from "../../values/decider.ts";
import { Invalid } from "../../values/invalid.ts";
import { least, most, type Money, type Timestamp } from "../../values/values.ts";
import {
  evolveRaises,
  loadRaises,
  Raises,
  saveRaises,
  type LimitChange,
  type RaiseCommand,
  type RaiseEvent,
  type SavedRaises,
} from "../raises.ts";
import { decideChange, decideShared } from "./change.ts";
import type { ByLimit, SharedLimits } from "./shared-limits.ts";

/** What of the limits a portfolio may use, until then by its own market time. */
export interface Grant {
  /** Grows with every answer to this portfolio. */
  readonly version: number;
  readonly amounts: ByLimit;
  readonly until: Timestamp;
}

export interface AskGrant {
  readonly type: "AskGrant";
  readonly portfolio: string;
  /** Of the grant that it has; 0 for none. */
  readonly version: number;
  /** What it may use by that, less what it has given up since. */
  readonly has: ByLimit;
  /** Held and being entered. */
  readonly used: ByLimit;
  readonly wants: ByLimit;
  readonly at: Timestamp;
}

export type RiskCommand =
  | AskGrant
  | RaiseCommand
  | { readonly type: "SetSharedLimits"; readonly shared: SharedLimits; readonly at: Timestamp };

export type RiskEvent =
  | {
      readonly type: "SharedLimitsSet";
      /** As they count, and as the configuration says them. */
      readonly shared: SharedLimits;
      readonly configured: SharedLimits;
      readonly at: Timestamp;
    }
  | {
      readonly type: "SharedLimitsChanged";
      readonly limits: ByLimit;
      readonly change: LimitChange;
      readonly by: string;
      readonly at: Timestamp;
    }
  | RaiseEvent
  | {
      readonly type: "Granted";
      readonly portfolio: string;
      /** What it has said of itself, so far as it is news. */
      readonly taken: number;
      readonly has: ByLimit;
      readonly used: ByLimit;
      readonly grant: Grant;
      readonly at: Timestamp;
    }
  /** It is no longer configured, and its grant has ended. */
  | { readonly type: "PortfolioLeft"; readonly portfolio: string; readonly at: Timestamp };

export interface Member {
  /** Last version issued. */
  version: number;
  /** Last version that it is known to have taken, and what it has of that. */
  taken: number;
  has: ByLimit;
  /** The most of the versions issued since. */
  open: ByLimit;
  used: ByLimit;
  until: Timestamp;
  askedAt: Timestamp;
}

export class RiskState {
  shared: SharedLimits | undefined;
  configured: SharedLimits | undefined;
  raises = new Raises();
  readonly members = new Map<string, Member>();
}

const ZERO = 0n as Money;

/** What a portfolio may use, as far as anybody can know; before it has ever asked, an equal part is kept for it. */
export const reserved = (state: RiskState, portfolio: string, key: string): Money => {
  const member = state.members.get(portfolio);
  if (member === undefined) return fairPart(state.shared!, key);
  return most(most(member.has[key] ?? ZERO, member.open[key] ?? ZERO), member.used[key] ?? ZERO);
};

export const fairPart = ({ limits, portfolios }: SharedLimits, key: string): Money =>
  ((limits[key] ?? ZERO) / BigInt(Math.max(1, portfolios.length))) as Money;

/** Configured, or with something that may still be in use. */
export const sharers = (state: RiskState): ReadonlySet<string> =>
  new Set([...state.shared!.portfolios, ...state.members.keys()]);

const decide = (state: RiskState, command: RiskCommand): readonly RiskEvent[] => {
  if (command.type === "SetSharedLimits") return decideShared(state, command);
  return command.type === "AskGrant" ? decideAsk(state, command) : decideChange(state, command);
};

const decideAsk = (state: RiskState, command: AskGrant): readonly RiskEvent[] => {
  const { shared } = state;
  const { portfolio, at } = command;
  if (shared?.portfolios.includes(portfolio) !== true)
    throw new Invalid("portfolio", "one under the shared limits", portfolio);
  const left = [...state.members].filter(
    ([id, { until }]) => !shared.portfolios.includes(id) && until < at && id !== portfolio,
  );
  const gone = new Set(left.map(([id]) => id));
  const news = newsOf(state.members.get(portfolio), command);
  const amounts: Record<string, Money> = {};
  for (const key of Object.keys(shared.limits)) {
    let others = 0n;
    for (const id of sharers(state))
      if (id !== portfolio && !gone.has(id)) others += reserved(state, id, key);
    const room = most((shared.limits[key]! - others) as Money, ZERO);
    amounts[key] = least(most(command.wants[key] ?? ZERO, ZERO), room);
  }
  const version = Math.max(state.members.get(portfolio)?.version ?? 0, command.version) + 1;
  const until = (at + shared.grantMs) as Timestamp;
  return [
    ...left.map(([id]): RiskEvent => ({ type: "PortfolioLeft", portfolio: id, at })),
    { type: "Granted", portfolio, ...news, grant: { version, amounts, until }, at },
  ];
};

/** A late message may tell of an older time: then only what makes more of it counts. */
const newsOf = (
  member: Member | undefined,
  { version, has, used, at }: AskGrant,
): { readonly taken: number; readonly has: ByLimit; readonly used: ByLimit } => {
  if (member === undefined) return { taken: version, has, used };
  const late = version < member.taken || at < member.askedAt;
  return {
    taken: Math.max(version, member.taken),
    // Under one version it only ever becomes less.
    has:
      version > member.taken ? has : version === member.taken ? joined(has, member.has, least) : member.has,
    used: late ? joined(used, member.used, most) : used,
  };
};

const joined = (a: ByLimit, b: ByLimit, choose: (a: Money, b: Money) => Money): ByLimit => {
  const found: Record<string, Money> = {};
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
    found[key] = choose(a[key] ?? ZERO, b[key] ?? ZERO);
  return found;
};

const evolve = (state: RiskState, event: RiskEvent): void => {
  switch (event.type) {
    case "SharedLimitsSet":
      state.shared = event.shared;
      state.configured = event.configured;
      return;
    case "SharedLimitsChanged":
      state.shared = { ...state.shared!, limits: event.limits };
      return;
    case "PortfolioLeft":
      state.members.delete(event.portfolio);
      return;
    case "Granted": {
      const { portfolio, taken, has, used, grant, at } = event;
      const before = state.members.get(portfolio);
      const open = before === undefined || taken >= before.version ? {} : before.open;
      state.members.set(portfolio, {
        version: grant.version,
        ...{ taken, has, used },
        open: joined(open, grant.amounts, most),
        until: Math.max(grant.until, before?.until ?? 0) as Timestamp,
        askedAt: Math.max(at, before?.askedAt ?? 0) as Timestamp,
      });
      return;
    }
    default:
      evolveRaises(state.raises, event);
  }
};

interface SavedRisk {
  readonly shared: SharedLimits | null;
  readonly configured: SharedLimits | null;
  readonly raises: SavedRaises;
  readonly members: readonly (readonly [string, Member])[];
}

export const riskDecider: Required<Omit<Decider<RiskState, RiskCommand, RiskEvent>, "settle" | "upcasts">> = {
  schema: 1,
  initial: () => new RiskState(),
  decide,
  evolve,
  save: ({ shared, configured, raises, members }): SavedRisk => ({
    shared: shared ?? null,
    configured: configured ?? null,
    raises: saveRaises(raises),
    members: [...members].map(([id, member]) => [id, { ...member }] as const),
  }),
  load: (saved) => {
    const { shared, configured, raises, members } = saved as SavedRisk;
    const state = new RiskState();
    state.shared = shared ?? undefined;
    state.configured = configured ?? undefined;
    state.raises = loadRaises(raises);
    for (const [id, member] of members) state.members.set(id, { ...member });
    return state;
  },
};
