/**
 * One account at one venue: sends each order once, finds out what nobody knows, and tells the portfolio what the
 * venue says. It keeps no truth of its own: the portfolio's journal names the open orders, the venue their fate.
 */
import { unfenced, type Tenure } from "../adapters/leases/leases.ts";
import type { AccountAtVenue, Capabilities, TermsAtVenue } from "../adapters/venue/venue.ts";
import { ref } from "../contracts/contract.ts";
import { staleOwner } from "../contracts/failure.ts";
import { ExchangeContract } from "../contracts/exchange.ts";
import { ExecutionContract, type ExecutionView, type VenueTruth } from "../contracts/execution.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import type { Fill, OrderReport } from "../domain/order/order.ts";
import type { AccountId, Asset, InstrumentId, Money, Timestamp, VenueId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { Concurrent } from "../mixins/concurrent.ts";
import { newsLine } from "./execution/news.ts";
import { placer } from "./execution/placing.ts";
import { reconciler } from "./execution/reconciling.ts";
import type { ActorPorts } from "./ports.ts";

export interface ExecutionSettings {
  readonly account: AccountId;
  readonly venue: VenueId;
  readonly portfolio: string;
  readonly instruments: readonly InstrumentId[];
  /** How often it reconciles by itself; 0 in a replay, which asks for nothing unbidden. */
  readonly reconcileEveryMs: number;
}

export type OpenedAccount = AccountAtVenue & {
  readonly capabilities: Pick<Capabilities, "requestDeadlineMs">;
  /** Limits and breakers as the adapter sees them. */
  status(): Pick<ExecutionView, "weightUsed" | "breakers" | "slowDowns">;
};

export interface ExecutionPorts extends ActorPorts {
  /** The right to change anything at the venue; absent where no other process can have it. */
  readonly tenure?: Tenure | undefined;
  /**
   * Nothing is placed or cancelled unless `tenure` holds after the request's own timestamp was read.
   * `filtersRefused`: the venue refused an order by its filters, so what we know of its instruments is out of date.
   */
  openAccount(account: AccountId, filtersRefused: () => void, tenure: Tenure): Promise<OpenedAccount>;
}

/** Orders under way are finished before the next owner begins; of those that take longer he asks the venue. */
const DRAIN_MS = 10_000;
/** For venues that take a signed request at any age. */
const NO_DEADLINE_MS = 60_000;

export const executionActor = (settings: ExecutionSettings, ports: ExecutionPorts): Actor => {
  const { account, venue, portfolio: owner } = settings;
  const { clock, marketNow, chance, activity, tenure = unfenced } = ports;
  const door = new Concurrent({ activity, grace: { clock, ms: () => (tenure.holds() ? DRAIN_MS : 0) } });
  let at: OpenedAccount;
  let placing: ReturnType<typeof placer>;
  let reconciling: ReturnType<typeof reconciler>;
  let news: ReturnType<typeof newsLine>;
  let cancelTimer = (): void => undefined;
  let cancelLook = (): void => undefined;

  /** Monotonic: when the venue last told something of the account. */
  let heardAt = 0;
  const heard = (): void => void (heardAt = clock.monotonic());
  const reconcile = () =>
    door.run(async () => {
      const done = await reconciling.run();
      heard();
      // What could not be set may be by now. Where it stands nothing is asked.
      await arrange().catch(() => undefined);
      return done;
    });
  const report = (told: OrderReport): void => {
    heard();
    news.tell({ type: "report", report: told });
  };
  const fill = (told: Fill): void => {
    heard();
    reconciling.seen(told);
    news.tell({ type: "fill", fill: told });
  };
  const balances = (told: ReadonlyMap<Asset, Money>, complete: boolean, at: Timestamp): void =>
    news.tell({ type: "balances", balances: Object.fromEntries(told), complete, at });
  const reconcileAgain = (): void => {
    if (settings.reconcileEveryMs === 0) return;
    cancelTimer = clock.after(settings.reconcileEveryMs, () => {
      void reconcile().then(reconcileAgain, reconcileAgain);
    });
  };

  /** What is not as configured is told; nothing else waits for it, and orders that add are refused until it is. */
  let terms: readonly TermsAtVenue[] = [];
  let log: (problem: string) => void = () => undefined;
  const arrange = async (): Promise<void> => {
    const before = new Map(terms.map(({ instrument, problem }) => [instrument, problem]));
    terms = (await at.arrange?.(settings.instruments)) ?? [];
    for (const { instrument, problem } of terms)
      if (problem !== undefined && problem !== before.get(instrument))
        log(`${account} opens no ${instrument}: ${problem}`);
  };

  /** The latest owner of the portfolio that we know of: orders of an earlier one are not sent. */
  let epoch = 0;
  const heed = ({ epoch: asked = 0 }: { readonly epoch?: number | undefined }): void => {
    if (asked < epoch) throw staleOwner(`portfolio.${owner}`, asked, epoch);
    epoch = asked;
  };

  return defineActor(ExecutionContract, account, {
    sourced: door,
    handlers: {
      place: (order) => {
        heed(order);
        return door.run(() => placing.place(order));
      },
      cancel: (order) => {
        heed(order);
        return door.run(() => placing.cancel(order));
      },
      reconcile,
      audit: ({ since }) => door.run(() => truth(at, settings.instruments, since)),
      health: () => ({ account: clock.monotonic() - heardAt, clock: at.clockOffMs() }),
      inspect: () => ({ account, venue, ...placing.counts, ...at.status(), terms, streams: at.health() }),
    },

    async start({ wire }) {
      const portfolio = ref(wire, PortfolioContract, owner);
      log = (problem) => wire.log.error(problem);
      at = await ports.openAccount(
        account,
        () =>
          void ref(wire, ExchangeContract, venue)
            .refresh()
            .catch(() => undefined),
        tenure,
      );
      epoch = Math.max(epoch, await portfolio.epoch());
      news = newsLine(account, owner, {
        ...{ wire, clock, chance, activity },
        missed: () => {
          reconciling.forget();
          void reconcile().catch(() => undefined);
        },
      });
      placing = placer({
        venue: at,
        clock,
        marketNow,
        chance,
        account,
        holds: () => tenure.holds(),
        deadlineMs: at.capabilities.requestDeadlineMs ?? NO_DEADLINE_MS,
        report,
        found: () => void reconcile().catch(() => undefined),
      });
      reconciling = reconciler({
        venue: at,
        clock,
        marketNow,
        instruments: settings.instruments,
        liveOrders: () => portfolio.liveOrders({ account }),
        bookedUntil: () => portfolio.bookedUntil({ account }),
        report,
        fill,
        funding: (paid) => news.tell({ type: "carry", carry: "funding", ...paid }),
        balances: (all, asOf) => balances(all, true, asOf),
        again: (afterMs) => {
          cancelLook();
          if (settings.reconcileEveryMs === 0) return;
          cancelLook = clock.after(afterMs, () => {
            void door.run(() => reconciling.run()).catch(() => undefined);
          });
        },
      });
      await arrange();
      const opening = Object.fromEntries(await at.balances());
      const nonce = Math.floor(chance() * 2 ** 48).toString(36);
      await portfolio.openAccount({ account, venue, balances: opening, nonce, at: marketNow() });
      await at.watch({
        report,
        fill,
        balances: (changed, asOf = marketNow()) => balances(changed, false, asOf),
        resumed: () => void reconcile().catch(() => undefined),
      });
      await reconciling.run();
      heard();
      reconcileAgain();
    },

    async stop() {
      cancelTimer();
      cancelLook();
      // A start that failed may not have come so far.
      (placing as typeof placing | undefined)?.stop();
      await (news as typeof news | undefined)?.stop(tenure.holds() ? undefined : 0);
      await (at as typeof at | undefined)?.close();
    },
  });
};

const truth = async (
  at: AccountAtVenue,
  instruments: readonly InstrumentId[],
  since: Timestamp,
): Promise<VenueTruth> => {
  const fills: VenueTruth["fills"][number][] = [];
  for (const instrument of instruments)
    for (const { tradeId, order } of await at.fills(instrument, since))
      fills.push({ tradeId, instrument, order });
  return {
    balances: Object.fromEntries(await at.balances()),
    openOrders: (await at.openOrders()).map(({ order }) => order),
    instruments,
    fills,
  };
};
