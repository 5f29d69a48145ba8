/**
 * Limits over several portfolios together, as data. Each limit has a key: `gross`, `net`, `asset:<name>`, `venue:<name>`. The risk actor
 * grants each portfolio a part of it (a grant), which stands for a while; how much may be granted is in granting.ts.
 */
import { Invalid } from "../../values/invalid.ts";
import { format, money, type Asset, type Money } from "../../values/values.ts";
import { Fields } from "../fields.ts";

/** Money by the key of its limit, in the quote asset. */
export type ByLimit = Readonly<Record<string, Money>>;

export interface SharedLimits {
  /** All limits are in it, and whatever the portfolios trade is paid in it. */
  readonly quote: Asset;
  readonly portfolios: readonly string[];
  /** How long a grant stands, ms of market time. */
  readonly grantMs: number;
  readonly limits: ByLimit;
}

const GRANT_SECONDS = 60;

/**
 * From the section of a configuration. `portfolios`: all that there are. Undefined for an absent or empty section. Throws `Invalid`
 * naming `<path>.<field>`, for impossible combinations too.
 */
export const parseSharedLimits = (
  raw: unknown,
  portfolios: readonly string[],
  path = "sharedLimits",
): SharedLimits | undefined => {
  if (raw === undefined || (typeof raw === "object" && raw !== null && Object.keys(raw).length === 0))
    return undefined;
  const fields = new Fields(raw, path, [
    "portfolios",
    "quote",
    "grantSeconds",
    "gross",
    "net",
    "assets",
    "venues",
  ]);
  const named = fields.texts("portfolios", /./, "the name of a portfolio");
  const members = named.length === 0 ? portfolios : named;
  for (const [k, name] of members.entries()) {
    if (!portfolios.includes(name))
      throw new Invalid(`${path}.portfolios.${k}`, `one of ${portfolios.join(", ")}`, name);
    if (members.indexOf(name) !== k) throw new Invalid(`${path}.portfolios.${k}`, "a name used once", name);
  }
  const limits: Record<string, Money> = {};
  for (const name of ["gross", "net"] as const) {
    const limit = amountOf(fields.get(name), fields.at(name));
    if (limit !== undefined) limits[name] = limit;
  }
  readNamed(fields, "assets", "asset", limits);
  readNamed(fields, "venues", "venue", limits);
  if (Object.keys(limits).length === 0)
    throw new Invalid(path, "a limit: gross, net, one of assets or of venues", raw);
  checkOrder(limits, path);
  return {
    quote: fields.text("quote", /^[A-Z0-9]{1,20}$/i, "an asset such as USDT", "USDT") as Asset,
    portfolios: members,
    grantMs: 1_000 * fields.number("grantSeconds", 5, 86_400, GRANT_SECONDS),
    limits,
  };
};

const readNamed = (
  fields: Fields,
  field: "assets" | "venues",
  kind: "asset" | "venue",
  limits: Record<string, Money>,
): void => {
  const raw = fields.get(field) ?? {};
  if (typeof raw !== "object" || Array.isArray(raw))
    throw new Invalid(fields.at(field), `limits by ${kind}`, raw);
  for (const [name, limit] of Object.entries(raw)) {
    if (!/^[A-Za-z0-9-]{1,32}$/.test(name))
      throw new Invalid(`${fields.at(field)}.${name}`, `the name of a ${kind}`, name);
    limits[`${kind}:${name}`] = amountOf(limit, `${fields.at(field)}.${name}`)!;
  }
};

/** Throws `Invalid` for what is no amount above 0; undefined for nothing. */
export const amountOf = (raw: unknown, field: string): Money | undefined => {
  if (raw === undefined) return undefined;
  if (typeof raw !== "string" && typeof raw !== "number") throw new Invalid(field, "a decimal above 0", raw);
  const amount = money(String(raw), field);
  if (amount <= 0n) throw new Invalid(field, "a decimal above 0", raw);
  return amount;
};

/** What cannot be used up within a larger one is a mistake: throws `Invalid` naming its field. */
export const checkOrder = (limits: ByLimit, path: string): void => {
  for (const key of Object.keys(limits)) {
    const field = `${path}.${key.replace("asset:", "assets.").replace("venue:", "venues.")}`;
    for (const within of key.startsWith("asset:") ? ["net", "gross"] : ["gross"])
      if (limits[within] !== undefined && limits[key]! > limits[within])
        throw new Invalid(field, `at most ${within}`, format(limits[key]!));
  }
};
