/**
 * Everything one ccxt instance hears on its sockets, told at once and in the order of arrival.
 *
 * ccxt's own way, awaiting `watch*` again and again, tells what is in its cache only when the next message comes, and
 * merges what came meanwhile. So we subscribe with `watch*` once and listen where ccxt hands a parsed message over:
 * `client.resolve(result, name)`, inside the handling of the frame. Works for every exchange of ccxt; four hooks of
 * the instance are replaced: `client`, `handleMessage`, `onError`, `onClose`.
 */
import type {
  Client,
  Exchange,
  UnifiedBalance,
  UnifiedBook,
  UnifiedOrder,
  UnifiedTicker,
  UnifiedTrade,
  Updates,
} from "./ccxt-words.ts";

export interface Ears {
  trades?(symbol: string, trades: readonly UnifiedTrade[]): void;
  quote?(quote: UnifiedTicker): void;
  book?(book: UnifiedBook): void;
  orders?(orders: readonly UnifiedOrder[]): void;
  fills?(fills: readonly UnifiedTrade[]): void;
  balance?(balance: UnifiedBalance): void;
  /** A socket stands. */
  opened(client: Client): void;
  /** Before a frame is handled: ccxt reads it as it is left here. */
  heard?(message: unknown): void;
  /** After a frame was handled and everything in it was told. */
  frame(client: Client, message: unknown): void;
  /** What was heard could not be read or told. The stream goes on. */
  failed(error: unknown): void;
  /** A socket or a subscription is gone. */
  down(error: Error): void;
}

/** Listens on every socket that `exchange` opens from now on. */
export const tap = (exchange: Exchange, ears: Ears): void => {
  const tapped = new WeakSet<Client>();
  const open = exchange.client.bind(exchange);
  const handle = exchange.handleMessage.bind(exchange);
  const failed = exchange.onError.bind(exchange);
  const closed = exchange.onClose.bind(exchange);
  const connected = exchange.onConnected.bind(exchange);

  exchange.client = (url) => {
    const client = open(url);
    if (!tapped.has(client)) {
      tapped.add(client);
      tapClient(exchange, client, ears);
    }
    return client;
  };
  exchange.handleMessage = (client, message) => {
    try {
      ears.heard?.(message);
      handle(client, message);
    } finally {
      ears.frame(client, message);
    }
  };
  exchange.onConnected = (client, message) => {
    connected(client, message);
    ears.opened(client);
  };
  exchange.onError = (client, error) => {
    failed(client, error);
    ears.down(error);
  };
  exchange.onClose = (client, event) => {
    closed(client, event);
    ears.down(new Error("connection closed"));
  };
};

const tapClient = (exchange: Exchange, client: Client, ears: Ears): void => {
  const resolve = client.resolve.bind(client);
  const reject = client.reject.bind(client);
  const future = client.future.bind(client);
  // ccxt makes promises that nobody may be waiting for when the socket closes: unhandled, one ends the process.
  client.future = (name) => {
    const made = future(name);
    made.catch(() => undefined);
    return made;
  };
  client.resolve = (result, name) => {
    try {
      route(exchange, ears, result, name);
    } catch (error) {
      ears.failed(error);
    }
    return resolve(result, name);
  };
  client.reject = (error, name) => {
    // Kept by ccxt for the next subscriber, an error nobody waits for would end the next healthy subscription.
    if (name === undefined || name in client.futures) reject(error, name);
    if (name !== undefined) ears.down(error instanceof Error ? error : new Error(JSON.stringify(error)));
    return error;
  };
};

const route = (exchange: Exchange, ears: Ears, result: unknown, name: string | undefined): void => {
  if (typeof result !== "object" || result === null) return;
  if (result === exchange.orders) ears.orders?.(fresh(exchange.orders));
  else if (result === exchange.myTrades) ears.fills?.(fresh(exchange.myTrades));
  else if (Array.isArray(result)) {
    if (ears.trades === undefined || result.length === 0) return;
    const trades = result as UnifiedTrade[];
    const { symbol } = trades[0]!;
    if (exchange.trades[symbol] !== result) return;
    const told = Array.from(trades);
    // Told once: ccxt's cache is emptied, so that it neither grows nor shifts a full array for every trade.
    trades.length = 0;
    ears.trades(symbol, told);
  } else if ("bids" in result && "asks" in result) ears.book?.(result as UnifiedBook);
  else if ("bid" in result && "symbol" in result) ears.quote?.(result as UnifiedTicker);
  else if (name?.includes("balance") === true) ears.balance?.(result);
};

/** What was added or changed since the last look; ccxt moves a changed row to the end. */
const fresh = <T>(rows: Updates<T>): readonly T[] => {
  if (rows.clearAllUpdates) return [];
  const count = rows.getLimit(undefined, undefined);
  const told: T[] = [];
  // By index: `slice` of a ccxt cache makes another cache.
  for (let i = rows.length - count; i < rows.length; i += 1) told.push(rows[i]!);
  return told;
};

/** ccxt keeps clients beside them that are no sockets and never open. */
export const sockets = (exchange: Exchange): readonly Client[] =>
  Object.values(exchange.clients ?? {}).filter(({ url }) => /^wss?:/.test(url));

/** Ends a socket that is open and silent: closing it politely would wait for the answer of a dead peer. */
export const drop = (exchange: Exchange, reason: string): void => {
  for (const client of sockets(exchange)) {
    client.onError(new Error(reason));
    client.connection?.terminate?.();
  }
};
