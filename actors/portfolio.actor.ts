/**
 * One portfolio: the single writer of its accounts' ledger. Strategies propose; in one turn the portfolio sizes, checks
 * and reserves; when that is journaled, orders leave by an outbox to execution, and what becomes of them comes back as
 * facts. The journal is the truth, memory only a cache of it.
 */
import { unfenced, type Tenure } from "../adapters/leases/leases.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import { hear, ref } from "../contracts/contract.ts";
import { ExchangeContract } from "../contracts/exchange.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { mailboxFull, notHere } from "../contracts/failure.ts";
import type { Standing } from "../contracts/strategy.ts";
import type { ContractTerms, Instrument } from "../domain/market/instrument.ts";
import type { PortfolioCommand, Rules } from "../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../domain/portfolio/events.ts";
import {
  bookedUntil,
  deskFigures,
  effectOf,
  liveOrders,
  undelivered,
  updatesFor,
} from "../domain/portfolio/news.ts";
import { BALANCE_SETTLE_MS, shipped, type PortfolioVersion } from "../domain/portfolio/portfolio.ts";
import { grantView } from "../domain/portfolio/grants.ts";
import { reachesOf } from "../domain/portfolio/seen-prices.ts";
import { anyPaused } from "../domain/portfolio/protection.ts";
import type { PortfolioState } from "../domain/portfolio/state.ts";
import { limitsView } from "../domain/portfolio/limits-view.ts";
import { portfolioView } from "../domain/portfolio/view.ts";
import type { OrderUpdate } from "../domain/strategy/strategy.ts";
import type { AccountId, InstrumentId, PortfolioId, StrategyId, VenueId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { EventSourced, type Committed } from "../mixins/event-sourced.ts";
import { effectLine, EFFECTS_MAX, orderOf } from "./portfolio/effects.ts";
import { limitHandlers } from "./limit-handlers.ts";
import { grantWatch } from "./portfolio/grants.ts";
import { recorded } from "./portfolio/recorded.ts";
import { healthWatch } from "./portfolio/health.ts";
import { priceWatch } from "./portfolio/price-watch.ts";
import { strategyNews } from "./portfolio/strategy-news.ts";
import { tradesOf } from "./portfolio/trades.ts";
import type { ActorPorts } from "./ports.ts";

export interface PortfolioActorSettings extends Omit<Rules, "balanceSettleMs"> {
  readonly id: PortfolioId;
  readonly accounts: readonly AccountId[];
  readonly venues: readonly VenueId[];
  readonly instruments: readonly InstrumentId[];
  /** Strategies of this portfolio: who hears of its turns, and with which instruments. */
  readonly strategies: ReadonlyMap<StrategyId, readonly InstrumentId[]>;
  /** Leverage and margin mode that its accounts have for a contract; the venue's list does not know. */
  readonly terms?: (instrument: InstrumentId) => ContractTerms;
  /** Lock-step: one order after the other, so that two runs send in the same order. */
  readonly oneByOne: boolean;
}

export interface PortfolioPorts extends ActorPorts {
  readonly journal: Journal;
  /** The right to write and to send; absent where no other process can have it. */
  readonly tenure?: Tenure | undefined;
  /** Other than the one shipped. */
  readonly version?: PortfolioVersion;
}

const STOP_LOOK_MS = 1_000;

export const portfolioActor = (settings: PortfolioActorSettings, ports: PortfolioPorts): Actor => {
  const { id, strategies } = settings;
  const { clock, chance, activity, marketNow, journal, version = shipped, tenure = unfenced } = ports;
  const stream = `portfolio.${id}`;
  let effects: ReturnType<typeof effectLine>;
  let news: ReturnType<typeof strategyNews>;
  let announce: (events: readonly PortfolioEvent[]) => void = () => undefined;
  let hostId = "";
  let looking = false;
  let cancelLook = (): void => undefined;
  let health: ReturnType<typeof healthWatch> | undefined;
  let grants: ReturnType<typeof grantWatch> | undefined;

  const committed = (
    turns: readonly Committed<PortfolioCommand, PortfolioEvent>[],
    state: PortfolioState,
  ): void => {
    const heard = new Map<StrategyId, OrderUpdate[]>();
    const all: PortfolioEvent[] = [];
    for (const { events } of turns)
      for (const event of events) {
        all.push(event);
        const effect = effectOf(event);
        if (effect !== undefined) effects.post(effect);
        for (const { strategy, instrument, update } of updatesFor(event)) {
          const i = strategies.get(strategy)?.indexOf(instrument) ?? -1;
          if (i < 0) continue;
          const updates = heard.get(strategy) ?? [];
          updates.push({ i, ...update });
          heard.set(strategy, updates);
        }
      }
    for (const [strategy, updates] of heard)
      news.tell(strategy, standingOf(state, strategy, strategies.get(strategy)!, updates));
    announce(all);
    grants?.heard(all);
    if (anyPaused(state)) lookAgain();
    prices.look(reachesOf(state));
  };
  /** A stop failed and waits to be placed again: market time passes, but nobody may have a reason to tell it. */
  const lookAgain = (): void => {
    if (settings.oneByOne || looking) return;
    looking = true;
    cancelLook = clock.after(STOP_LOOK_MS, () => {
      looking = false;
      tell({ type: "KeepStops", at: marketNow() })
        .then(() => sourced.read(anyPaused))
        .then((paused) => (paused ? lookAgain() : undefined))
        // Lost or full: whoever recovers it, or the next turn, looks again.
        .catch(() => undefined);
    });
  };

  const { limits, degradation, risk, shared, approveRaises } = settings;
  const rules = {
    limits,
    balanceSettleMs: BALANCE_SETTLE_MS,
    ...(degradation && { degradation }),
    ...(risk && { risk }),
    ...(shared && { shared }),
    ...(approveRaises && { approveRaises }),
  };
  const sourced = new EventSourced<PortfolioState, PortfolioCommand, PortfolioEvent>({
    stream,
    decider: version.decider({ id, ...rules }),
    journal,
    stamp: () => ({ at: marketNow(), marketSequence: ports.road.received }),
    writer: () => hostId,
    tenure,
    committed,
    activity,
  });
  const standingOf = (
    state: PortfolioState,
    strategy: StrategyId,
    instruments: readonly InstrumentId[],
    updates: readonly OrderUpdate[],
  ): Standing => {
    const figures = deskFigures(state, strategy, instruments);
    const { sequence, cash, positions, cashes, holdings, orders } = figures;
    return { version: sourced.sequence, sequence, cash, positions, cashes, holdings, orders, updates };
  };
  const listed = (instrument: Instrument): PortfolioCommand => ({
    type: "InstrumentChanged",
    instrument: { ...instrument, ...settings.terms?.(instrument.id) },
    at: marketNow(),
  });
  const tell = (command: PortfolioCommand): Promise<undefined> => sourced.tell(command).then(() => undefined);
  const prices = priceWatch(ports.road, tell);

  return defineActor(PortfolioContract, id, {
    sourced,
    handlers: {
      openAccount: (input) => tell({ type: "OpenAccount", ...input }),
      instrumentChanged: (input) => tell({ type: "InstrumentChanged", ...input }),
      allot: async (input) => {
        const { account } = input;
        // Execution opens it, and may come up after the strategy: whoever asks from elsewhere then asks again.
        if (
          settings.accounts.includes(account) &&
          !(await sourced.read((state) => state.accounts.has(account)))
        )
          throw notHere("account", account);
        return tell({ type: "Allot", ...input });
      },
      release: (input) => tell({ type: "Release", ...input }),
      // More would only wait: the strategy keeps it and tries again.
      propose: (input) =>
        effects.depth >= EFFECTS_MAX
          ? Promise.reject(mailboxFull(effects.depth))
          : tell({ type: "Propose", ...input }),
      ...limitHandlers(sourced, limitsView),
      redeliver: async ({ order }) => {
        const open = await sourced.read(undelivered);
        effects.once(open.filter((effect) => orderOf(effect) === order));
        return undefined;
      },
      cancelOrders: (input) => tell({ type: "CancelOrders", ...input }),
      closePart: (input) => tell({ type: "ClosePart", ...input }),
      record: ({ account, news: told }) =>
        Promise.all(told.map((one) => tell(recorded(account, one)))).then(() => undefined),
      halt: (input) => tell({ type: "Halt", ...input }),
      resume: (input) => tell({ type: "Resume", ...input }),
      standing: ({ strategy, instruments }) =>
        sourced.read((state) => standingOf(state, strategy, instruments, [])),
      epoch: () => tenure.epoch,
      liveOrders: ({ account }: { readonly account: AccountId }) =>
        sourced.read((state) => liveOrders(state, account)),
      bookedUntil: ({ account }) => sourced.read((state) => bookedUntil(state, account)),
      trades: ({ limit }) => tradesOf(journal, version.schema, stream, sourced.sequence, limit),
      view: () => sourced.read(portfolioView),
      inspect: () => sourced.read(portfolioView),
    },
    hears: settings.venues.map((venue) =>
      hear(ExchangeContract, venue, "instrumentChanged", (instrument) => {
        if (settings.instruments.includes(instrument.id)) return tell(listed(instrument));
      }),
    ),

    async start({ wire, tell: tellNews, lost }) {
      hostId = wire.hostId;
      announce = (events) => tellNews("changed", { sequence: sourced.sequence, at: marketNow(), events });
      const line = { clock, chance, activity, oneByOne: settings.oneByOne };
      effects = effectLine(id, wire, { ...line, tell, owner: { tenure, onStale: lost } });
      news = strategyNews(id, wire, line);
      await sourced.tell({ type: "SetRules", ...rules, at: marketNow() });
      for (const venue of settings.venues) {
        for (const instrument of await ref(wire, ExchangeContract, venue).instruments())
          if (settings.instruments.includes(instrument.id)) await sourced.tell(listed(instrument));
      }
      effects.again(undelivered(sourced.recovered));
      if (anyPaused(sourced.recovered)) lookAgain();
      prices.look(reachesOf(sourced.recovered));
      if (shared !== undefined) {
        const view = () => sourced.read(grantView);
        grants = grantWatch(wire, { id, clock, marketNow, shared, view, tell });
      }
      // In lock-step nothing is stale: the market waits for us.
      if (degradation === undefined || settings.oneByOne) return;
      const accounts = () => sourced.read(observed);
      health = healthWatch(wire, { clock, marketNow, ladder: degradation, accounts, tell });
    },

    async stop() {
      cancelLook();
      prices.stop();
      health?.stop();
      grants?.stop();
      // After a lease nothing may be waited for: whoever recovers the journal delivers the rest.
      const graceMs = tenure.holds() ? undefined : 0;
      await Promise.all([effects.stop(graceMs), news.stop(graceMs)]);
    },
  });
};

const observed = (state: PortfolioState) =>
  [...state.accounts.values()].map(({ id, venue, level }) => ({ id, venue, level }));
