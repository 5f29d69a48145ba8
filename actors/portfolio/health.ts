/**
 * Looks once a second at how fresh is what a portfolio decides on, and tells it when that may change an account's level of
 * degradation. Ages are told by who hears the venue, by his own clock; while he does not answer they grow by ours, so that
 * a dead or cut-off actor is a stale one. Whoever does not answer the first time is taken to be as old as this watch.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import { ref } from "../../contracts/contract.ts";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { ExecutionContract } from "../../contracts/execution.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import { judge, Lately, worse, type Ladder, type Level, type Signs } from "../../domain/risk/degradation.ts";
import type { AccountId, Timestamp, VenueId } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";

export const LOOK_MS = 1_000;
const ANSWER_MS = 2_000;

export interface Observed {
  readonly id: AccountId;
  readonly venue: VenueId;
  readonly level: Level;
}

export interface HealthPorts {
  readonly clock: Clock;
  readonly marketNow: () => Timestamp;
  readonly ladder: Ladder;
  readonly accounts: () => Promise<readonly Observed[]>;
  readonly tell: (command: PortfolioCommand) => Promise<unknown>;
}

/** What somebody said last, and when by our clock. */
interface Said<T> {
  readonly ages: T;
  readonly at: number;
}
type MarketAge = Pick<Signs, "market">;
type AccountAges = Pick<Signs, "account" | "clock">;

const freshMarket: MarketAge = { market: 0 };
const freshAccount: AccountAges = { account: 0, clock: 0 };

/** It lives and does not know the question: a host of an earlier version, until it is replaced. */
const isOlder = (error: unknown): boolean => (error as { readonly field?: unknown }).field === "message";

export const healthWatch = (wire: Wire, { clock, marketNow, ladder, accounts, tell }: HealthPorts) => {
  const begunAt = clock.monotonic();
  const markets = new Map<VenueId, Said<MarketAge>>();
  const executions = new Map<AccountId, Said<AccountAges>>();
  const tracks = new Map<AccountId, Lately>();
  let stopped = false;
  let cancel = (): void => undefined;

  const listen = async <K, T>(
    into: Map<K, Said<T>>,
    key: K,
    { question, fresh }: { readonly question: Promise<T>; readonly fresh: T },
  ): Promise<void> => {
    try {
      const ages = await question;
      into.set(key, { ages, at: clock.monotonic() });
    } catch (error) {
      // Else as old as it was, and older.
      if (isOlder(error)) into.set(key, { ages: fresh, at: clock.monotonic() });
    }
  };

  const signsOf = ({ id, venue }: Observed): Signs => {
    const now = clock.monotonic();
    const market = markets.get(venue) ?? { ages: freshMarket, at: begunAt };
    const execution = executions.get(id) ?? { ages: freshAccount, at: begunAt };
    return {
      market: Math.round(market.ages.market + now - market.at),
      account: Math.round(execution.ages.account + now - execution.at),
      clock: execution.ages.clock,
    };
  };

  const judgeOne = async (account: Observed): Promise<void> => {
    const now = clock.monotonic();
    let track = tracks.get(account.id);
    // Whoever had the portfolio before may have seen worse a moment ago.
    if (track === undefined) tracks.set(account.id, (track = new Lately(account.level, now)));
    const signs = signsOf(account);
    const { level } = judge(ladder, signs);
    const lately = track.see(level, now, ladder.recoverMs);
    if (worse(level, lately) === account.level) return;
    await tell({ type: "Observe", account: account.id, signs, lately, at: marketNow() });
  };

  const look = async (): Promise<void> => {
    const all = await accounts();
    const venues = new Set(all.map(({ venue }) => venue));
    const limit = { timeoutMs: ANSWER_MS };
    await Promise.all([
      ...[...venues].map((venue) =>
        listen(markets, venue, {
          question: ref(wire, ExchangeContract, venue, limit).health(),
          fresh: freshMarket,
        }),
      ),
      ...all.map(({ id }) =>
        listen(executions, id, {
          question: ref(wire, ExecutionContract, id, limit).health(),
          fresh: freshAccount,
        }),
      ),
    ]);
    if (!stopped) await Promise.all(all.map(judgeOne));
  };

  const again = (): void => {
    if (stopped) return;
    cancel = clock.after(LOOK_MS, () => {
      // Lost or full: the next look tells it again.
      look()
        .catch(() => undefined)
        .finally(again);
    });
  };
  again();

  return {
    stop(): void {
      stopped = true;
      cancel();
    },
  };
};
