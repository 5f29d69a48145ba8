/**
 * /ws-api/v3: user data by signed subscription, and orders. A request's signature covers its parameters sorted by
 * name, joined as a query. Answers carry the same bodies as REST.
 */
import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import { missing, unknownMethod, WireError } from "./errors.ts";
import { answerError } from "./http.ts";
import type { Spoil } from "./faults/rest-faults.ts";
import type { Call, Route } from "./rest/route.ts";
import { serve, type Desk } from "./serve.ts";
import type { Params } from "./signing.ts";
import type { UserData } from "./user-data.ts";

interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

const paths: Readonly<Record<string, string>> = {
  ping: "GET /api/v3/ping",
  time: "GET /api/v3/time",
  exchangeInfo: "GET /api/v3/exchangeInfo",
  depth: "GET /api/v3/depth",
  klines: "GET /api/v3/klines",
  "trades.recent": "GET /api/v3/trades",
  "trades.aggregate": "GET /api/v3/aggTrades",
  "ticker.price": "GET /api/v3/ticker/price",
  "ticker.book": "GET /api/v3/ticker/bookTicker",
  "ticker.24hr": "GET /api/v3/ticker/24hr",
  "order.place": "POST /api/v3/order",
  "order.test": "POST /api/v3/order/test",
  "order.status": "GET /api/v3/order",
  "order.cancel": "DELETE /api/v3/order",
  "order.cancelReplace": "POST /api/v3/order/cancelReplace",
  "orderList.place.oco": "POST /api/v3/orderList/oco",
  "openOrders.status": "GET /api/v3/openOrders",
  "openOrders.cancelAll": "DELETE /api/v3/openOrders",
  allOrders: "GET /api/v3/allOrders",
  myTrades: "GET /api/v3/myTrades",
  "account.status": "GET /api/v3/account",
};

/** A session's own subscriptions to user data are numbered from 0. */
class Session {
  readonly #socket: WebSocket;
  readonly #desk: Desk;
  readonly #userData: UserData;
  #subscriptions = 0;

  constructor(socket: WebSocket, desk: Desk, userData: UserData) {
    this.#socket = socket;
    this.#desk = desk;
    this.#userData = userData;
  }

  hear(text: string): void {
    if (this.#desk.faults.mutes("user")) return;
    let id: unknown = null;
    let status = 200;
    let answer: Record<string, unknown>;
    let spoil: Spoil | undefined;
    let named = "";
    try {
      const request = JSON.parse(text) as Request;
      id = request.id ?? randomUUID();
      const method = String(request.method);
      named = `/ws-api/v3/${method}`;
      spoil = this.#desk.faults.rest.judge(named);
      answer = { result: this.#serve(method, request.params ?? {}) };
    } catch (error) {
      const failure = answerError(
        error instanceof SyntaxError ? new WireError(400, -1135, error.message) : error,
      );
      if (error instanceof WireError) this.#desk.faults.answered(error.status, error.code);
      status = failure.status;
      answer = { error: failure.body };
    }
    if (spoil?.type === "error") {
      const failure = answerError(spoil.error);
      status = failure.status;
      answer = { error: failure.body };
    }
    const used = this.#desk.weights.usedWeight;
    const limit = this.#desk.weights.limits?.weightPerMinute ?? 6_000;
    const rateLimits = [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit, count: used },
    ];
    const whole = JSON.stringify({ id, status, ...answer, rateLimits });
    const send = (): void => {
      if (spoil?.type === "lose") this.#socket.terminate();
      else this.#socket.send(spoil?.type === "garble" ? spoil.text(whole) : whole);
    };
    const delay = this.#desk.faults.rest.latencyMs(named);
    if (delay > 0) setTimeout(send, delay);
    else send();
  }

  #serve(method: string, raw: Readonly<Record<string, unknown>>): unknown {
    const params = new Map<string, string>();
    for (const [name, value] of Object.entries(raw))
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        params.set(name, String(value));
    const route = this.#route(method);
    if (route.signed && !params.has("apiKey")) throw missing("apiKey");
    const asked = {
      params,
      apiKey: params.get("apiKey"),
      payload: payloadOf(params),
    };
    return serve(this.#desk, route, asked, {});
  }

  #route(method: string): Route {
    if (method === "userDataStream.subscribe.signature")
      return { weight: 2, signed: true, handle: (call) => this.#subscribe(call) };
    if (method === "userDataStream.unsubscribe")
      return {
        weight: 2,
        signed: false,
        handle: () => {
          this.#userData.stop(this.#socket);
          return {};
        },
      };
    const path = paths[method];
    const route = path === undefined ? undefined : this.#desk.routes[path];
    if (route === undefined) throw unknownMethod();
    return route;
  }

  #subscribe(call: Call): unknown {
    const subscriptionId = this.#subscriptions;
    this.#subscriptions += 1;
    this.#userData.listen(call.account, this.#socket, subscriptionId);
    return { subscriptionId };
  }
}

const payloadOf = (params: Params): string =>
  [...params]
    .filter(([name]) => name !== "signature")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");

export const attachWsApi = (socket: WebSocket, desk: Desk, userData: UserData): void => {
  const session = new Session(socket, desk, userData);
  socket.on("message", (data) => session.hear((data as Buffer).toString()));
};
