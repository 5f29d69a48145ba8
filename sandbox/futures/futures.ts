/**
 * All that a sandbox of futures has beside its venue: the clearing house with its margin accounts, the stops that wait beside the
 * book, and what their owners are told of both.
 */
import { openOf } from "../../domain/market/candle.ts";
import { FUNDING_INTERVAL_MS } from "../../domain/positions/funding.ts";
import { format, type Money, type Timestamp } from "../../domain/values/values.ts";
import type { SimulatedVenue, VenueEvent } from "../../simulation/venue/venue.ts";
import { wireDecimal } from "../grid.ts";
import type { AccountOptions } from "../options.ts";
import type { Pair } from "../pair.ts";
import type { Streams } from "../streams.ts";
import type { UserData } from "../user-data.ts";
import { Conditionals } from "./conditionals.ts";
import { House } from "./house.ts";
import { availableOf } from "./margin.ts";
import { ContractPair } from "./pair.ts";
import { FuturesTelling } from "./telling.ts";
import type { FuturesTerms } from "./terms.ts";

/** Of `@markPrice` and of `@markPrice@1s`. */
const MARK_EVERY_MS = { "": 3_000, "@1s": 1_000 } as const;

export class Futures {
  readonly house: House;
  readonly telling: FuturesTelling;
  readonly conditionals: Conditionals;
  /** Name of the account by listen key. */
  readonly listenKeys: ReadonlyMap<string, string>;
  readonly #now: () => number;

  constructor(
    accounts: readonly AccountOptions[],
    terms: FuturesTerms,
    pairs: ReadonlyMap<string, Pair>,
    userData: UserData,
    now: () => number,
    startAt: number,
  ) {
    this.#now = now;
    this.house = new House(accounts, terms, startAt);
    this.telling = new FuturesTelling(this.house, pairs, userData, now);
    this.conditionals = new Conditionals(this.house, this.telling, now);
    this.listenKeys = new Map(accounts.map(({ name }, i) => [`listen-${i + 1}`, name]));
  }

  open(venue: SimulatedVenue): void {
    this.house.open(venue);
  }

  /** What the venue told, before others hear it: prices that stops wait for. */
  hear(events: readonly VenueEvent[]): void {
    for (const event of events)
      if (event.type === "print") this.conditionals.print(event.symbol, event.ticks);
  }

  /** Funding, liquidations, stops that are due, orders that have nothing left to close. True when the venue has something to tell. */
  settle(): boolean {
    const fired = this.conditionals.fire();
    return this.house.settle(this.#now()) || fired;
  }

  transfer(account: string, asset: string, amount: Money): boolean {
    const own = this.house.account(account);
    if (amount < 0n) {
      const free = availableOf(this.house, own, asset, this.house.venue.openOrders(account));
      if (free + amount < 0n) return false;
    }
    own.earn("TRANSFER", asset, amount, { symbol: "", at: this.#now() });
    this.telling.changed(own, amount < 0n ? "WITHDRAW" : "DEPOSIT", asset, amount, []);
    return true;
  }

  /** As on the first day; its open orders are gone already. */
  forget(account: AccountOptions): void {
    this.house.reset(account);
    this.conditionals.forget(account.name);
  }

  tellMark(pair: Pair, at: number, streams: Streams): void {
    if (!(pair instanceof ContractPair)) return;
    for (const [suffix, everyMs] of Object.entries(MARK_EVERY_MS)) {
      const stream = `${pair.lower}@markPrice${suffix}`;
      if (!streams.has(stream) || Math.floor(at / everyMs) === Math.floor(pair.markAt(suffix) / everyMs))
        continue;
      const mark = this.house.mark(pair.name);
      if (mark === 0n) continue;
      pair.markTold(suffix, at);
      const next = openOf(at as Timestamp, "8h") + FUNDING_INTERVAL_MS;
      const json = pair.markJson(wireDecimal(mark), format(this.house.fundingRate), next, at);
      streams.publish(stream, json, () => undefined);
    }
  }
}
