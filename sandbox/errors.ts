/**
 * Binance's refusals: HTTP status, code and text. ccxt maps some by the exact text, so the texts are theirs.
 */
import type { VenueRefusal } from "../domain/order/order.ts";

export class WireError extends Error {
  override readonly name = "WireError";
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const titles: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** A broken gateway's page instead of JSON. */
export class GatewayError extends WireError {
  readonly html: string;

  constructor(status: number) {
    const title = `${status} ${titles[status] ?? "Error"}`;
    super(status, 0, title);
    this.html = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  }
}

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

export const invalidSymbol = (): WireError => bad(-1121, "Invalid symbol.");
export const missing = (name: string): WireError =>
  bad(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const illegal = (name: string): WireError =>
  bad(-1100, `Illegal characters found in parameter '${name}'.`);
export const unknownCancel = (): WireError => bad(-2011, "Unknown order sent.");
export const unknownOrder = (): WireError => bad(-2013, "Order does not exist.");
export const badTimestamp = (): WireError =>
  bad(-1021, "Timestamp for this request is outside of the recvWindow.");
export const timestampAhead = (): WireError =>
  bad(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const badWindow = (): WireError => bad(-1131, "recvWindow must be less than 60000.");
export const badSignature = (): WireError => bad(-1022, "Signature for this request is not valid.");
export const badKeyFormat = (): WireError => new WireError(401, -2014, "API-key format invalid.");
export const unknownKey = (): WireError =>
  new WireError(401, -2015, "Invalid API-key, IP, or permissions for action.");
export const filterFailure = (filter: string): WireError => bad(-1013, `Filter failure: ${filter}`);
export const unsupportedType = (): WireError => bad(-1116, "Invalid orderType.");
export const unsupportedCombination = (): WireError => bad(-1014, "Unsupported order combination.");
export const unknownMethod = (): WireError => new WireError(404, -1099, "Not found.");
export const notRequired = (name: string): WireError =>
  bad(-1106, `Parameter '${name}' sent when not required.`);

/** Leverage is refused where it is set, not where an order is placed. */
const refusals: Readonly<Record<Exclude<VenueRefusal, "contract-terms">, readonly [number, string]>> = {
  "insufficient-balance": [-2010, "Account has insufficient balance for requested action."],
  "short-not-allowed": [-2010, "Account has insufficient balance for requested action."],
  "would-take": [-2010, "Order would immediately match and take."],
  "filter-price": [-1013, "Filter failure: PRICE_FILTER"],
  "filter-quantity": [-1013, "Filter failure: LOT_SIZE"],
  "filter-notional": [-1013, "Filter failure: NOTIONAL"],
  "instrument-not-trading": [-1013, "Market is closed."],
  "unknown-instrument": [-1121, "Invalid symbol."],
  "duplicate-id": [-2010, "Duplicate order sent."],
  "self-trade": [-2010, "Order would trigger self-trade prevention."],
  "too-many-orders": [-1013, "Filter failure: MAX_NUM_ORDERS"],
  "not-authorised": [-2010, "This account may not place or cancel orders."],
  other: [-2010, "Order rejected."],
};

/** `detail` of the venue is shown where Binance has no own text for it. */
export const refused = (refusal: VenueRefusal, detail: string): WireError => {
  if (/trigger/i.test(detail)) return bad(-2010, "Stop price would trigger immediately.");
  const [code, text] = refusals[refusal === "contract-terms" ? "other" : refusal];
  return bad(code, refusal === "other" && detail !== "" ? detail : text);
};
