/**
 * A dry run: the same configuration, with every venue of it replaced by the sandbox exchange that mirrors the venue's live
 * prices. The keys of its accounts are not even looked up, and its data lie apart from those of real money.
 */
import { join } from "node:path";
import { Invalid } from "../domain/values/invalid.ts";
import { isTree, type Tree } from "./tree.ts";

/** What each account begins with of every quote asset when `wallet` does not say. */
const WALLET = "10000";

export interface DryRun {
  /** `USDT=1000,BTC=0.1`. */
  readonly wallet?: string | undefined;
  /** A folder of its own for this run; by default below the configured one. */
  readonly dataDir?: string | undefined;
}

/** Changes of `tree`, to be laid over it. Throws `Invalid` for a wallet that cannot be read. */
export const dryRunOf = (tree: Tree, { wallet, dataDir }: DryRun): Tree => {
  const symbols = symbolsOf(tree);
  const money = wallet === undefined ? undefined : amountsOf(wallet);
  const venues: Tree = {};
  for (const [id, venue] of Object.entries(treeOf(tree["venues"]))) {
    if (!isTree(venue)) continue;
    const traded = [...(symbols.get(id) ?? [])];
    const quotes = traded.map((symbol) => symbol.slice(symbol.indexOf("/") + 1));
    const balances = money ?? Object.fromEntries(quotes.map((quote) => [quote, WALLET]));
    venues[id] = { ...venue, sandbox: { mirror: mirrorOf(venue), symbols: traded, balances } };
  }
  const accounts: Tree = {};
  for (const [id, account] of Object.entries(treeOf(tree["accounts"])))
    if (isTree(account))
      accounts[id] = { venue: account["venue"], apiKey: `dry-run-${id}`, secret: "sandbox-secret" };
  const kept = typeof tree["dataDir"] === "string" ? tree["dataDir"] : ".shoal";
  return { ...tree, venues, accounts, dataDir: dataDir ?? join(kept, "dry-run") };
};

const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});

const mirrorOf = (venue: Tree): unknown => treeOf(venue["sandbox"])["mirror"] ?? true;

/** Pairs of each venue that some strategy trades. What is no instrument is told when the configuration is checked. */
const symbolsOf = (tree: Tree): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  const strategies = Array.isArray(tree["strategies"]) ? (tree["strategies"] as unknown[]) : [];
  for (const instrument of strategies.flatMap((one) => treeOf(one)["instruments"] ?? [])) {
    if (typeof instrument !== "string") continue;
    const [venue, symbol] = instrument.split(":", 2);
    if (venue === undefined || symbol === undefined) continue;
    found.set(venue, (found.get(venue) ?? new Set()).add(symbol));
  }
  return found;
};

const amountsOf = (text: string): Tree =>
  Object.fromEntries(
    text.split(",").map((part) => {
      const match = /^\s*([A-Z0-9]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/i.exec(part);
      if (match === null) throw new Invalid("--dry-run-wallet", "amounts such as USDT=1000,BTC=0.1", part);
      return [match[1]!.toUpperCase(), match[2]!];
    }),
  );
