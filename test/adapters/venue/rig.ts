/** A sandbox exchange with a market and an account on it, everything they tell written down, and a proxy that bends answers. */
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../adapters/clock/clock.ts";
import {
  ccxtAccount,
  type CcxtAccount,
  type CcxtAccountPorts,
} from "../../../adapters/venue/ccxt-account.ts";
import type { CcxtSettings } from "../../../adapters/venue/ccxt.ts";
import { ccxtMarket, type CcxtMarket } from "../../../adapters/venue/ccxt-market.ts";
import type { GuardSettings } from "../../../adapters/venue/guard.ts";
import type { Book, MarketSink } from "../../../adapters/venue/venue.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Fill, Order, OrderReport } from "../../../domain/order/order.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import { decimal, type AccountId, type InstrumentId } from "../../../domain/values/values.ts";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../../sandbox/sandbox.ts";

export class Rig {
  readonly sandbox: Sandbox;
  readonly problems: string[] = [];
  private readonly opened: { close(): Promise<void> }[] = [];

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  settings(own: Partial<CcxtSettings> = {}): CcxtSettings {
    const { apiKey, secret } = this.sandbox.accounts[0]!;
    const { url } = this.sandbox;
    return {
      venue: "sandbox",
      exchange: "binance",
      url,
      apiKey,
      secret,
      rateLimitMs: 0,
      timers: false,
      ...own,
    };
  }

  market(own: Partial<CcxtSettings> = {}, guard: GuardSettings = {}): CcxtMarket {
    const market = ccxtMarket(this.settings(own), this.ports(), guard);
    this.opened.push(market);
    return market;
  }

  account(
    own: Partial<CcxtSettings> = {},
    guard: GuardSettings = {},
    more: Partial<CcxtAccountPorts> = {},
  ): CcxtAccount {
    const account = "main" as AccountId;
    const made = ccxtAccount({ ...this.settings(own), account }, { ...this.ports(), ...more }, guard);
    this.opened.push(made);
    return made;
  }

  /** Trouble: see docs/sandbox.md. */
  async admin(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.sandbox.adminUrl}/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  async state(): Promise<{
    readonly accounts: Record<string, Record<string, { free: string; locked: string }>>;
  }> {
    return (await (await fetch(`${this.sandbox.adminUrl}/state`)).json()) as never;
  }

  async counted(): Promise<{ readonly answers429: number; readonly answers418: number }> {
    const answer = await fetch(`${this.sandbox.adminUrl}/state`);
    return ((await answer.json()) as { readonly counts: never }).counts;
  }

  async venueOrders(): Promise<readonly { readonly clientOrderId: string; readonly status: string }[]> {
    const answer = await fetch(`${this.sandbox.adminUrl}/orders?account=main`);
    return ((await answer.json()) as { readonly orders: never }).orders;
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.map((each) => each.close()));
    await this.sandbox.stop();
  }

  private ports() {
    return {
      clock: systemClock,
      chance: () => 0.3,
      tell: (problem: string) => void this.problems.push(problem),
    };
  }
}

export const startRig = async (options: SandboxOptions = {}): Promise<Rig> =>
  new Rig(await startSandbox({ limits: "none", ...options }));

export const btc = "sandbox:BTC/USDT" as InstrumentId;

export const orderOf = (id: string, own: Partial<Order> | { readonly quantity: bigint } = {}): Order =>
  ({
    id,
    account: "main",
    strategy: "s",
    instrument: btc,
    side: "buy",
    type: "market",
    timeInForce: "GTC",
    quantity: decimal("0.001"),
    tag: "t",
    reason: "r",
    at: 0,
    ...own,
  }) as Order;

/** Writes down all that a market or an account tells. */
export class Notes implements MarketSink {
  readonly told = new Map<InstrumentId, Trade[]>();
  readonly books: Book[] = [];
  readonly changed: Instrument[] = [];
  readonly reports: OrderReport[] = [];
  readonly filled: Fill[] = [];
  balancesTold = 0;
  /** The venue's time of each change that it dated. */
  readonly balancedAt: number[] = [];
  resumptions = 0;

  trades(instrument: InstrumentId, trades: readonly Trade[]): void {
    const told = this.told.get(instrument) ?? [];
    told.push(...trades);
    this.told.set(instrument, told);
  }

  instrument(instrument: Instrument): void {
    this.changed.push(instrument);
  }

  report(report: OrderReport): void {
    this.reports.push(report);
  }

  fill(fill: Fill): void {
    this.filled.push(fill);
  }

  balances(_told: unknown, at?: number): void {
    this.balancesTold += 1;
    if (at !== undefined) this.balancedAt.push(at);
  }

  resumed(): void {
    this.resumptions += 1;
  }

  ids(instrument: InstrumentId): readonly number[] {
    return (this.told.get(instrument) ?? []).map(({ id }) => id);
  }
}

/** Told once each and without a hole. */
export const isDense = (ids: readonly number[]): boolean =>
  ids.every((id, i) => i === 0 || id === ids[i - 1]! + 1);

export interface Bent {
  readonly url: string;
  /** The next requests whose `METHOD path` matches get this answer; `forward` says whether the venue sees them. */
  bend(pattern: RegExp, answer: { status: number; body: string; forward?: boolean }): void;
  stop(): Promise<void>;
}

/** An HTTP proxy in front of the sandbox (REST only). */
export const bentProxy = async (target: string): Promise<Bent> => {
  let rule: { pattern: RegExp; status: number; body: string; forward: boolean } | undefined;
  const server: Server = createServer((incoming, outgoing) => {
    const bent =
      rule?.pattern.test(`${incoming.method ?? ""} ${incoming.url ?? ""}`) === true ? rule : undefined;
    const answer = (): void => void outgoing.writeHead(bent!.status).end(bent!.body);
    if (bent?.forward === false) {
      incoming.resume().on("end", answer);
      return;
    }
    const onward = request(
      `${target}${incoming.url ?? ""}`,
      { method: incoming.method ?? "GET", headers: incoming.headers },
      (answered) => {
        if (bent !== undefined) answered.resume().on("end", answer);
        else answered.pipe(outgoing.writeHead(answered.statusCode ?? 500, answered.headers));
      },
    );
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bend: (pattern, { status, body, forward = false }) => (rule = { pattern, status, body, forward }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
