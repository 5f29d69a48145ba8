/**
 * One machine's connections to the simulated exchange, behind the ports of adapters/venue. Requests and answers travel the
 * network: either may be lost, and then nobody here knows whether the venue acted. Signed requests carry the time at which
 * they were made, read before the lease is looked at.
 */
import type { OpenedMarket } from "../../actors/exchange.actor.ts";
import type { OpenedAccount } from "../../actors/execution.actor.ts";
import type { AccountSink, Capabilities, Outcome } from "../../adapters/venue/venue.ts";
import type { Order } from "../../domain/order/order.ts";
import type { Chance } from "../../domain/values/chance.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";
import { WINDOW_MS, type SimulatedExchange } from "./simulated-exchange.ts";
import { depthOf, newsOf, tradesFor, type MarketConnection } from "./venue-news.ts";
import { VenueStreams, type Connection } from "./venue-streams.ts";
import type { VirtualTime } from "./virtual-time.ts";

const TIMEOUT_MS = 2_000;

/** What the venue itself does wrong: shares of requests that fail before and after they were carried out. */
export interface VenueTrouble {
  refusedRatio: number;
  brokenRatio: number;
}

export interface Street {
  readonly time: VirtualTime;
  readonly network: Network;
  readonly exchange: SimulatedExchange;
  readonly chance: Chance;
  readonly trouble: VenueTrouble;
}

const capabilities: Capabilities = {
  orderTypes: ["market", "limit", "stop-market", "stop-limit"],
  timeInForce: ["GTC", "IOC", "FOK", "PO"],
  ...{ watchTrades: true, watchQuotes: false, watchBooks: false, watchAccount: true },
  ...{ findByClientId: true, requestDeadline: true, requestDeadlineMs: WINDOW_MS, shorts: false },
};

interface AccountConnection extends Connection {
  readonly sink: AccountSink;
}

/** All connections of the cluster; whoever is connected hears the venue's streams. */
export class VenueDoors {
  /** Told at the moments between which orders get lost or doubled. */
  onPassed: (moment: "sent" | "taken", host: string) => void = () => undefined;
  /** Planted mistake: what nobody knows is taken for not sent. */
  resends = false;
  readonly #street: Street;
  readonly #markets: VenueStreams<MarketConnection>;
  readonly #accounts: VenueStreams<AccountConnection>;

