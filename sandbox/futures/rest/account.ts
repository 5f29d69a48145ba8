/** The margin account by REST: positions, balances, what was earned and paid. */
import { averageEntry } from "../../../domain/positions/leg.ts";
import { initialMargin } from "../../../domain/positions/tiers.ts";
import type { Money } from "../../../domain/values/values.ts";
import { wireDecimal } from "../../grid.ts";
import { limitOf, requiredPair, whole, type Call, type Route } from "../../rest/route.ts";
import type { House } from "../house.ts";
import {
  availableOf,
  crossWallet,
  initialOf,
  liquidationOf,
  maintenanceOf,
  profitOf,
  worthOf,
} from "../margin.ts";
import type { MarginAccount, VenuePosition } from "../margin-account.ts";
import { houseOf, marginOf } from "./house-of.ts";

const signedWorth = (house: House, position: VenuePosition): Money =>
  (position.leg.quantity < 0n ? 0n - worthOf(house, position) : worthOf(house, position)) as Money;

const riskOf = (
  house: House,
  account: MarginAccount,
  position: VenuePosition,
): Readonly<Record<string, unknown>> => {
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
    isolatedMargin: wireDecimal(account.terms(symbol).isolated ? margin + profitOf(house, position) : 0n),
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
      unrealizedProfit: wireDecimal(profit),
      marginBalance: wireDecimal(wallet + profit),
      maintMargin: wireDecimal(maintenance),
      initialMargin: wireDecimal(all),
      positionInitialMargin: wireDecimal(own),
      openOrderInitialMargin: wireDecimal(all - own),
      crossWalletBalance: wireDecimal(crossWallet(house, account, asset)),
      crossUnPnl: wireDecimal(crossProfit),
      availableBalance: wireDecimal(available < 0n ? 0n : available),
      maxWithdrawAmount: wireDecimal(available < 0n ? 0n : available),
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

const signed = (weight: number, handle: Route["handle"]): Route => ({ weight, signed: true, handle });

export const futuresAccountRoutes: Readonly<Record<string, Route>> = {
  "GET /fapi/v2/positionRisk": signed(5, positionRisk(true)),
  "GET /fapi/v3/positionRisk": signed(5, positionRisk(false)),
  "GET /fapi/v2/account": signed(5, account(true)),
  "GET /fapi/v3/account": signed(5, account(false)),
  "GET /fapi/v2/balance": signed(5, assetsOf),
  "GET /fapi/v3/balance": signed(5, assetsOf),
  "GET /fapi/v1/income": signed(30, income),
};
