/**
 * Raising a limit takes two people: one asks, another approves before the ask has ended. Lowering takes one. Who asked, who approved and
 * who was refused is journaled. Used by a portfolio for its own limits and by the risk actor for those over several.
 */
import { Invalid } from "../values/invalid.ts";
import type { Timestamp } from "../values/values.ts";

/** New values by the name of their limit, decimals as text; null: no limit. */
export type LimitChange = Readonly<Record<string, string | number | null>>;

export interface AskedRaise {
  /** Counts from 1. */
  readonly number: number;
  readonly change: LimitChange;
  readonly by: string;
  readonly at: Timestamp;
  readonly until: Timestamp;
}

export type RaiseCommand =
  | {
      readonly type: "ChangeLimits";
      readonly change: LimitChange;
      readonly by: string;
      readonly at: Timestamp;
    }
  | { readonly type: "ApproveRaise"; readonly number: number; readonly by: string; readonly at: Timestamp }
  | { readonly type: "WithdrawRaise"; readonly number: number; readonly by: string; readonly at: Timestamp };

export type RaiseEvent =
  | ({ readonly type: "LimitRaiseAsked" } & AskedRaise)
  | {
      readonly type: "LimitRaiseApproved";
      readonly number: number;
      readonly askedBy: string;
      readonly by: string;
      readonly at: Timestamp;
    }
  /** Whoever asked may not approve. The ask stands. */
  | {
      readonly type: "LimitRaiseRefused";
      readonly number: number;
      readonly reason: "same-person";
      readonly by: string;
      readonly at: Timestamp;
    }
  | {
      readonly type: "LimitRaiseEnded";
      readonly number: number;
      readonly reason: "expired" | "withdrawn";
      readonly by: string;
      readonly at: Timestamp;
    };

/** What became of one wish. */
export interface LimitOutcome {
  readonly outcome: "changed" | "asked" | "approved" | "same-person" | "expired" | "withdrawn" | "unchanged";
  /** Of the raise that it was about. */
  readonly number?: number;
  readonly until?: Timestamp;
}

/** An ask that nobody approves within a day of market time has ended. */
export const RAISE_STANDS_MS = 24 * 3_600_000;

export class Raises {
  asked = 0;
  readonly waiting = new Map<number, AskedRaise>();
}

export const askRaise = (
  { asked }: Raises,
  { change, by, at }: { readonly change: LimitChange; readonly by: string; readonly at: Timestamp },
): RaiseEvent => ({
  type: "LimitRaiseAsked",
  ...{ number: asked + 1, change, by, at },
  until: (at + RAISE_STANDS_MS) as Timestamp,
});

const found = ({ waiting }: Raises, number: number): AskedRaise => {
  const raise = waiting.get(number);
  if (raise === undefined)
    throw new Invalid(
      "number",
      `a raise that waits (${[...waiting.keys()].join(", ") || "none does"})`,
      number,
    );
  return raise;
};

/** The events, and the change where it counts from now on. Throws `Invalid` for a number that does not wait. */
export const approveRaise = (
  raises: Raises,
  { number, by, at }: { readonly number: number; readonly by: string; readonly at: Timestamp },
): { readonly event: RaiseEvent; readonly change?: LimitChange } => {
  const raise = found(raises, number);
  if (at >= raise.until) return { event: { type: "LimitRaiseEnded", number, reason: "expired", by, at } };
  if (by === raise.by) return { event: { type: "LimitRaiseRefused", number, reason: "same-person", by, at } };
  return {
    event: { type: "LimitRaiseApproved", number, askedBy: raise.by, by, at },
    change: raise.change,
  };
};

export const withdrawRaise = (
  raises: Raises,
  { number, by, at }: { readonly number: number; readonly by: string; readonly at: Timestamp },
): RaiseEvent => {
  found(raises, number);
  return { type: "LimitRaiseEnded", number, reason: "withdrawn", by, at };
};

export const evolveRaises = (raises: Raises, event: RaiseEvent): void => {
  if (event.type === "LimitRaiseAsked") {
    const { number, change, by, at, until } = event;
    raises.asked = number;
    raises.waiting.set(number, { number, change, by, at, until });
  } else if (event.type !== "LimitRaiseRefused") raises.waiting.delete(event.number);
};

/** Of all events that one command brought. */
export const outcomeOf = (events: readonly { readonly type: string }[]): LimitOutcome => {
  for (const event of events as readonly (RaiseEvent | { readonly type: "other" })[])
    switch (event.type) {
      case "LimitRaiseAsked":
        return { outcome: "asked", number: event.number, until: event.until };
      case "LimitRaiseApproved":
        return { outcome: "approved", number: event.number };
      case "LimitRaiseRefused":
      case "LimitRaiseEnded":
        return { outcome: event.reason, number: event.number };
      default:
        break;
    }
  return { outcome: events.length === 0 ? "unchanged" : "changed" };
};

export interface SavedRaises {
  readonly asked: number;
  readonly waiting: readonly AskedRaise[];
}

export const saveRaises = ({ asked, waiting }: Raises): SavedRaises => ({
  asked,
  waiting: [...waiting.values()],
});

export const loadRaises = ({ asked, waiting }: SavedRaises): Raises => {
  const raises = new Raises();
  raises.asked = asked;
  for (const raise of waiting) raises.waiting.set(raise.number, raise);
  return raises;
};