  constructor(street: Street) {
    this.#street = street;
    this.#markets = new VenueStreams(street.network, street.exchange.venue);
    this.#accounts = new VenueStreams(street.network, street.exchange.venue);
    street.exchange.onTrade = (instrument) => {
      this.#markets.tell((one) => tradesFor(street.exchange, one, instrument));
      if (street.exchange.depths) this.#markets.tell(depthOf(street.exchange, instrument));
    };
    street.exchange.onAccount = (event) => {
      const tell = newsOf(street.exchange, event);
      if (tell !== undefined)
        this.#accounts.tell(
          ({ sink }) =>
            () =>
              tell(sink),
        );
    };
  }

  openMarket(machine: Machine): OpenedMarket {
    const { exchange } = this.#street;
    let connection: MarketConnection | undefined;
    return {
      ...{
        venue: exchange.venue,
        capabilities: { ...capabilities, watchQuotes: exchange.depths, watchBooks: exchange.depths },
        status: () => ({ breakers: [], slowDowns: { slowed: 0, banned: 0 } }),
        health: () => [],
      },
      clockOffsetMs: () => -machine.skewMs,
      ...{ clockOffMs: () => 0, whole: () => true },
      instruments: () =>
        this.#read(machine, () => [...exchange.listed.values()].map((one) => one.instrument)),
      candles: (instrument, timeframe, since, limit) =>
        this.#read(machine, () => exchange.candles(instrument, timeframe, since, limit)),
      watch: async (instruments, sink) => {
        await this.#read(machine, () => undefined);
        connection ??= this.#markets.join({
          ...{ machine, sink, heard: new Map<InstrumentId, number>(), broken: false, breaks: 0 },
          // What was missed comes before anything newer, of all instruments, as the real door asks for it.
          resumed: () => {
            for (const instrument of exchange.listed.keys()) tradesFor(exchange, connection!, instrument)?.();
          },
        });
        for (const instrument of instruments)
          if (!connection.heard.has(instrument))
            connection.heard.set(instrument, exchange.listed.get(instrument)!.trades.length);
      },
      close: () => this.#markets.leave(connection),
    };
  }

  openAccount(machine: Machine, holds: () => boolean): OpenedAccount {
    const { exchange } = this.#street;
    let connection: AccountConnection | undefined;
    return {
      ...{
        capabilities,
        health: () => [],
        clockOffMs: () => 0,
        status: () => ({ weightUsed: 0, breakers: [], slowDowns: { slowed: 0, banned: 0 } }),
      },
      place: async (order) => {
        const outcome = await this.#place(machine, holds, order);
        return this.resends && outcome.type === "unknown" ? this.#place(machine, holds, order) : outcome;
      },
      cancel: (order, instrument) =>
        this.#change(machine, holds, () => {
          exchange.cancel(order, instrument);
          return { type: "accepted", venueOrderId: "", at: exchange.marketNow() };
        }),
      find: (order, instrument) => this.#read(machine, () => exchange.find(order, instrument)),
      openOrders: () => this.#read(machine, () => exchange.openOrders()),
      fills: (instrument, since) => this.#read(machine, () => exchange.fills(instrument, since)),
      balances: () => this.#read(machine, () => exchange.balances()),
      watch: async (sink) => {
        await this.#read(machine, () => undefined);
        connection ??= this.#accounts.join({
          ...{ machine, sink, broken: false, breaks: 0 },
          resumed: () => sink.resumed(),
        });
      },
      close: () => this.#accounts.leave(connection),
    };
  }

  /** The user streams of all machines are cut; they connect again and are told to ask for what they missed. */
  dropStreams(): void {
    this.#accounts.drop();
  }

  #place(machine: Machine, holds: () => boolean, order: Order): Promise<Outcome> {
    const { exchange } = this.#street;
    const placed = this.#change(machine, holds, () => {
      const submitted = exchange.submit(order);
      const at = exchange.marketNow();
      this.onPassed("taken", machine.host);
      return submitted.ok
        ? { type: "accepted", venueOrderId: String(submitted.order.id), at }
        : { type: "refused", reason: submitted.refusal, detail: submitted.detail, at };
    });
    this.onPassed("sent", machine.host);
    return placed;
  }

  #read<T>(machine: Machine, question: () => T): Promise<T> {
    const { refusedRatio, brokenRatio } = this.#street.trouble;
    const fails = this.#street.chance.next() < refusedRatio + brokenRatio;
    return this.#request(machine, () => {
      if (fails) throw new Error("503");
      return question();
    });
  }

  async #change(machine: Machine, holds: () => boolean, act: () => Outcome): Promise<Outcome> {
    const { exchange, chance, trouble } = this.#street;
    const signedAt = machine.clock.now() - machine.skewMs;
    if (!holds()) return { type: "not-sent", detail: "the lease does not hold", retryAfterMs: 0 };
    const luck = chance.next();
    try {
      return await this.#request<Outcome>(machine, () => {
        if (!exchange.inTime(signedAt)) return { type: "not-sent", detail: "-1021", retryAfterMs: 0 };
        if (luck < trouble.refusedRatio) throw new Error("503");
        const outcome = act();
        if (luck > 1 - trouble.brokenRatio) throw new Error("504");
        return outcome;
      });
    } catch (error) {
      return { type: "unknown", detail: String(error) };
    }
  }

  #request<T>(machine: Machine, act: () => T): Promise<T> {
    const { network, exchange } = this.#street;
    return new Promise((resolve, reject) => {
      const cancel = machine.wake(TIMEOUT_MS, () => reject(new Error("no answer")));
      network.send(
        machine.host,
        exchange.venue,
        () => {
          let answered: () => void;
          try {
            const answer = act();
            answered = () => resolve(answer);
          } catch (error) {
            const failure: Error = error as Error;
            answered = () => reject(failure);
          }
          const hear = (): void => {
            cancel();
            answered();
          };
          network.send(exchange.venue, machine.host, () => machine.hand(hear), true);
        },
        true,
      );
    });
  }
}
