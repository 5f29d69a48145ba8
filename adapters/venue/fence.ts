/**
 * The last gate before a request leaves: whatever changes something at the venue goes only while our tenure holds. ccxt has
 * read the clock and signed by then, so that a request which is held up after this look grows too old for the venue's
 * receive window before a next owner may begin.
 */
import type { Exchange } from "./ccxt-words.ts";
import { Blocked } from "./outcome.ts";

export const fence = (exchange: Exchange, holds: () => boolean): void => {
  const send = exchange.fetch.bind(exchange);
  exchange.fetch = (url, method, headers, body) => {
    if (method !== "GET" && !holds()) throw new Blocked("our lease is over", 0);
    return send(url, method, headers, body);
  };
};
