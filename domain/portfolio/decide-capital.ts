/** Accounts, capital and the venue's word on balances. What the ledger cannot explain lands on `unallocated`. */
import { Invalid } from "../values/invalid.ts";
import { isContract } from "../market/instrument.ts";
import { absolute, type Asset, type Money } from "../values/values.ts";
import type { Amounts, PortfolioCommand, RecordBalances } from "./commands.ts";
import type { PortfolioEvent } from "./events.ts";
import { UNALLOCATED, type Account, type Book } from "./book.ts";
import { mayBeAtVenue, type PortfolioState } from "./state.ts";

type Command<T extends PortfolioCommand["type"]> = Extract<PortfolioCommand, { readonly type: T }>;

export const decideOpen = (
  state: PortfolioState,
  portfolio: string,
  command: Command<"OpenAccount">,
): readonly PortfolioEvent[] => {
  if (state.accounts.has(command.account)) return [];
  const assets = Object.keys(command.balances);
  // Contracts may be held short, and be worth more than the cash they are paid from.
  for (const asset of assets.some(isContract) ? [] : assets)
    if (command.balances[asset]! < 0n)
      throw new Invalid(`balances.${asset}`, "an amount not below 0", command.balances[asset]);
  return [
    {
      type: "AccountOpened",
      account: command.account,
      venue: command.venue,
      balances: command.balances,
      prefix: orderPrefix(`${portfolio}|${command.account}|${command.nonce}`),
      at: command.at,
    },
  ];
};

/** Six characters of `[a-z0-9]`: FNV-1a of the text. With the counter behind it an order id has at most 18. */
const orderPrefix = (text: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (let k = 0; k < text.length; k += 1)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(k))) * 0x100000001b3n);
  return (hash % 36n ** 6n).toString(36).padStart(6, "0");
};

const accountOf = (state: PortfolioState, id: Account["id"]): Account => {
  const account = state.accounts.get(id);
  if (account === undefined) throw new Invalid("account", "an account of this portfolio", id);
  return account;
};

export const decideAllot = (state: PortfolioState, command: Command<"Allot">): readonly PortfolioEvent[] => {
  const { strategy, asset, amount, at } = command;
  const account = accountOf(state, command.account);
  if (strategy === UNALLOCATED) throw new Invalid("strategy", "not the name of the rest", strategy);
  if (amount < 0n) throw new Invalid("amount", "an amount not below 0", amount);
  const book = account.books.get(strategy);
  const change = (amount - (book?.allotted.get(asset) ?? 0n)) as Money;
  if (change === 0n) return [];
  const from = change > 0n ? account.books.get(UNALLOCATED) : book;
  const max = (from === undefined ? 0n : spare(from, asset)) as Money;
  const asked = absolute(change);
  const facts = { strategy, account: account.id, asset, at };
  return asked > max
    ? [{ type: "AllotmentRefused", ...facts, asked, max }]
    : [{ type: "Allotted", ...facts, amount: change }];
};

/** Neither reserved nor the substance of a position. */
const spare = (book: Book, asset: Asset): bigint => {
  let held = 0n;
  for (const position of book.positions.values()) if (position.base === asset) held += position.quantity;
  const total = book.total(asset);
  const reserved = total - book.free(asset);
  // A sell reserves what a position holds: counted once.
  const bound = held > reserved ? held : reserved;
  return total > bound ? total - bound : 0n;
};

export const decideRelease = (
  state: PortfolioState,
  command: Command<"Release">,
): readonly PortfolioEvent[] => {
  const { strategy, at } = command;
  const account = accountOf(state, command.account);
  const book = account.books.get(strategy);
  if (book === undefined || strategy === UNALLOCATED) return [];
  const amounts: Record<string, Money> = {};
  let flat = book.orders.size === 0;
  for (const [asset, holding] of book.holdings) {
    // A contract is nobody's before it is closed.
    if (isContract(asset)) {
      if (holding.total !== 0n) flat = false;
      continue;
    }
    const amount = holding.total < 0n ? holding.total : spare(book, asset);
    if (amount !== 0n) amounts[asset] = amount as Money;
    if (amount !== holding.total) flat = false;
  }
  const nothing = Object.keys(amounts).length === 0 && (!flat || book.allotted.size === 0);
  return nothing ? [] : [{ type: "Released", strategy, account: account.id, amounts, flat, at }];
};

/**
 * The truth check. An order in flight explains any difference, so the check waits for it; an order that rests may
 * just have filled, so a difference must be told twice, `settleMs` apart, with nothing in between.
 */
export const decideBalances = (
  state: PortfolioState,
  settleMs: number,
  command: RecordBalances,
): readonly PortfolioEvent[] => {
  const account = accountOf(state, command.account);
  const { at } = command;
  if (at < account.lastFillAt || at < account.openedAt) return [];
  const activity = activityOf(state, account);
  if (activity === "in-flight") return [];
  const differences = differencesOf(account, command);
  const assets = Object.keys(differences) as Asset[];
  const { noticed } = account;
  if (assets.length === 0)
    return noticed === undefined ? [] : [{ type: "DifferenceNoticed", account: account.id, differences, at }];
  if (activity === "resting") {
    if (noticed === undefined || !sameAmounts(noticed.differences, differences))
      return [{ type: "DifferenceNoticed", account: account.id, differences, at }];
    if (at - noticed.at < settleMs) return [];
  }
  const why = command.told ?? "unexplained";
  return assets.map((asset) => ({
    type: "Adjusted",
    account: account.id,
    asset,
    amount: differences[asset]!,
    why,
    at,
  }));
};

const activityOf = (state: PortfolioState, account: Account): "in-flight" | "resting" | "none" => {
  let found: "resting" | "none" = "none";
  for (const live of state.orders.values()) {
    if (live.book.account !== account || !mayBeAtVenue(live)) continue;
    if (live.phase !== "open" || live.unknown || live.cancelling || live.order.type === "market")
      return "in-flight";
    found = "resting";
  }
  return found;
};

const differencesOf = (account: Account, { balances, complete }: RecordBalances): Amounts => {
  const differences: Record<string, Money> = {};
  for (const asset of Object.keys(balances)) {
    const gap = balances[asset]! - (account.balances.get(asset as Asset) ?? 0n);
    if (gap !== 0n) differences[asset] = gap as Money;
  }
  if (complete)
    for (const [asset, balance] of account.balances)
      if (balance !== 0n && balances[asset] === undefined) differences[asset] = (0n - balance) as Money;
  return differences;
};

const sameAmounts = (a: Readonly<Record<string, bigint>>, b: Readonly<Record<string, bigint>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};
