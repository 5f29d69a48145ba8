/**
 * What the venue says of one account, on its way to the portfolio: in the venue's order, and while one message is under
 * way all that comes gathers for the next, so that a thousand fills cost a few turns of the journal, not thousands.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import { ref } from "../../contracts/contract.ts";
import { PortfolioContract, type AccountNews } from "../../contracts/portfolio.ts";
import type { AccountId } from "../../domain/values/values.ts";
import type { Activity } from "../../mixins/activity.ts";
import { Outbox } from "../../mixins/outbox.ts";
import type { Wire } from "../../mixins/wire.ts";

/** Of one message: a thousand fills are half a megabyte of JSON. */
const TOGETHER_MAX = 500;

export interface NewsPorts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly activity: Activity;
}

const isMalformed = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 422;

export const newsLine = (account: AccountId, portfolio: string, ports: NewsPorts) => {
  const { wire } = ports;
  const owner = ref(wire, PortfolioContract, portfolio);
  /** Posted and not yet under way: still takes more. */
  let gathering: AccountNews[] | undefined;

  const send = async (batch: AccountNews[]): Promise<void> => {
    if (gathering === batch) gathering = undefined;
    try {
      await owner.record({ account, news: batch });
    } catch (error) {
      if (!isMalformed(error) || batch.length === 1) throw error;
      // One of them is nonsense: the others must not be lost with it.
      for (const one of batch)
        await owner.record({ account, news: [one] }).catch((why: unknown) => refused(one, why));
    }
  };
  const refused = (item: AccountNews, error: unknown): void => {
    if (!isMalformed(error)) throw error;
    wire.log.error(`${account}: the portfolio refused what the venue said`, { item, error });
  };
  const outbox = new Outbox<AccountNews[]>({
    ...ports,
    key: () => account,
    send,
    onHopeless: ([item], error) => refused(item!, error),
  });

  return {
    tell(item: AccountNews): void {
      if (gathering !== undefined && gathering.length < TOGETHER_MAX) gathering.push(item);
      else {
        const batch = [item];
        gathering = batch;
        outbox.post([batch]);
      }
    },
    stop: () => outbox.stop(),
  };
};
