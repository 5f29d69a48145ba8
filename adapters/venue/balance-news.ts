/**
 * Balances as a private stream tells them, put in order by the venue's time. A message that comes late or twice says what
 * was: booked as it stands, it would become a difference to the ledger, and a second one when the next message comes.
 */
import type { Asset, Money, Timestamp } from "../../domain/values/values.ts";
import type { UnifiedBalance } from "./ccxt-words.ts";
import { balancesOf } from "./mapping.ts";

export interface BalanceNews {
  readonly totals: ReadonlyMap<Asset, Money>;
  /** Absent where the venue does not date its messages. */
  readonly at?: Timestamp;
}

/** Remembers the newest message; undefined for one that is no news. */
export const balanceReader = (): ((balance: UnifiedBalance) => BalanceNews | undefined) => {
  let newest = 0;
  return (balance) => {
    const { info } = balance;
    // Binance tells a deposit as a difference, which ccxt adds to what it may not know; the totals follow apart.
    if (info?.e === "balanceUpdate") return undefined;
    const totals = balancesOf(balance);
    const at = Number(info?.E);
    if (!(at > 0)) return { totals };
    if (at < newest) return undefined;
    newest = at;
    // ccxt lays each message over what it holds, late ones too: only what this one names is news.
    const named = new Set(info?.B?.map(({ a }) => a));
    return { totals: new Map([...totals].filter(([asset]) => named.has(asset))), at: at as Timestamp };
  };
};
