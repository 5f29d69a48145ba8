/**
 * What people ask most, in freqtrade's words: status, balance, profit, orders. Put together from `overview`; plain
 * data with exact amounts. `status` alone goes on when somebody is silent and says so; the others refuse (503).
 */
import type { PortfolioView } from "../domain/portfolio/view.ts";
import type { Overview } from "./overview.ts";
import { version } from "./package.ts";
import type { Settings } from "./settings.ts";

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

const summary = (portfolio: string, view: PortfolioView) => ({
  portfolio,
  halted: view.halted,
  accounts: view.accounts.map(({ account: id, level, degraded, contracts }) => ({
    ...{ account: id, level, degraded },
    ...(contracts && { contracts }),
  })),
  equity: view.equity,
  realised: view.realised,
  unrealised: view.unrealised,
  fees: view.fees,
  strategies: view.strategies.filter(({ strategy }) => strategy !== "unallocated").length,
  openOrders: view.orders.length,
  ...view.counters,
});

export const status = async (ask: Overview, settings: Settings, node: string) => {
  const silent: string[] = [];
  const orSilent = async <T>(question: Promise<T>): Promise<T | undefined> => {
    try {
      return await question;
    } catch (error) {
      silent.push((error as Error).message);
      return undefined;
    }
  };
  const known = <T>(one: T | undefined): one is T => one !== undefined;
  const [{ hosts, actors }, portfolios, venues, symbols, recorder] = await Promise.all([
    ask.actors(),
    Promise.all(
      Object.keys(settings.portfolios).map((id) =>
        orSilent(ask.portfolio(id).then((view) => summary(id, view))),
      ),
    ),
    Promise.all(Object.keys(settings.venues).map((id) => orSilent(ask.exchange(id)))),
    orSilent(ask.symbols()),
    orSilent(ask.recorder()),
  ]);
  for (const { silent: why } of hosts) if (why !== undefined) silent.push(why);
  const kinds: Record<string, number> = {};
  for (const { kind } of actors) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const told = portfolios.filter(known);
  return {
    version,
    node,
    at: ask.at(),
    hosts,
    actors: kinds,
    ticks: sum((symbols ?? []).map(({ trades }) => trades)),
    candles: sum((symbols ?? []).map(({ candles }) => candles)),
    orders: sum(told.map(({ orders }) => orders)),
    fills: sum(told.map(({ fills }) => fills)),
    portfolios: told,
    venues: venues.filter(known),
    recorder,
    /** Who does not answer, and why. */
    silent,
  };
};

const account = (view: PortfolioView, portfolio: string) =>
  view.accounts.map(({ account: id, venue, balances, unaccounted }) => {
    const books = view.strategies.filter((book) => book.account === id);
    const reserved = (asset: string): bigint =>
      books.reduce((all, book) => all + (book.reserved[asset] ?? 0n), 0n);
    return {
      portfolio,
      account: id,
      venue,
      currencies: Object.entries(balances).map(([currency, balance]) => ({
        currency,
        balance,
        used: reserved(currency),
        free: balance - reserved(currency),
      })),
      unaccounted,
    };
  });

export const balance = async (ask: Overview) => {
  const all = await ask.portfolios();
  return {
    accounts: all.flatMap(({ portfolio, view }) => account(view, portfolio)),
    portfolios: all.map(({ portfolio, view }) => ({ portfolio, equity: view.equity })),
  };
};

export const profit = async (ask: Overview) => {
  const all = await ask.portfolios();
  return {
    portfolios: all.map(({ portfolio, view }) => {
      const { equity, realised, unrealised, fees, counters } = view;
      return {
        portfolio,
        equity,
        realised,
        unrealised,
        fees,
        trades: counters.fills,
        crosses: counters.crosses,
        strategies: view.strategies.map((book) => ({
          strategy: book.strategy,
          account: book.account,
          allotted: book.allotted,
          equity: book.equity,
          realised: book.realised,
          unrealised: book.unrealised,
          fees: book.fees,
          positions: book.positions,
          openOrders: book.openOrders,
        })),
      };
    }),
  };
};

/** Orders that are or may be at the venue. */
export const orders = async (ask: Overview) =>
  (await ask.portfolios()).flatMap(({ portfolio, view }) =>
    view.orders.map((order) => ({ portfolio, ...order })),
  );

/** Strategies with what their sub-ledgers hold. */
export const strategies = async (ask: Overview) => {
  const [all, portfolios] = await Promise.all([ask.strategies(), ask.portfolios()]);
  return all.map((one) => {
    const view = portfolios.find(({ portfolio }) => portfolio === one.portfolio)?.view;
    const book = view?.strategies.find(({ strategy }) => strategy === one.id);
    return {
      ...one,
      /** Told of one strategy only: it may be large. */
      state: undefined,
      worth: book?.equity ?? {},
      realised: book?.realised ?? {},
      unrealised: book?.unrealised ?? {},
      fees: book?.fees ?? {},
      openOrders: book?.openOrders ?? 0,
    };
  });
};
