/** The margin account by REST: settings, positions, balances, what was earned and paid, and keys to its user stream. */
import { averageEntry } from "../../../domain/positions/leg.ts";
import { initialMargin } from "../../../domain/positions/tiers.ts";
import { format, type Money } from "../../../domain/values/values.ts";
import { wireDecimal } from "../../grid.ts";
import { illegal, WireError } from "../../errors.ts";
import { limitOf, required, requiredPair, whole, type Call, type Route } from "../../rest/route.ts";
import type { House } from "../house.ts";
import { availableOf, crossWallet, initialOf, liquidationOf, maintenanceOf, profitOf, worthOf } from "../margin.ts";
import type { MarginAccount, VenuePosition } from "../margin-account.ts";
import { houseOf, marginOf } from "./house-of.ts";

const bad = (code: number, text: string): WireError => new WireError(400, code, text);

const signedWorth = (house: House, position: VenuePosition): Money =>
  (position.leg.quantity < 0n ? 0n - worthOf(house, position) : worthOf(house, position)) as Money;

const setLeverage = (call: Call): unknown => {
  const pair = requiredPair(call);
  const leverage = whole(call.params, "leverage");
  const house = houseOf(call);
  const { leverageMax } = house.tiers[0]!;
  if (leverage === undefined || leverage < 1 || leverage > leverageMax)
    throw bad(-4028, `Leverage ${leverage ?? ""} is not valid`);
  const account = marginOf(call);
  const terms = account.terms(pair.name);
  if (account.held(pair.name).length > 0 && terms.isolated && leverage < terms.leverage)
    throw bad(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.");
  terms.leverage = leverage;
  call.floor.futuresTelling!.configured(account.name, { ac: { s: pair.name, l: leverage } });
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
  if (call.floor.venue.openOrders(account.name).length > 0)
    throw bad(-4067, "Position side cannot be changed if there exists open orders.");
  if (account.held().length > 0)
    throw bad(-4068, "Position side cannot be changed if there exists position.");
  account.hedge = wanted === "true";
  return { code: 200, msg: "success" };
};

const riskOf = (house: House, account: MarginAccount, position: VenuePosition): Readonly<Record<string, unknown>> => {
  const { symbol, leg, margin, side, updatedAt } = position;
  const { leverage } = account.terms(symbol);
  const worth = worthOf(house, position);
  const entry = wireDecimal(averageEntry(house.contract(symbol), leg));
  return {
    symbol,
    positionSide: side,
    positionAmt: wireDecimal(leg.quantity),
    entryPrice: entry,
    breakEvenPrice: entry,
    markPrice: wireDecimal(house.mark(symbol)),
    unRealizedProfit: wireDecimal(profitOf(house, position)),
    liquidationPrice: leg.quantity === 0n ? "0" : wireDecimal(liquidationOf(house, account, position)),
    isolatedMargin: wireDecimal(account.terms(symbol).isolated ? ((margin + profitOf(house, position)) as Money) : 0n),
    isolatedWallet: wireDecimal(margin),
    notional: wireDecimal(signedWorth(house, position)),
    marginAsset: house.quote(symbol),
    initialMargin: wireDecimal(initialMargin(worth, leverage)),
    positionInitialMargin: wireDecimal(initialMargin(worth, leverage)),
    openOrderInitialMargin: "0",
    maintMargin: wireDecimal(maintenanceOf(house, position)),
    adl: 1,
    updateTime: updatedAt,
  };
};

/** v3 tells what is held; v2 tells every symbol, with leverage and margin type. */
const positionRisk =
  (v2: boolean) =>
  (call: Call): unknown => {
    const house = houseOf(call);
    const account = marginOf(call);
    const symbol = call.params.has("symbol") ? requiredPair(call).name : undefined;
    if (!v2) return account.held(symbol).map((position) => riskOf(house, account, position));
    const sides = account.hedge ? (["LONG", "SHORT"] as const) : (["BOTH"] as const);
    const names = symbol === undefined ? [...call.floor.pairs.keys()] : [symbol];
    return names.flatMap((name) =>
      sides.map((side) => ({
        ...riskOf(house, account, account.position(name, side)),
        leverage: String(account.terms(name).leverage),
        maxNotionalValue: "1000000000",
        marginType: account.terms(name).isolated ? "isolated" : "cross",
        isAutoAddMargin: "false",
      })),
    );
  };

const assetsOf = (call: Call) => {
  const house = houseOf(call);
  const account = marginOf(call);
  const open = call.floor.venue.openOrders(account.name);
  return [...account.wallet.keys()].map((asset) => {
    let profit = 0n;
    let maintenance = 0n;
    let crossProfit = 0n;
    for (const position of account.held())
      if (house.quote(position.symbol) === asset) {
        profit += profitOf(house, position);
        maintenance += maintenanceOf(house, position);
        if (!account.terms(position.symbol).isolated) crossProfit += profitOf(house, position);
      }
    const wallet = account.balance(asset);
    const available = availableOf(house, account, asset, open);
    const all = initialOf(house, account, asset, open);
    const own = initialOf(house, account, asset, []);
    return {
      asset,
      walletBalance: wireDecimal(wallet),
      balance: wireDecimal(wallet),
      unrealizedProfit: wireDecimal(profit as Money),
      marginBalance: wireDecimal((wallet + profit) as Money),
      maintMargin: wireDecimal(maintenance as Money),
      initialMargin: wireDecimal(all),
      positionInitialMargin: wireDecimal(own),
      openOrderInitialMargin: wireDecimal((all - own) as Money),
      crossWalletBalance: wireDecimal(crossWallet(house, account, asset)),
      crossUnPnl: wireDecimal(crossProfit as Money),
      availableBalance: wireDecimal((available < 0n ? 0n : available) as Money),
      maxWithdrawAmount: wireDecimal((available < 0n ? 0n : available) as Money),
      marginAvailable: true,
      updateTime: call.floor.now,
    };
  });
};

const account =
  (v2: boolean) =>
  (call: Call): unknown => {
    const house = houseOf(call);
    const own = marginOf(call);
    const assets = assetsOf(call);
    const [first] = assets;
    const shown = v2 ? [...own.positions.values()] : own.held();
    return {
      feeTier: 0,
      canTrade: true,
      canDeposit: true,
      canWithdraw: true,
      updateTime: 0,
      multiAssetsMargin: false,
      totalInitialMargin: first?.initialMargin ?? "0",
      totalMaintMargin: first?.maintMargin ?? "0",
      totalWalletBalance: first?.walletBalance ?? "0",
      totalUnrealizedProfit: first?.unrealizedProfit ?? "0",
      totalMarginBalance: first?.marginBalance ?? "0",
      availableBalance: first?.availableBalance ?? "0",
      assets,
      positions: shown.map((position) => {
        const { unRealizedProfit, ...risk } = riskOf(house, own, position);
        const { leverage, isolated } = own.terms(position.symbol);
        const terms = v2 ? { leverage: String(leverage), isolated } : {};
        return { ...risk, unrealizedProfit: unRealizedProfit, ...terms };
      }),
    };
  };

const income = (call: Call): unknown => {
  const { params } = call;
  const symbol = params.get("symbol");
  const type = params.get("incomeType");
  const start = whole(params, "startTime") ?? 0;
  const end = whole(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  const found = marginOf(call).incomes.filter(
    (one) =>
      (symbol === undefined || one.symbol === symbol) &&
      (type === undefined || one.type === type) &&
      one.at >= start &&
      one.at <= end,
  );
  const limit = limitOf(params, 100, 1_000);
  return (params.has("startTime") ? found.slice(0, limit) : found.slice(-limit)).map((one) => ({
    symbol: one.symbol,
    incomeType: one.type,
    income: wireDecimal(one.amount),
    asset: one.asset,
    info: one.type,
    time: one.at,
    tranId: one.id,
    tradeId: one.tradeId,
  }));
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
      notionalCap: Number(format(tiers[k + 1]?.floor ?? (1_000_000_000n * 10n ** 18n))),
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

/** One key an account: asked for again it is the same. It names the account, which nobody else can ask for. */
const listenKey = (call: Call): unknown => ({ listenKey: `listen-${call.account}` });

const signed = (weight: number, handle: Route["handle"]): Route => ({ weight, signed: true, handle });
const keyed = (handle: Route["handle"]): Route => ({ weight: 1, signed: false, keyed: true, handle });
const size = (call: Call): unknown => ({ dualSidePosition: marginOf(call).hedge });

export const futuresAccountRoutes: Readonly<Record<string, Route>> = {
  "POST /fapi/v1/leverage": signed(1, setLeverage),
  "POST /fapi/v1/marginType": signed(1, setMarginType),
  "POST /fapi/v1/positionSide/dual": signed(1, setDual),
  "GET /fapi/v1/positionSide/dual": signed(30, size),
  "GET /fapi/v2/positionRisk": signed(5, positionRisk(true)),
  "GET /fapi/v3/positionRisk": signed(5, positionRisk(false)),
  "GET /fapi/v2/account": signed(5, account(true)),
  "GET /fapi/v3/account": signed(5, account(false)),
  "GET /fapi/v2/balance": signed(5, assetsOf),
  "GET /fapi/v3/balance": signed(5, assetsOf),
  "GET /fapi/v1/income": signed(30, income),
  "GET /fapi/v1/leverageBracket": signed(1, brackets),
  "GET /fapi/v1/symbolConfig": signed(5, symbolConfig),
  "POST /fapi/v1/listenKey": keyed(listenKey),
  "PUT /fapi/v1/listenKey": keyed(listenKey),
  "DELETE /fapi/v1/listenKey": keyed(() => ({})),
};
