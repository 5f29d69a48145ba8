/**
 * Leverage and margin mode of an account's contracts by configuration: of all of them, and of single ones in place of that; and whether
 * each of its contracts is one position, or a long and a short leg.
 */
import * as v from "valibot";
import {
  isContract,
  legIn,
  legNames,
  legSymbol,
  marketOf,
  symbolOf,
  venueOf,
  type ContractTerms,
} from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { InstrumentId } from "../domain/values/values.ts";

const leverage = v.pipe(
  v.number("a whole number from 1 to 125"),
  v.integer("a whole number from 1 to 125"),
  v.minValue(1, "a whole number from 1 to 125"),
  v.maxValue(125, "a whole number from 1 to 125"),
);
export const positionModes = ["net", "hedge"] as const;
export type PositionMode = (typeof positionModes)[number];

const marginMode = v.picklist(["isolated", "cross"], '"isolated" or "cross"');

/** Fields of an account. Absent: the venue's settings are left as they are, and the ledger counts one times. */
export const contractTerms = {
  leverage: v.optional(leverage),
  marginMode: v.optional(marginMode),
  /** Absent: net, which the venue's account must be in already. */
  positionMode: v.optional(v.picklist(positionModes, '"net" or "hedge"')),
  /** By symbol, such as BTC/USDT:USDT. */
  contracts: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[A-Z0-9]+\/[A-Z0-9]+:[A-Z0-9]+$/i, "a contract such as BTC/USDT:USDT")),
      v.strictObject({ leverage: v.optional(leverage), marginMode: v.optional(marginMode) }),
    ),
    {},
  ),
};

type Terms = { readonly [K in keyof ContractTerms]?: ContractTerms[K] | undefined };
interface Configured extends Terms {
  readonly venue: string;
  readonly positionMode?: PositionMode | undefined;
  readonly contracts: Readonly<Record<string, Terms>>;
}

/** Of its venue, and of its position mode: legs in hedge mode, and else none. */
export const isFor = ({ venue, positionMode }: Configured, instrument: InstrumentId): boolean =>
  venueOf(instrument) === venue && (legIn(instrument) !== undefined) === (positionMode === "hedge");

/** Whoever names a leverage and no mode gets isolated margin: what a position may lose is its own. Undefined: as the venue has it. */
export const contractTermsOf = (account: Configured, symbol: string): ContractTerms | undefined => {
  const own = account.contracts[marketOf(symbol)];
  const times = own?.leverage ?? account.leverage;
  const mode = own?.marginMode ?? account.marginMode ?? (times === undefined ? undefined : "isolated");
  if (mode === undefined) return undefined;
  return { leverage: times ?? 1, marginMode: mode };
};

/** Of a portfolio: its accounts at one venue have the same. */
export const portfolioTerms =
  ({ accounts: known }: Pick<Known, "accounts">, accounts: readonly string[]) =>
  (instrument: InstrumentId): ContractTerms => {
    const at = accounts.find((id) => known[id]!.venue === venueOf(instrument));
    return (at === undefined ? undefined : contractTermsOf(known[at]!, symbolOf(instrument))) ?? {};
  };

interface Known {
  readonly venues: Readonly<Record<string, { readonly exchange: string }>>;
  readonly accounts: Readonly<Record<string, Configured>>;
  readonly portfolios: Readonly<Record<string, { readonly accounts: readonly string[] }>>;
}

const told = ({ leverage: times, marginMode: mode, contracts }: Configured): string =>
  JSON.stringify([times, mode, Object.entries(contracts).sort()]);

/** Throws `Invalid`: on a venue without contracts, and where accounts of one portfolio at one venue differ, for its ledger knows a contract once. */
export const checkContractTerms = ({ venues, accounts, portfolios }: Known): void => {
  for (const [id, account] of Object.entries(accounts)) {
    if (venues[account.venue]?.exchange === "binanceusdm") continue;
    for (const field of ["leverage", "marginMode", "positionMode"] as const)
      if (account[field] !== undefined)
        throw new Invalid(`accounts.${id}.${field}`, "a venue of contracts (binanceusdm)", account.venue);
    if (Object.keys(account.contracts).length > 0)
      throw new Invalid(`accounts.${id}.contracts`, "a venue of contracts (binanceusdm)", account.venue);
  }
  for (const { accounts: own } of Object.values(portfolios)) {
    const first = new Map<string, string>();
    for (const id of own) {
      const { venue } = accounts[id]!;
      const other = first.get(venue) ?? id;
      first.set(venue, other);
      if (accounts[id]!.positionMode !== accounts[other]!.positionMode)
        throw new Invalid(
          `accounts.${id}.positionMode`,
          `that of ${other}, of the same portfolio at ${venue}`,
          accounts[id]!.positionMode,
        );
      if (told(accounts[id]!) !== told(accounts[other]!))
        throw new Invalid(
          `accounts.${id}.leverage`,
          `leverage, margin mode and contracts of ${other}, of the same portfolio at ${venue}`,
          told(accounts[id]!),
        );
    }
  }
};

/** What an account in hedge mode trades are legs, and of others none is. Throws `Invalid` naming `field`. */
export const checkLeg = (
  { accounts }: Pick<Known, "accounts">,
  account: string | undefined,
  instrument: string,
  field: string,
): void => {
  if (account === undefined || !isContract(instrument)) return;
  const leg = legIn(instrument) !== undefined;
  const hedge = accounts[account]!.positionMode === "hedge";
  if (leg === hedge) return;
  const expected = hedge
    ? `a leg, ${legNames.map((one) => legSymbol(instrument, one)).join(" or ")}, since account ${account} is in hedge mode`
    : `${marketOf(instrument)}, or positionMode: hedge of account ${account}`;
  throw new Invalid(field, expected, instrument);
};
