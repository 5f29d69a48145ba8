/** Which accounts a strategy trades on: one, or one at each venue of its instruments (docs/decisions/0022). */
import { Invalid } from "../domain/values/invalid.ts";

interface Named {
  readonly portfolio: string;
  readonly account: string;
  readonly accounts?: readonly string[] | undefined;
  readonly instruments: readonly string[];
}

interface Known {
  readonly accounts: Readonly<Record<string, { readonly venue: string }>>;
  readonly portfolios: Readonly<Record<string, { readonly accounts: readonly string[] }>>;
}

const venueOf = (instrument: string): string => instrument.slice(0, instrument.indexOf(":"));

/** By venue, that of the first instrument before the others. */
export const accountsOf = (
  known: Pick<Known, "accounts">,
  { account, accounts = [account], instruments }: Named,
): ReadonlyMap<string, string> => {
  const found = accounts.map((name) => [known.accounts[name]!.venue, name] as const);
  const first = found.findIndex(([venue]) => venue === venueOf(instruments[0]!));
  return new Map([...found.splice(Math.max(0, first), 1), ...found]);
};

/** Throws `Invalid` naming the field of strategy `i` that is wrong. */
export const checkAccounts = (known: Known, one: Named, i: number): void => {
  const { portfolio, account, accounts, instruments } = one;
  const own = known.portfolios[portfolio]!.accounts;
  const expected = `an account of portfolio ${portfolio}`;
  if (accounts === undefined) {
    if (!own.includes(account)) throw new Invalid(`strategies.${i}.account`, expected, account);
    return;
  }
  const venues = new Set<string>();
  for (const [j, name] of accounts.entries()) {
    if (!own.includes(name)) throw new Invalid(`strategies.${i}.accounts.${j}`, expected, name);
    const { venue } = known.accounts[name]!;
    if (venues.has(venue))
      throw new Invalid(`strategies.${i}.accounts.${j}`, `one account a venue, and ${venue} has one`, name);
    venues.add(venue);
  }
  for (const [j, id] of instruments.entries())
    if (!venues.has(venueOf(id)))
      throw new Invalid(`strategies.${i}.instruments.${j}`, `one at ${[...venues].join(", ")}`, id);
};
