/** Opens venues and accounts by configuration, and starts the sandbox exchange where one is asked for and none runs yet. */
import type { ServiceBroker } from "moleculer";
import type { OpenedMarket } from "../actors/exchange.actor.ts";
import type { OpenedAccount } from "../actors/execution.actor.ts";
import type { Cache } from "../adapters/cache/cache.ts";
import type { Clock } from "../adapters/clock/clock.ts";
import type { Tenure } from "../adapters/leases/leases.ts";
import type { Limits } from "../adapters/limits/limits.ts";
import { ccxtAccount, type CcxtAccount } from "../adapters/venue/ccxt-account.ts";
import { ccxtMarket, type CcxtMarket } from "../adapters/venue/ccxt-market.ts";
import type { CcxtSettings, VenuePorts } from "../adapters/venue/ccxt.ts";
import type { LimitSettings } from "../adapters/venue/metering.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { AccountId, Timestamp, VenueId } from "../domain/values/values.ts";
import type { SandboxOptions } from "../sandbox/sandbox.ts";
import { lookUpSecret } from "./configuration.ts";
import { contractTermsOf } from "./contract-terms.ts";
import type { MirrorOptions } from "./mirror.ts";
import { sandboxThread, type SandboxThread } from "./sandbox-thread.ts";
import { expectAnswer } from "./expect-answer.ts";
import { replayMarketOf } from "./replay-market.ts";
import type { Settings, VenueSettings } from "./settings.ts";

export interface VenueDoorPorts {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly cache: Cache;
  readonly limits: Limits;
  readonly marketNow: () => Timestamp;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly tell: (problem: string) => void;
}

/** Short, so that an order whose fate is unknown is soon known not to have arrived, and a next owner need not wait long. */
export const RECEIVE_WINDOW_MS = 1_000;

export class Venues {
  readonly markets = new Map<string, CcxtMarket>();
  readonly accounts = new Map<string, CcxtAccount>();
  readonly sandboxes = new Map<string, { readonly url: string; readonly thread?: SandboxThread }>();
  readonly #settings: Settings;
  readonly #ports: VenueDoorPorts;

