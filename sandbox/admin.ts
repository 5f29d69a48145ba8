/**
 * The admin port, paths under /admin: state, the truth about orders, and trouble on demand. Plain JSON both ways;
 * what is not understood is answered with 422 and the field's name.
 */
import { Invalid } from "../domain/values/invalid.ts";
import { decimal, type Decimal, type Money } from "../domain/values/values.ts";
import type { Listing } from "../simulation/venue/venue.ts";
import { foreignOrder, holdingJson, holdingsJson, ordersJson } from "./admin-accounts.ts";
import { WireError } from "./errors.ts";
import type { Faults } from "./faults/faults.ts";
import { faultPlan, sockets, type Sockets } from "./faults/plan.ts";
import type { Floor } from "./floor.ts";
import type { Pair } from "./pair.ts";
import type { Streams } from "./streams.ts";
import type { UserData } from "./user-data.ts";

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Admin {
  readonly #floor: Floor;
  readonly #faults: Faults;
  readonly #streams: Streams;
  readonly #userData: UserData;

  constructor(floor: Floor, faults: Faults, streams: Streams, userData: UserData) {
    this.#floor = floor;
    this.#faults = faults;
    this.#streams = streams;
    this.#userData = userData;
  }

  answer(method: string, url: string, text: string): Answer {
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    try {
      return { status: 200, body: this.#answer(`${method} ${pathname}`, searchParams, text) };
    } catch (error) {
      if (error instanceof Invalid)
        return { status: 422, body: { code: 422, field: error.field, message: error.message } };
      if (error instanceof WireError)
        return { status: 422, body: { code: error.code, field: "order", message: error.message } };
      throw error;
    }
  }

  #answer(what: string, query: URLSearchParams, text: string): unknown {
    switch (what) {
      case "GET /admin/state":
        return this.#state();
      case "GET /admin/orders":
        return ordersJson(this.#floor, this.#account(query.get("account") ?? undefined));
      case "GET /admin/faults":
        return { plan: this.#faults.plan, met: this.#faults.counts() };
      case "POST /admin/faults":
        return this.#setFaults(bodyOf(text));
      case "POST /admin/deposit":
        return this.#transfer(bodyOf(text), 1n);
      case "POST /admin/withdraw":
        return this.#transfer(bodyOf(text), -1n);
      case "POST /admin/foreign-order":
        return this.#foreignOrder(bodyOf(text));
      case "POST /admin/listing":
        return this.#relist(bodyOf(text));
      default:
        throw new Invalid("path", "an admin path of docs/sandbox.md", what);
    }
  }

  #state(): unknown {
    const floor = this.#floor;
    return {
      marketTime: floor.now,
      slice: floor.slice,
      slices: floor.source.slices,
      ended: floor.ended,
      symbols: [...floor.pairs.keys()],
      accounts: Object.fromEntries(floor.accounts.map(({ name }) => [name, holdingsJson(floor, name)])),
      counts: {
        marketSockets: this.#streams.socketCount,
        streams: this.#streams.streamCount,
        marketMessages: this.#streams.sentCount,
        userEvents: this.#userData.counts.user,
        answers429: this.#faults.answers429,
        answers418: this.#faults.answers418,
        faults: this.#faults.counts(),
      },
    };
  }

  #setFaults(body: Body): unknown {
    const { drop, silence, pongs, forget, ...plan } = body;
    for (const [field, which] of Object.entries({ drop, silence }))
      if (which !== undefined && !sockets.includes(which as Sockets))
        throw new Invalid(field, `one of ${sockets.join(", ")}`, which);
    if (pongs !== undefined && typeof pongs !== "boolean")
      throw new Invalid("pongs", "true, or false with silence", pongs);
    const forgotten = forget === undefined ? undefined : this.#account(forget);
    const acts = drop !== undefined || silence !== undefined || forgotten !== undefined;
    if (Object.keys(plan).length > 0 || !acts) this.#faults.set(faultPlan(plan));
    if (silence === "market" || silence === "all") this.#streams.silence(pongs !== false);
    if (silence === "user" || silence === "all") this.#userData.silence(pongs !== false);
    if (forgotten !== undefined)
      this.#floor.forget(this.#floor.accounts.find(({ name }) => name === forgotten)!);
    const restarts = forgotten !== undefined || this.#faults.rest.inMaintenance;
    if (restarts || drop === "market" || drop === "all") this.#streams.drop();
    if (restarts || drop === "user" || drop === "all") this.#userData.drop();
    return { plan: this.#faults.plan };
  }

  #transfer(body: Body, sign: bigint): unknown {
    const account = this.#account(body["account"]);
    const asset = textOf(body, "asset");
    const amount = positive(body, "amount");
    if (!this.#floor.transfer(account, asset, (amount * sign) as Money))
      throw new Invalid("amount", "no more than is free", body["amount"]);
    return { account, asset, ...holdingJson(this.#floor, account, asset) };
  }

  /** Fields as of POST /api/v3/order, or /fapi/v1/order, unsigned. */
  #foreignOrder(body: Body): unknown {
    const account = this.#account(body["account"]);
    const params = new Map<string, string>();
    for (const [name, value] of Object.entries(body)) if (name !== "account") params.set(name, String(value));
    if (!params.has("newClientOrderId")) params.set("newClientOrderId", this.#floor.nextId("foreign-"));
    return foreignOrder(this.#floor, account, params);
  }

  #relist(body: Body): unknown {
    const { listing } = this.#pair(body["symbol"]);
    const allowed = ["symbol", "status", "tickSize", "lotSize", "notionalMin", "makerBps", "takerBps"];
    for (const field of Object.keys(body))
      if (!allowed.includes(field)) throw new Invalid(field, `one of ${allowed.join(", ")}`, "another name");
    const status = body["status"] ?? listing.status;
    if (status !== "trading" && status !== "paused" && status !== "delisted")
      throw new Invalid("status", "trading, paused or delisted", status);
    const relisted: Listing = {
      ...listing,
      status,
      tick: body["tickSize"] === undefined ? listing.tick : positive(body, "tickSize"),
      lot: body["lotSize"] === undefined ? listing.lot : positive(body, "lotSize"),
      notionalMin:
        body["notionalMin"] === undefined ? listing.notionalMin : (positive(body, "notionalMin") as Money),
      makerBps: bps(body, "makerBps", listing.makerBps),
      takerBps: bps(body, "takerBps", listing.takerBps),
    };
    this.#floor.relist(relisted);
    return { symbol: listing.symbol, status };
  }

  #account(name: unknown): string {
    const names = this.#floor.accounts.map((account) => account.name);
    const wanted = name ?? (names.length === 1 ? names[0] : undefined);
    if (typeof wanted !== "string" || !names.includes(wanted))
      throw new Invalid("account", `one of ${names.join(", ")}`, name);
    return wanted;
  }

  #pair(symbol: unknown): Pair {
    const pair = typeof symbol === "string" ? this.#floor.pairs.get(symbol) : undefined;
    if (pair === undefined)
      throw new Invalid("symbol", `one of ${[...this.#floor.pairs.keys()].join(", ")}`, symbol);
    return pair;
  }
}

const bodyOf = (text: string): Body => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Invalid("body", "JSON", text);
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Invalid("body", "an object", body);
  return body as Body;
};

const textOf = (body: Body, field: string): string => {
  const value = body[field];
  if (typeof value !== "string" || value === "") throw new Invalid(field, "text", value);
  return value;
};

const positive = (body: Body, field: string): Decimal => {
  const value = decimal(textOf(body, field), field);
  if (value <= 0n) throw new Invalid(field, "an amount above 0", body[field]);
  return value;
};

const bps = (body: Body, field: string, usual: number): number => {
  const value = body[field] ?? usual;
  if (typeof value !== "number" || !(value >= 0 && value <= 10_000))
    throw new Invalid(field, "basis points from 0 to 10000", value);
  return value;
};
