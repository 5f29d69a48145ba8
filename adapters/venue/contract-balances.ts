/**
 * The account of a venue of contracts in the ledger's terms, where contracts are bought and sold outright: of each contract the signed
 * number held, of the asset it settles in the wallet less what the positions cost. Cost is worth at the mark less what is
 * not realised, so that both are taken of the same moment.
 */
import { asset, money, type Asset, type Money } from "../../domain/values/values.ts";
import type { UnifiedBalance, UnifiedMarket } from "./ccxt-words.ts";
import { symbolOfSide } from "./legs.ts";

/** `market` finds one by the venue's own name of it; a leg is told by itself. Assets and contracts that are not there are absent. */
export const contractBalances = (
  { info }: UnifiedBalance,
  market: (id: string) => UnifiedMarket,
): ReadonlyMap<Asset, Money> => {
  const totals = new Map<Asset, Money>();
  const add = (code: string, amount: bigint): void => {
    if (amount !== 0n) totals.set(asset(code), ((totals.get(asset(code)) ?? 0n) + amount) as Money);
  };
  for (const { asset: code, walletBalance } of info?.assets ?? [])
    add(code, money(walletBalance, `balance of ${code}`));
  for (const { symbol: id, positionSide, positionAmt, notional, unrealizedProfit } of info?.positions ?? []) {
    const { symbol: contract, quote } = market(id);
    const symbol = symbolOfSide(contract, positionSide);
    add(symbol, money(positionAmt, `position of ${symbol}`));
    add(quote, money(unrealizedProfit, `profit of ${symbol}`) - money(notional, `worth of ${symbol}`));
  }
  return totals;
};
