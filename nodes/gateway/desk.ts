/**
 * One request after the other: who asks, may they, is it well formed, the answer or the refusal. Everything that changes
 * something is logged and journaled with who asked and what became of it; a stranger's attempt is only logged, so that
 * strangers cannot fill the journal.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../../contracts/failure.ts";
import { toPlainJson } from "../../domain/values/json.ts";
import type { Log } from "../../mixins/wire.ts";
import type { Audited } from "./audit.ts";
import { openapi } from "./openapi.ts";
import type { RateLimit } from "./rate-limit.ts";
import { refusalOf, starting, type Refusal } from "./refusal.ts";
import type { Asked, Behind, Front, Route } from "./route.ts";
import { routes } from "./routes.ts";
import type { Caller, Door, Scope } from "./tokens.ts";

/** As moleculer-web hands it over: body parsed, names of the path and the query split off. */
export interface Request extends IncomingMessage {
  readonly $params: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly body: unknown;
  };
}

export interface DeskOptions {
  readonly node: string;
  readonly door: Door;
  readonly limit: RateLimit;
  readonly log: Log;
  readonly metrics: () => Readonly<Record<string, string>>;
}

const nobody: Caller = { name: "nobody", scopes: [] };
const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? "unknown";

export class Desk {
  url = "";
  behind: Behind | undefined;
  audit: ((entry: Audited) => Promise<number>) | undefined;
  /** By `<method> <path> <status>`: bounded by the table. */
  readonly requests = new Map<string, number>();
  readonly #options: DeskOptions;
  readonly #front: Front;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#front = {
      ...options,
      startedAt: Date.now(),
      behind: () => this.behind,
      document: () => openapi(routes, this.url),
    };
  }

  /** Limits and identity, at once for a token. Throws or rejects with 401 or 429. */
  admit(request: IncomingMessage, scope: Scope | "none", authorization?: string): Caller | Promise<Caller> {
    const { limit, door } = this.#options;
    limit.take(`address ${addressOf(request)}`);
    if (scope === "none") return nobody;
    const limited = (caller: Caller): Caller => {
      limit.take(`token ${caller.name}`);
      return caller;
    };
    const caller = door.identify(authorization ?? request.headers.authorization);
    return caller instanceof Promise ? caller.then(limited) : limited(caller);
  }

  async serve(route: Route, request: Request, response: ServerResponse): Promise<void> {
    let caller = nobody;
    let refusal: Refusal | undefined;
    let body: string;
    try {
      const admitted = this.admit(request, route.scope);
      caller = admitted instanceof Promise ? await admitted : admitted;
      const answer = this.#answer(route, request, caller);
      body = toPlainJson(answer instanceof Promise ? await answer : answer);
    } catch (error) {
      refusal = this.#refusal(error);
      body = toPlainJson({ error: refusal });
    }
    const code = refusal?.code ?? 200;
    const key = `${route.method} ${route.path} ${code}`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    if (route.method === "POST") await this.#record(route, request, caller, refusal);
    send(response, code, body, refusal);
  }

  /** What never reached a route: no such address, a body that is no JSON. */
  refuse(response: ServerResponse, error: unknown): void {
    if (response.headersSent) return;
    const refusal = this.#refusal(error);
    send(response, refusal.code, toPlainJson({ error: refusal }), refusal);
  }

  #answer(route: Route, request: Request, caller: Caller): unknown {
    if (route.scope !== "none") this.#options.door.permit(caller, route.scope);
    const { params, query, body } = request.$params;
    if (route.method === "POST" && body === undefined && Number(request.headers["content-length"] ?? 0) > 0)
      throw new Failure("Unsupported", "send the body as application/json", 415, "UNSUPPORTED", false);
    const { behind } = this;
    if (route.early === undefined && behind === undefined) throw starting();
    const asked = {
      path: params,
      query: route.checkQuery(query),
      body: route.checkBody(body),
      caller,
      front: this.#front,
    } as Asked<never, never>;
    if (route.early !== undefined) return route.early(asked);
    return route.handle!(asked, behind!);
  }

  #refusal(error: unknown): Refusal {
    const refusal = refusalOf(error);
    if (refusal.code === 500) this.#options.log.error("A request failed", { error });
    return refusal;
  }

  async #record(
    route: Route,
    request: Request,
    { name }: Caller,
    refusal: Refusal | undefined,
  ): Promise<void> {
    const { log } = this.#options;
    const { params, body } = request.$params;
    const entry: Audited = {
      who: name,
      what: `${route.method} ${route.path}`,
      input: { ...params, ...(typeof body === "object" ? body : {}) },
      from: addressOf(request),
      when: Date.now(),
      outcome: refusal?.type ?? "DONE",
      code: refusal?.code ?? 200,
    };
    log.info(`${entry.who}: ${entry.what}: ${entry.outcome}`, entry);
    if (name === nobody.name || this.audit === undefined || route.early !== undefined) return;
    try {
      await this.audit(entry);
    } catch (error) {
      log.error("What was done could not be journaled", { ...entry, error });
    }
  }
}

const send = (response: ServerResponse, code: number, body: string, refusal?: Refusal): void => {
  const { retryAfterSeconds } = refusal ?? {};
  response.writeHead(code, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...(code === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
    ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
  });
  response.end(body);
};