  constructor(settings: Settings, ports: VenueDoorPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  simulated(venue: string): boolean {
    return this.#settings.venues[venue]?.sandbox !== undefined;
  }
  replay(venue: string): boolean {
    return this.#settings.venues[venue]?.sandbox?.replay !== undefined;
  }
  lockStep(venue: string): boolean {
    return this.#settings.venues[venue]?.sandbox?.speed === "max";
  }

  /** One sandbox a cluster: a process that joins finds the one that runs. */
  async startSandboxes(broker: ServiceBroker, clustered: boolean): Promise<void> {
    for (const [id, venue] of Object.entries(this.#settings.venues)) {
      if (venue.sandbox === undefined) continue;
      const service = `sandbox-${id}`;
      const { mirror } = venue.sandbox;
      // The address of a mirror is the mirrored venue's.
      const named = mirror === undefined ? venue.url : undefined;
      const found = named ?? (clustered ? await findUrl(broker, service) : undefined);
      if (found !== undefined) {
        if (named !== undefined) await expectAnswer(`venues.${id}.url`, named, venue.exchange);
        this.sandboxes.set(id, { url: found });
        continue;
      }
      const thread = await sandboxThread(this.#sandboxOptions(id, venue.sandbox), {
        tell: this.#ports.tell,
        ...(mirror === undefined ? {} : { mirror: mirrorOf(venue) }),
      });
      this.sandboxes.set(id, { url: thread.url, thread });
      if (clustered) await publishUrl(broker, service, thread.url);
    }
  }

  async openMarket(venue: VenueId): Promise<OpenedMarket> {
    const market = ccxtMarket({ ...this.#ccxt(venue), ...this.#marketKey(venue) }, this.#venuePorts(venue));
    this.markets.set(venue, market);
    await market.instruments().catch(async (error: unknown) => {
      await market.close();
      throw error;
    });
    return Object.assign(market, {
      status: () => ({ breakers: market.breakers().map(breaker), slowDowns: { ...market.slowDowns() } }),
    });
  }

  /** The key alone, unsigned: Binance tells older trades only to somebody it knows. */
  #marketKey(venue: string): { readonly apiKey?: string } {
    const found = Object.entries(this.#settings.accounts).find(
      ([, one]) => one.venue === venue && one.apiKey !== undefined,
    );
    if (found === undefined) return {};
    return { apiKey: lookUpSecret(`accounts.${found[0]}.apiKey`, found[1].apiKey!, this.#ports.environment) };
  }

  openAccount(id: AccountId, filtersRefused: () => void, tenure: Tenure): Promise<OpenedAccount> {
    const configured = this.#settings.accounts[id]!;
    const { venue, ...keys } = configured;
    const own = this.simulated(venue) ? playKeysOf(id) : undefined;
    const { apiKey = own?.apiKey, secret = own?.secret, password } = keys;
    const key = (field: string, text: string | undefined): Record<string, string> =>
      text === undefined
        ? {}
        : { [field]: lookUpSecret(`accounts.${id}.${field}`, text, this.#ports.environment) };
    const account = ccxtAccount(
      {
        ...this.#ccxt(venue),
        ...key("apiKey", apiKey),
        ...key("secret", secret),
        ...key("password", password),
        account: id,
        termsOf: (symbol) => contractTermsOf(configured, symbol),
        ...(configured.positionMode === undefined ? {} : { positionMode: configured.positionMode }),
      },
      {
        ...this.#venuePorts(venue),
        filtersRefused,
        holds: () => tenure.holds(),
      },
    );
    this.accounts.set(id, account);
    const status: OpenedAccount["status"] = () => ({
      weightUsed: account.weight().used,
      breakers: account.breakers().map(breaker),
      slowDowns: { ...account.slowDowns() },
    });
    return Promise.resolve(Object.assign(account, { status }));
  }

  async stop(): Promise<void> {
    for (const { thread } of this.sandboxes.values()) await thread?.stop();
  }

  #venuePorts(venue: string): VenuePorts {
    const { clock, chance, cache, limits, marketNow, tell } = this.#ports;
    const metered = this.#limited(venue) ? { limits } : {};
    return {
      clock,
      chance,
      cache,
      tell,
      ...metered,
      ...(this.simulated(venue) ? { marketTime: marketNow } : {}),
    };
  }

  /** A sandbox that does not go by the clock counts nothing, and in lock-step nothing may wait for one. */
  #limited(id: string): boolean {
    const venue = this.#settings.venues[id];
    return venue?.sandbox === undefined || venue.sandbox.speed === 1 || venue.weightPerMinute !== undefined;
  }

  #ccxt(id: string): CcxtSettings {
    const venue = this.#settings.venues[id];
    if (venue === undefined)
      throw new Invalid("venue", `one of ${Object.keys(this.#settings.venues).join(", ")}`, id);
    const url = this.sandboxes.get(id)?.url ?? venue.url;
    // Whatever it mirrors, the sandbox speaks Binance's wire.
    const mirrors = venue.sandbox?.mirror !== undefined;
    return {
      venue: id,
      exchange: mirrors ? "binance" : venue.exchange,
      options: mirrors ? {} : venue.options,
      limits: limitsOf(venue),
      lacks: venue.lacks,
      legs: Object.values(this.#settings.accounts).some(
        (one) => one.venue === id && one.positionMode === "hedge",
      ),
      ...(url === undefined ? {} : { url }),
      receiveWindowMs: RECEIVE_WINDOW_MS,
      ...(this.simulated(id) ? { rateLimitMs: 0 } : {}),
      timers: !this.lockStep(id),
    };
  }

  #sandboxOptions(id: string, sandbox: NonNullable<VenueSettings["sandbox"]>): SandboxOptions {
    const { seed, port, symbols, speed, balances, faults } = sandbox;
    const futures = this.#settings.venues[id]?.exchange === "binanceusdm" ? { futures: {} } : {};
    const accounts = Object.entries(this.#settings.accounts).filter(([, { venue }]) => venue === id);
    return {
      port,
      seed,
      speed,
      faults,
      lacks: this.#settings.venues[id]?.lacks ?? [],
      ...futures,
      market: replayMarketOf(sandbox) ?? {
        kind: "synthetic",
        ...(symbols === undefined ? {} : { symbols }),
      },
      accounts: accounts.map(([name, keys]) => {
        const own = playKeysOf(name);
        return { name, apiKey: keys.apiKey ?? own.apiKey, secret: keys.secret ?? own.secret, balances };
      }),
    };
  }
}

/** Of an account at the sandbox that was given none: one of its own, since the key tells whose request it is. */
const playKeysOf = (account: string) => ({ apiKey: `${account}-key`, secret: "sandbox-secret" });

const mirrorOf = ({ exchange, url, options, sandbox }: VenueSettings): MirrorOptions => ({
  ...{ exchange, options, symbols: sandbox!.symbols!, historyDays: sandbox!.mirror!.historyDays },
  ...(url === undefined ? {} : { url }),
});

const limitsOf = ({
  address,
  weightPerMinute,
  ordersPer10s,
  ordersPerDay,
}: VenueSettings): LimitSettings => ({
  address,
  ...(weightPerMinute === undefined ? {} : { weightPerMinute }),
  ...(ordersPer10s === undefined ? {} : { ordersPer10s }),
  ...(ordersPerDay === undefined ? {} : { ordersPerDay }),
});

const breaker = (one: { readonly class: string; readonly state: string; readonly openings: number }) => ({
  ...one,
});

const FIND_MS = 1_500;

const findUrl = async (broker: ServiceBroker, service: string): Promise<string | undefined> => {
  try {
    await broker.waitForServices([service], FIND_MS, 50);
    return await broker.call<string, undefined>(`${service}.url`, undefined);
  } catch {
    return undefined;
  }
};

const publishUrl = async (broker: ServiceBroker, service: string, url: string): Promise<void> => {
  broker.createService({ name: service, actions: { url: () => url } });
  await broker.waitForServices([service]);
};
