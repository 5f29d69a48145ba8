/**
 * What must hold whatever goes wrong. Some of it is checked the moment it happens (an order at the venue that nobody has
 * journaled), the rest when the storm is over and everything has come to rest: ledger equal to venue, journal equal to
 * state, one writer, every order with a fate, no candle missed or told twice.
 */
import type { Entry, Stored } from "../../adapters/journal/journal.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Standing, StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { format } from "../../domain/values/values.ts";
import type { SimulatedExchange } from "./simulated-exchange.ts";

export type Invariant =
  | "intent before send"
  | "no order doubled"
  | "no order lost"
  | "ledger equals venue"
  | "cash and holdings conserved"
  | "journal equals state"
  | "one writer"
  | "each proposal once"
  | "each candle once"
  | "strategy agrees with portfolio"
  | "shared limits"
  | "granted again"
  | "comes to rest";

export interface Broken {
  readonly invariant: Invariant;
  /** Virtual time of the discovery. */
  readonly atMs: number;
  readonly detail: string;
}

export class Checks {
  readonly broken: Broken[] = [];
  readonly #now: () => number;
  readonly #placed = new Set<string>();
  /** Orders the ledger has closed as never sent or never arrived, or refused. */
  readonly #absent = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #proposals = new Map<string, number>();
  readonly #epochs = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  report(invariant: Invariant, detail: string): void {
    this.broken.push({ invariant, atMs: this.#now(), detail });
  }

  /** An entry was stored, of a portfolio or of another that only one may write. */
  writer(stream: string, { writer }: Entry): void {
    const epoch = Number(writer.split("#")[1] ?? 0);
    const last = this.#epochs.get(stream) ?? 0;
    if (epoch < last) this.report("one writer", `${writer} writes to ${stream} after epoch ${last}`);
    this.#epochs.set(stream, Math.max(epoch, last));
  }

  /** An entry of a portfolio was stored. */
  /** Stops that a portfolio kept itself, and whose price it has seen. */
  triggered = 0;
  /** Targets of positions that a price has reached. */
  reached = 0;

  stored({ turns }: Entry): void {
    for (const { events } of turns)
      for (const event of events as readonly PortfolioEvent[])
        if (event.type === "OrderTriggered") this.triggered += 1;
        else if (event.type === "TargetReached") this.reached += 1;
        else if (event.type === "OrderPlaced") {
          if (this.#placed.has(event.order))
            this.report("no order doubled", `${event.order} is placed twice`);
          this.#placed.add(event.order);
        } else if (event.type === "OrderClosed") {
          if (event.status === "never-arrived" || event.status === "refused") {
            this.#absent.add(event.order);
            if (this.#taken.has(event.order))
              this.report("no order lost", `${event.order} is at the venue and closed as ${event.status}`);
          }
        } else if (event.type === "Proposed") {
          const before = this.#proposals.get(event.strategy) ?? 0;
          if (event.sequence <= before)
            this.report("each proposal once", `${event.strategy} ${event.sequence} after ${before}`);
          this.#proposals.set(event.strategy, event.sequence);
        }
  }

  /** The venue has taken an order. */
  taken(order: string): void {
    if (this.#taken.has(order)) this.report("no order doubled", `the venue has taken ${order} twice`);
    if (!this.#placed.has(order)) this.report("intent before send", `${order} was sent and is not journaled`);
    if (this.#absent.has(order)) this.report("no order lost", `${order} arrived after it was given up`);
    this.#taken.add(order);
  }

  /** At rest: `view` as the running portfolio tells it, `folded` as the journal alone gives it. */
  atRest(
    exchanges: readonly SimulatedExchange[],
    entries: readonly Stored[],
    view: PortfolioView,
    folded: PortfolioView,
  ): void {
    for (const order of view.orders)
      this.report(
        "no order lost",
        `${order.order} has no fate: ${order.phase}${order.unknown ? ", unknown" : ""}`,
      );
    const booked = new Map<string, number>();
    for (const { turns } of entries)
      for (const { events } of turns)
        for (const event of events as readonly PortfolioEvent[])
          if ("fill" in event) {
            const key = `${event.fill.instrument} ${event.fill.tradeId}`;
            booked.set(key, (booked.get(key) ?? 0) + 1);
          }
    for (const exchange of exchanges) this.#atVenue(exchange, booked, view);
    for (const key of booked.keys()) this.report("ledger equals venue", `fill ${key} is not the venue's`);
    const [live, rebuilt] = [textOf(view), textOf(folded)];
    if (live !== rebuilt) this.report("journal equals state", difference(live, rebuilt));
    entries.forEach(({ sequence }, n) => {
      if (sequence !== n + 1) this.report("one writer", `entry ${n + 1} has sequence ${sequence}`);
    });
  }

  /** One venue's account against the ledger; what it knows is taken out of `booked`. */
  #atVenue(exchange: SimulatedExchange, booked: Map<string, number>, view: PortfolioView): void {
    for (const id of exchange.listed.keys())
      for (const { tradeId } of exchange.fills(id, 0)) {
        const times = booked.get(`${id} ${tradeId}`) ?? 0;
        if (times !== 1) this.report("ledger equals venue", `fill ${id} ${tradeId} is booked ${times} times`);
        booked.delete(`${id} ${tradeId}`);
      }
    const account = view.accounts.find((one) => one.account === exchange.account);
    const theirs = exchange.balances();
    for (const asset of new Set([...theirs.keys(), ...Object.keys(account?.balances ?? {})])) {
      const [ours, their] = [account?.balances[asset] ?? 0n, theirs.get(asset as never) ?? 0n];
      if (ours !== their)
        this.report(
          "ledger equals venue",
          `${asset} is ${format(ours)} in the ledger, ${format(their)} there`,
        );
    }
    for (const [asset, gap] of Object.entries(account?.unaccounted ?? {}))
      this.report("cash and holdings conserved", `sub-ledgers lack ${format(gap)} ${asset}`);
    for (const { order } of exchange.openOrders())
      this.report("no order lost", `${order} is open at the venue`);
  }

  /** At rest: what a strategy and its trader believe, against what the portfolio holds and has out for it. */
  strategy(id: string, view: StrategyView, standing: Standing): void {
    const told = disagreement(view, standing);
    if (told !== undefined) this.report("strategy agrees with portfolio", `${id}: ${told}`);
  }

  candles(strategy: string, breaks: readonly string[]): void {
    for (const one of breaks) this.report("each candle once", `${strategy}: ${one}`);
  }
}

/** What a strategy believes and the portfolio does not, or undefined. */
export const disagreement = (view: StrategyView, standing: Standing): string | undefined => {
  const [own, theirs] = [view.positions.join(", "), standing.positions.join(", ")];
  if (own !== theirs) return `it holds ${own}, the portfolio ${theirs} for it`;
  const tags = new Set(standing.orders.map(({ tag }) => tag));
  for (const { tag } of view.orders) if (!tags.has(tag)) return `it sees ${tag}, the portfolio has not`;
  for (const tag of knownOrders(view.state)) if (!tags.has(tag)) return `its trader keeps ${tag} for open`;
  return undefined;
};

/** Tags of all orders that a trader keeps as taken up (domain/strategy/working-orders.ts), wherever in its state. */
const knownOrders = (state: unknown): readonly string[] => {
  if (typeof state !== "object" || state === null) return [];
  const { live, ...others } = state as { readonly live?: unknown };
  const own = Array.isArray(live) ? (live as readonly { tag: string; known: boolean }[]) : [];
  return [
    ...own.filter(({ known }) => known).map(({ tag }) => tag),
    ...Object.values(others).flatMap((part) => knownOrders(part)),
  ];
};

export const isSame = (a: PortfolioView, b: PortfolioView): boolean => textOf(a) === textOf(b);

const textOf = (view: PortfolioView): string =>
  JSON.stringify(view, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));

const difference = (a: string, b: string): string => {
  let k = 0;
  while (k < a.length && a[k] === b[k]) k += 1;
  const from = Math.max(0, k - 60);
  return `${a.slice(from, k + 60)} is rebuilt as ${b.slice(from, k + 60)}`;
};
