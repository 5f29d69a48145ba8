/**
 * What the venue says of one account, on its way to the portfolio: in the venue's order, and while one message is under
 * way all that comes gathers for the next, so that a thousand fills cost a few turns of the journal, not thousands.
 * Nothing of it is lost: what the ledger cannot take is set aside and the others go on; what finds no room here stays at
 * the venue, which is asked again once there is room (`missed`).
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import { ref } from "../../contracts/contract.ts";
import { PortfolioContract, type AccountNews } from "../../contracts/portfolio.ts";
import { toJson } from "../../domain/values/json.ts";
import type { AccountId } from "../../domain/values/values.ts";
import type { Activity } from "../../mixins/activity.ts";
import { isBroken, isMalformed, reasonOf, setAside, STRIKES, textOf } from "../../mixins/dead-letter.ts";
import { Outbox } from "../../mixins/outbox.ts";
import type { Wire } from "../../mixins/wire.ts";

/** Of one message: a thousand fills are half a megabyte of JSON. */
const TOGETHER_MAX = 500;
export const NEWS_MAX = 100_000;
/** Set aside in this actor's life; what is told again of them is not sent again. */
const ASIDE_MAX = 10_000;

export interface NewsPorts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly activity: Activity;
  /** There is room again, and something was left at the venue for want of it. */
  readonly missed: () => void;
  readonly waitingMax?: number;
}

const keyOf = (item: AccountNews): string =>
  item.type === "fill" ? `fill ${item.fill.instrument} ${item.fill.tradeId}` : toJson(item);

const traceOf = (item: AccountNews): Readonly<Record<string, string>> => {
  if (item.type === "fill") return { order: item.fill.order, trade: item.fill.tradeId };
  return item.type === "report" ? { order: item.report.order, status: item.report.status } : {};
};

export const newsLine = (account: AccountId, portfolio: string, ports: NewsPorts) => {
  const { wire, activity, missed, waitingMax = NEWS_MAX } = ports;
  const owner = ref(wire, PortfolioContract, portfolio);
  /** Posted and not yet under way: still takes more. */
  let gathering: AccountNews[] | undefined;
  let suspect: AccountNews[] | undefined;
  let waiting = 0;
  let owing = false;
  const strikes = new Map<string, number>();
  const aside = new Set<string>();

  const refuse = (item: AccountNews, error: unknown, attempts: number): void => {
    const key = keyOf(item);
    strikes.delete(key);
    aside.add(key);
    if (aside.size > ASIDE_MAX) aside.delete(aside.keys().next().value!);
    setAside(wire, {
      reason: reasonOf(error),
      error: textOf(error),
      attempts,
      from: `execution.${account}`,
      to: { kind: "portfolio", id: portfolio, message: "record", mode: "command" },
      input: { account, news: [item] },
      trace: { account, news: item.type, ...traceOf(item) },
      money: true,
    });
  };

  /** One by itself. Throws where it is to be tried again. */
  const single = async (item: AccountNews): Promise<void> => {
    try {
      await owner.record({ account, news: [item] });
    } catch (error) {
      if (isMalformed(error)) {
        refuse(item, error, 1);
        return;
      }
      if (!isBroken(error)) throw error;
      const count = (strikes.get(keyOf(item)) ?? 0) + 1;
      strikes.set(keyOf(item), count);
      if (count < STRIKES) throw error;
      refuse(item, error, count);
    }
  };

  const send = async (batch: AccountNews[]): Promise<void> => {
    if (gathering === batch) gathering = undefined;
    let rest: readonly AccountNews[] = batch;
    // One of them is nonsense, or breaks the ledger: until it is known which, they go one by one.
    if (batch.length > 1 && batch !== suspect)
      try {
        await owner.record({ account, news: batch });
        rest = [];
      } catch (error) {
        if (!isMalformed(error) && !isBroken(error)) throw error;
        suspect = batch;
      }
    for (const item of rest) if (!aside.has(keyOf(item))) await single(item);
    suspect = undefined;
    strikes.clear();
    waiting -= batch.length;
    if (owing && waiting <= waitingMax / 2) {
      owing = false;
      missed();
    }
  };
  const outbox = new Outbox<AccountNews[]>({
    ...ports,
    key: () => account,
    send,
    hopeless: () => false,
    onStuck: (batch, error) =>
      wire.log.error(`${account}: the portfolio takes no news; ${batch.length} are tried on`, { error }),
  });

  return {
    tell(item: AccountNews): void {
      if (aside.size > 0 && aside.has(keyOf(item))) return;
      if (waiting >= waitingMax) {
        owing = true;
        activity.deferred += 1;
        return;
      }
      waiting += 1;
      if (gathering !== undefined && gathering.length < TOGETHER_MAX) gathering.push(item);
      else {
        const batch = [item];
        gathering = batch;
        outbox.post([batch]);
      }
    },
    stop: (graceMs?: number) => outbox.stop(graceMs),
  };
};
