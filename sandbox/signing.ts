/**
 * Who asks: X-MBX-APIKEY names the account, HMAC-SHA256 over the query followed by the body proves the secret.
 * The timestamp is compared with the venue's clock, whatever time the market shows.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import {
  badKeyFormat,
  badSignature,
  badTimestamp,
  badWindow,
  illegal,
  missing,
  timestampAhead,
  unknownKey,
} from "./errors.ts";
import type { AccountKey } from "./options.ts";

export type Params = ReadonlyMap<string, string>;

const RECV_WINDOW_DEFAULT_MS = 5_000;
const RECV_WINDOW_MAX_MS = 60_000;
const AHEAD_MAX_MS = 1_000;

export class Signing {
  readonly #byKey = new Map<string, AccountKey>();
  readonly #venueNow: () => number;

  constructor(keys: readonly AccountKey[], venueNow: () => number) {
    for (const key of keys) this.#byKey.set(key.apiKey, key);
    this.#venueNow = venueNow;
  }

  account(apiKey: string | undefined): AccountKey {
    if (apiKey === undefined || apiKey === "") throw badKeyFormat();
    const key = this.#byKey.get(apiKey);
    if (key === undefined) throw unknownKey();
    return key;
  }

  /** `payload` is what was signed: query and body without `&signature=...`. Throws a WireError. */
  verify(apiKey: string | undefined, payload: string, params: Params): string {
    const key = this.account(apiKey);
    const signature = params.get("signature");
    if (signature === undefined) throw missing("signature");
    this.#checkTime(params);
    const expected = createHmac("sha256", key.secret).update(payload).digest();
    const given = Buffer.from(signature, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw badSignature();
    return key.name;
  }

  #checkTime(params: Params): void {
    const text = params.get("timestamp");
    if (text === undefined) throw missing("timestamp");
    const at = Number(text);
    if (!Number.isSafeInteger(at)) throw illegal("timestamp");
    const window = Number(params.get("recvWindow") ?? RECV_WINDOW_DEFAULT_MS);
    if (!(window > 0 && window <= RECV_WINDOW_MAX_MS)) throw badWindow();
    const now = this.#venueNow();
    if (at > now + AHEAD_MAX_MS) throw timestampAhead();
    if (now - at > window) throw badTimestamp();
  }
}

/** The signed part of a query and a body: everything but the signature, in the order in which it was sent. */
export const signedPart = (query: string, body: string): string =>
  `${withoutSignature(query)}${withoutSignature(body)}`;

const withoutSignature = (text: string): string => {
  const found = /(^|&)signature=[^&]*/.exec(text);
  if (found === null) return text;
  return text.slice(0, found.index) + text.slice(found.index + found[0].length);
};
