/**
 * Keeps a portfolio's grant of shared limits: asks for the next one in good time, for more when it is nearly used up or an entry was
 * refused for lack of it, gives up what it does not need, and says when its time is over. Turns never wait for it.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import { ref } from "../../contracts/contract.ts";
import { RISK, RiskContract } from "../../contracts/risk.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { GrantView } from "../../domain/portfolio/grants.ts";
import { assetsOf } from "../../domain/portfolio/book.ts";
import type { SharedLimits } from "../../domain/risk/shared/shared-limits.ts";
import { isNear, wantsOf } from "../../domain/risk/shared/usage.ts";
import { most, type Money, type Timestamp } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";

const LOOK_MS = 1_000;
const ANSWER_MS = 2_000;
/** Between two asks for more: there may be no more. */
const MORE_MS = 3_000;

export interface GrantPorts {
  readonly id: string;
  readonly clock: Clock;
  readonly marketNow: () => Timestamp;
  readonly shared: SharedLimits;
  readonly view: () => Promise<{ readonly grant?: GrantView }>;
  readonly tell: (command: PortfolioCommand) => Promise<unknown>;
}

const ruleKeys = {
  "shared-gross": "gross",
  "shared-net": "net",
  "shared-asset": "asset",
  "shared-venue": "venue",
};

export const grantWatch = (wire: Wire, { id, clock, marketNow, shared, view, tell }: GrantPorts) => {
  /**
   * What entries were refused for, by limit, and when. An entry is told the first limit that it lacks alone: each is remembered for as
   * long as a grant stands, so that one that lacks several gets them one after the other, and together in the end.
   */
  const lacked = new Map<string, { readonly amount: Money; readonly at: Timestamp }>();
  let lacks = false;
  let moreAt = -Infinity;
  let stopped = false;
  let busy = false;
  let cancel = (): void => undefined;

  const ask = async ({ version, amounts, used }: GrantView): Promise<void> => {
    const now = marketNow();
    for (const [key, { at }] of lacked) if (now - at > shared.grantMs) lacked.delete(key);
    const wants = wantsOf(
      shared,
      used,
      Object.fromEntries([...lacked].map(([key, one]) => [key, one.amount])),
    );
    lacks = false;
    const gives = Object.keys(amounts).some((key) => amounts[key]! > 2n * (wants[key] ?? 0n));
    if (gives) await tell({ type: "LessenGrant", amounts: wants, at: marketNow() });
    const has = (gives ? (await view()).grant?.amounts : undefined) ?? amounts;
    const asked = { portfolio: id, version, has, used, wants, at: marketNow() };
    const grant = await ref(wire, RiskContract, RISK, { timeoutMs: ANSWER_MS }).askGrant(asked);
    await tell({ type: "TakeGrant", grant, at: marketNow() });
  };

  const look = async (): Promise<void> => {
    const { grant } = await view();
    if (grant === undefined || stopped) return;
    const now = marketNow();
    if (!grant.ended && now >= grant.until) await tell({ type: "EndGrant", at: now });
    const due = grant.ended || now >= grant.until - (shared.grantMs * 2) / 3;
    const short = isNear(grant.used, grant.amounts) || lacks;
    const mayAsk = clock.monotonic() - moreAt >= MORE_MS;
    if (!due && !(short && mayAsk)) return;
    if (short) moreAt = clock.monotonic();
    await ask(grant);
  };

  const lookNow = (): void => {
    if (stopped || busy) return;
    busy = true;
    cancel();
    look()
      // Lost, full, or nobody grants: what stands goes on to its end, and the next look asks again.
      .catch(() => undefined)
      .finally(() => {
        busy = false;
        if (!stopped) cancel = clock.after(LOOK_MS, lookNow);
      });
  };
  lookNow();

  return {
    /** An entry that had no room is a reason to ask at once, within measure. */
    heard(events: readonly PortfolioEvent[]): void {
      for (const event of events) {
        if (event.type !== "OrderRefused" || !Object.hasOwn(ruleKeys, event.rule)) continue;
        const kind = ruleKeys[event.rule as keyof typeof ruleKeys];
        const { instrument } = event;
        const name =
          kind === "asset" ? assetsOf(instrument).base : instrument.slice(0, instrument.indexOf(":"));
        const key = kind === "asset" || kind === "venue" ? `${kind}:${name}` : kind;
        lacked.set(key, {
          amount: most(event.asked as Money, lacked.get(key)?.amount ?? (0n as Money)),
          at: event.at,
        });
        lacks = true;
      }
      if (lacks && clock.monotonic() - moreAt >= MORE_MS) lookNow();
    },
    stop(): void {
      stopped = true;
      cancel();
    },
  };
};
