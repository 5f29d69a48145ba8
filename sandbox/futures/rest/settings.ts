/** Settings of the margin account by REST: leverage, margin type, hedge mode, what they are bounded by; and keys to its user stream. */
import { format } from "../../../domain/values/values.ts";
import { illegal, missing, WireError } from "../../errors.ts";
import { required, requiredPair, whole, type Call, type Route } from "../../rest/route.ts";
import { changeLeverage } from "../admission.ts";
import { futuresOf, houseOf, marginOf } from "./house-of.ts";

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

const setLeverage = (call: Call): unknown => {
  const pair = requiredPair(call);
  const leverage = whole(call.params, "leverage");
  const account = marginOf(call);
  if (leverage === undefined) throw missing("leverage");
  const error = changeLeverage(houseOf(call), account, pair.name, leverage);
  if (error !== undefined) throw error;
  futuresOf(call).telling.configured(account.name, { ac: { s: pair.name, l: leverage } });
  return { leverage, maxNotionalValue: "1000000000", symbol: pair.name };
};

const setMarginType = (call: Call): unknown => {
  const pair = requiredPair(call);
  const type = required(call.params, "marginType");
  if (type !== "ISOLATED" && type !== "CROSSED") throw illegal("marginType");
  const account = marginOf(call);
  const terms = account.terms(pair.name);
  if (terms.isolated === (type === "ISOLATED")) throw bad(-4046, "No need to change margin type.");
  if (account.held(pair.name).length > 0)
    throw bad(-4048, "Margin type cannot be changed if there exists position.");
  if (call.floor.venue.openOrders(account.name, pair.name).length > 0)
    throw bad(-4047, "Margin type cannot be changed if there exists open orders.");
  terms.isolated = type === "ISOLATED";
  return { code: 200, msg: "success" };
};

const setDual = (call: Call): unknown => {
  const wanted = required(call.params, "dualSidePosition");
  if (wanted !== "true" && wanted !== "false") throw illegal("dualSidePosition");
  const account = marginOf(call);
  if (account.hedge === (wanted === "true")) throw bad(-4059, "No need to change position side.");
  const waiting = futuresOf(call).conditionals.open(account.name);
  if (waiting.length > 0 || call.floor.venue.openOrders(account.name).length > 0)
    throw bad(-4067, "Position side cannot be changed if there exists open orders.");
  if (account.held().length > 0)
    throw bad(-4068, "Position side cannot be changed if there exists position.");
  account.hedge = wanted === "true";
  return { code: 200, msg: "success" };
};

const brackets = (call: Call): unknown => {
  const house = houseOf(call);
  const { tiers } = house;
  const names = call.params.has("symbol") ? [requiredPair(call).name] : [...call.floor.pairs.keys()];
  return names.map((symbol) => ({
    symbol,
    brackets: tiers.map((tier, k) => ({
      bracket: k + 1,
      initialLeverage: tier.leverageMax,
      notionalCap: Number(format(tiers[k + 1]?.floor ?? 1_000_000_000n * 10n ** 18n)),
      notionalFloor: Number(format(tier.floor)),
      maintMarginRatio: Number(format(tier.maintenanceRate)),
      cum: Number(format(tier.deduction)),
    })),
  }));
};

const symbolConfig = (call: Call): unknown => {
  const own = marginOf(call);
  const names = call.params.has("symbol") ? [requiredPair(call).name] : [...call.floor.pairs.keys()];
  return names.map((symbol) => ({
    symbol,
    marginType: own.terms(symbol).isolated ? "ISOLATED" : "CROSSED",
    isAutoAddMargin: false,
    leverage: own.terms(symbol).leverage,
    maxNotionalValue: "1000000000",
  }));
};

const rate = (bps: number): string => (bps / 10_000).toFixed(6);

const commissionRate = (call: Call): unknown => {
  const { listing } = requiredPair(call);
  return {
    symbol: listing.symbol,
    makerCommissionRate: rate(listing.makerBps),
    takerCommissionRate: rate(listing.takerBps),
  };
};

const dual = (call: Call): unknown => ({ dualSidePosition: marginOf(call).hedge });

/** One key an account: asked for again it is the same, and it never ends. */
const listenKey = (call: Call): unknown => {
  for (const [key, name] of futuresOf(call).listenKeys) if (name === call.account) return { listenKey: key };
  throw bad(-1125, "This listenKey does not exist.");
};

const signed = (weight: number, handle: Route["handle"]): Route => ({ weight, signed: true, handle });
const keyed = (handle: Route["handle"]): Route => ({ weight: 1, signed: false, keyed: true, handle });

export const futuresSettingRoutes: Readonly<Record<string, Route>> = {
  "POST /fapi/v1/leverage": signed(1, setLeverage),
  "POST /fapi/v1/marginType": signed(1, setMarginType),
  "POST /fapi/v1/positionSide/dual": signed(1, setDual),
  "GET /fapi/v1/positionSide/dual": signed(30, dual),
  "GET /fapi/v1/leverageBracket": signed(1, brackets),
  "GET /fapi/v1/symbolConfig": signed(5, symbolConfig),
  "GET /fapi/v1/commissionRate": signed(20, commissionRate),
  "POST /fapi/v1/listenKey": keyed(listenKey),
  "PUT /fapi/v1/listenKey": keyed(listenKey),
};
