/**
 * Addresses of the sockets of futures: market streams under /ws and /stream, each also behind /public and /market; the events of
 * one account under the listen key that POST /fapi/v1/listenKey gave it.
 */
import type { Futures } from "./futures.ts";

/** Without the kind of stream that stands before it. */
export const plainPath = (path: string): string => path.replace(/^\/(public|market)(?=\/)/, "");

/** Name of the account whose key is in the address: /private/ws?listenKey=..., /private/ws/... or /ws/...; else undefined. */
export const whoseKey = (futures: Futures, path: string, query: string): string | undefined => {
  const named = /^(?:\/private)?\/ws(?:\/(.+))?$/.exec(path);
  if (named === null) return undefined;
  const key = named[1] ?? new URLSearchParams(query).get("listenKey");
  return key === null ? undefined : futures.listenKeys.get(key);
};
