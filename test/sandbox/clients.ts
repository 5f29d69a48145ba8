/** Clients of the sandbox for tests: real ccxt.pro, a raw signed REST caller, raw sockets, a lock-step reader. */
import { createHmac } from "node:crypto";
import ccxt from "ccxt";
import { WebSocket } from "ws";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/sandbox.ts";

export type Binance = InstanceType<typeof ccxt.pro.binance>;

/** Runs `use` with a sandbox of its own, which is stopped whatever happens. */
export const withSandbox = async (
  options: SandboxOptions,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> => {
  const sandbox = await startSandbox(options);
  try {
    await use(sandbox);
  } finally {
    await sandbox.stop();
  }
};

/** Unmodified ccxt with its URLs pointed at the sandbox; markets are loaded. */
export const ccxtOn = async (sandbox: Sandbox, config: Record<string, unknown> = {}): Promise<Binance> =>
  pointed(
    sandbox,
    new ccxt.pro.binance({
      apiKey: sandbox.accounts[0]!.apiKey,
      secret: sandbox.accounts[0]!.secret,
      enableRateLimit: false,
      options: { fetchMarkets: { types: ["spot"] }, fetchCurrencies: false, fetchMargins: false },
      ...config,
    }),
  );

export type Futures = InstanceType<typeof ccxt.pro.binanceusdm>;

/** The same of a sandbox of futures. */
export const futuresOn = async (sandbox: Sandbox): Promise<Futures> =>
  pointed(
    sandbox,
    new ccxt.pro.binanceusdm({
      apiKey: sandbox.accounts[0]!.apiKey,
      secret: sandbox.accounts[0]!.secret,
      enableRateLimit: false,
      options: { fetchMarkets: { types: ["linear"] }, fetchCurrencies: false, fetchMargins: false },
    }),
  );

const pointed = async <E extends Binance | Futures>(sandbox: Sandbox, exchange: E): Promise<E> => {
  const point = (urls: Record<string, unknown>): void => {
    for (const [name, url] of Object.entries(urls))
      if (typeof url === "string")
        urls[name] = url.replace(/^https:\/\/[^/]+/, sandbox.url).replace(/^wss:\/\/[^/]+/, sandbox.wsUrl);
      else point(url as Record<string, unknown>);
  };
  point(exchange.urls["api"]);
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  return exchange;
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  headers: response.headers,
  body: await response.json(),
});

export const get = async (sandbox: Sandbox, path: string): Promise<Answer> =>
  answerOf(await fetch(`${sandbox.url}${path}`));

export interface Signer {
  readonly key?: string;
  readonly secret?: string;
  readonly timestamp?: number;
}

/** One signed request; parameters go into the query. */
export const signed = async (
  sandbox: Sandbox,
  method: string,
  path: string,
  params: Record<string, string | number> = {},
  signer: Signer = {},
): Promise<Answer> => {
  const [account] = sandbox.accounts;
  const query = new URLSearchParams({
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    timestamp: String(signer.timestamp ?? Date.now()),
  }).toString();
  const signature = createHmac("sha256", signer.secret ?? account!.secret)
    .update(query)
    .digest("hex");
  const headers = { "X-MBX-APIKEY": signer.key ?? account!.apiKey };
  return answerOf(await fetch(`${sandbox.url}${path}?${query}&signature=${signature}`, { method, headers }));
};

export const admin = async (sandbox: Sandbox, path: string, body?: unknown): Promise<Answer> =>
  answerOf(
    await fetch(
      `${sandbox.adminUrl}/${path}`,
      body === undefined
        ? {}
        : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) },
    ),
  );

/** A raw socket that keeps all it hears, as text. */
export class Ear {
  readonly heard: string[] = [];
  readonly socket: WebSocket;
  closed = false;
  #changed: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.heard.push((data as Buffer).toString());
      this.#changed();
    });
    socket.on("close", () => {
      this.closed = true;
      this.#changed();
    });
  }

  static async open(url: string): Promise<Ear> {
    const socket = new WebSocket(url);
    const ear = new Ear(socket);
    await new Promise<void>((done, fail) => {
      socket.once("open", done);
      socket.once("error", fail);
    });
    return ear;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Resolves once `met` holds; it is asked after every message. */
  async until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((done) => (this.#changed = done));
  }

  parsed(): Record<string, unknown>[] {
    return this.heard.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  /** A field of the last message. */
  newest(field: string): unknown {
    const last = this.heard.at(-1);
    return last === undefined ? undefined : (JSON.parse(last) as Record<string, unknown>)[field];
  }

  close(): void {
    this.socket.terminate();
  }
}

/** A market socket that has subscribed. */
export const subscribed = async (sandbox: Sandbox, streams: readonly string[]): Promise<Ear> => {
  const ear = await Ear.open(`${sandbox.wsUrl}/ws/0`);
  ear.send({ method: "SUBSCRIBE", params: streams, id: 1 });
  await ear.until(() => ear.heard.length > 0);
  ear.heard.length = 0;
  return ear;
};

/** A user data socket that has subscribed. */
export const userData = async (sandbox: Sandbox): Promise<Ear> => {
  const ear = await Ear.open(`${sandbox.wsUrl}/ws-api/v3`);
  ear.send(wsRequest(sandbox, "userDataStream.subscribe.signature", {}));
  await ear.until(() => ear.heard.length > 0);
  ear.heard.length = 0;
  return ear;
};

export const wsRequest = (
  sandbox: Sandbox,
  method: string,
  params: Record<string, string | number>,
): Record<string, unknown> => {
  const [account] = sandbox.accounts;
  const all: Record<string, string | number> = {
    ...params,
    apiKey: account!.apiKey,
    timestamp: Date.now(),
  };
  const payload = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join("&");
  const signature = createHmac("sha256", account!.secret).update(payload).digest("hex");
  return { id: "r1", method, params: { ...all, signature } };
};

export interface Phase {
  readonly type: string;
  readonly n: number;
  readonly phase: "market" | "user";
  readonly at: number;
  readonly expect: {
    readonly trades: Record<string, number>;
    readonly quotes: Record<string, number>;
    readonly books: Record<string, number>;
    readonly user: number;
  };
}

/** Leads the sandbox through its slices; `act` returns once everything of the phase has been heard and done. */
export const lead = async (sandbox: Sandbox, act: (phase: Phase) => Promise<void>): Promise<void> => {
  const socket = new WebSocket(`${sandbox.wsUrl}/admin/lockstep`);
  await new Promise<void>((done, fail) => {
    socket.once("open", done);
    socket.once("error", fail);
  });
  await new Promise<void>((done, fail) => {
    const hear = async (text: string): Promise<void> => {
      const message = JSON.parse(text) as Phase;
      if (message.type === "end") done();
      else if (message.type !== "slice") throw new Error(text);
      else {
        await act(message);
        socket.send(JSON.stringify({ type: "done", n: message.n, phase: message.phase }));
      }
    };
    socket.on("message", (data) => void hear((data as Buffer).toString()).catch(fail));
    socket.once("close", () => fail(new Error("the lock-step socket closed")));
    socket.send(JSON.stringify({ type: "ready" }));
  });
  socket.terminate();
};
