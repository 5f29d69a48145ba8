/**
 * The one configuration: venues, accounts, portfolios, instruments, strategies, servers. Read from one YAML or
 * JSON file, overridden by environment and flags, checked by one schema; a mistake names its field and what was
 * expected. With no file at all it is the demo: the sandbox exchange and a few strategies on it.
 */
import * as v from "valibot";
import { natsAddresses } from "../adapters/nats/addresses.ts";
import { lackable } from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { checkContractTerms, checkLeg, contractTerms } from "./contract-terms.ts";
import { checkSandbox, decimalText, sandbox } from "./sandbox-settings.ts";
import { sharedLimitsOf } from "./shared-limits.ts";
import { accountsOf, checkAccounts } from "./strategy-accounts.ts";

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/i, "a name of letters, digits and dashes, at most 32"),
);
const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));
const instrument = v.pipe(
  v.string(),
  v.regex(
    /^[a-zA-Z0-9-]+:[a-zA-Z0-9]+\/[a-zA-Z0-9]+(:[a-zA-Z0-9]+(#(long|short))?)?$/,
    "an instrument such as sandbox:BTC/USDT, or sandbox:BTC/USDT:USDT for a contract, and of hedge mode sandbox:BTC/USDT:USDT#long",
  ),
);
const url = v.pipe(v.string(), v.url("an address such as http://127.0.0.1:9100"));
/** One text with commas or a list; one text with commas afterwards, as NATS_URL has it. Checked in `check`. */
const natsUrl = v.pipe(
  v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1, "at least one address"))]),
  v.transform((text) => (typeof text === "string" ? text : text.join(",")).replace(/\s*,\s*/g, ",")),
);
const venue = v.strictObject({
  /** A ccxt exchange id. */
  exchange: v.optional(v.string(), "binance"),
  /** Another base address, for a sandbox or a proxy. */
  url: v.optional(url),
  /** Run the sandbox exchange inside this process (or find it in the cluster). */
  sandbox: v.optional(sandbox),
  quotes: v.optional(v.boolean(), true),
  /** What the venue does not take, beyond what is known of it: the engine does it itself. */
  lacks: v.optional(v.array(v.picklist(["stops", ...lackable])), []),
  /** The outgoing address that the venue sees: processes behind the same one spend the same weight. */
  address: v.optional(name, "default"),
  /** In place of the venue's own limits. */
  weightPerMinute: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(100, "a whole number, 100 or more: the dearest request must fit"),
    ),
  ),
  ordersPer10s: v.optional(positiveInteger),
  ordersPerDay: v.optional(positiveInteger),
  options: v.optional(v.record(v.string(), v.unknown()), {}),
});

const account = v.strictObject({
  venue: name,
  /** `env:NAME` and `file:PATH` are looked up when the venue is opened. */
  apiKey: v.optional(v.string()),
  secret: v.optional(v.string()),
  password: v.optional(v.string()),
  ...contractTerms,
});

const portfolio = v.strictObject({
  accounts: v.pipe(v.array(name), v.minLength(1, "at least one account")),
  quote: v.optional(v.string(), "USDT"),
  /** See domain/risk/limits: checked there, so that a backtest refuses the same mistakes. */
  limits: v.optional(v.record(v.string(), v.unknown()), {}),
  /** When its accounts do less, see domain/risk/degradation: checked there. */
  degradation: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Every rule beyond the limits, see domain/risk/plan: checked there. */
  risk: v.optional(v.record(v.string(), v.unknown()), {}),
  /** A limit that this configuration raises waits until somebody approves it. */
  approveRaises: v.optional(v.boolean(), false),
});

const strategy = v.strictObject({
  id: name,
  strategy: v.string(),
  portfolio: v.optional(name, "main"),
  account: v.optional(name, "main"),
  /** In place of `account`, where the instruments are of several venues: one account at each. */
  accounts: v.optional(v.pipe(v.array(name), v.minLength(1, "at least one account"))),
  instruments: v.pipe(v.array(instrument), v.minLength(1, "at least one instrument")),
  capital: decimalText,
  params: v.optional(v.record(v.string(), v.union([v.number(), v.boolean(), v.string()])), {}),
  /** CSV of a model that guides it, which may go on writing; without it they come by the gateway. Read where strategies run. */
  predictions: v.optional(v.pipe(v.string(), v.minLength(1, "a file"))),
  /** How they guide it, see domain/strategy/guidance: checked there. */
  guide: v.optional(v.record(v.string(), v.unknown())),
  /** How its positions are managed, see domain/strategy/manage: checked there. */
  manage: v.optional(v.record(v.string(), v.unknown())),
  /** The algorithm that works its aims, see domain/execution/work: checked there. */
  execution: v.optional(v.record(v.string(), v.unknown())),
  /** The last instrument held against the others, see domain/strategy/hedge: checked there. */
  hedge: v.optional(v.record(v.string(), v.unknown())),
  enabled: v.optional(v.boolean(), true),
});

const schema = v.strictObject({
  dataDir: v.optional(v.string(), ".shoal"),
  node: v.optional(v.string()),
  roles: v.optional(
    v.array(
      v.picklist(["all", "venue", "market", "strategy", "portfolio", "recorder", "gateway", "trainer"]),
    ),
    ["all"],
  ),
  nats: v.optional(v.strictObject({ url: natsUrl, replicas: v.optional(positiveInteger, 1) })),
  influx: v.optional(v.strictObject({ url, database: v.optional(v.string(), "shoal") })),
  redis: v.optional(v.strictObject({ url: v.string() })),
  log: v.optional(
    v.strictObject({
      level: v.optional(v.picklist(["trace", "debug", "info", "warn", "error", "silent"]), "info"),
      /** Default `shoal.log` in the data directory; `stdout` writes there. */
      file: v.optional(v.string()),
    }),
    {},
  ),
  gateway: v.optional(
    v.strictObject({
      host: v.optional(v.string(), "127.0.0.1"),
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0),
      requestsPerMinute: v.optional(positiveInteger, 6_000),
    }),
    {},
  ),
  metrics: v.optional(
    v.strictObject({ port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0) }),
    {},
  ),
  /** For searches over NATS, in processes with the role `trainer`. Threads: one a core unless told. */
  trainer: v.optional(v.strictObject({ threads: v.optional(positiveInteger) }), {}),
  /** Must read "yes" before any venue that is not a sandbox gets an account with keys. */
  realMoney: v.optional(v.picklist(["yes", "no"], '"yes" or "no"'), "no"),
  venues: v.record(name, venue),
  accounts: v.record(name, account),
  portfolios: v.record(name, portfolio),
  /** Over several portfolios, see domain/risk/shared: checked there. */
  sharedLimits: v.optional(v.record(v.string(), v.unknown()), {}),
  strategies: v.optional(v.array(strategy), []),
  /** A folder of your own strategies, outside of this repository. */
  strategiesDir: v.optional(v.string()),
});

export type Settings = v.InferOutput<typeof schema>;
/** Trains and does nothing else: what is traded is no matter of this process. */
export const trainsOnly = ({ roles }: Pick<Settings, "roles">): boolean =>
  roles.length > 0 && roles.every((role) => role === "trainer");

export type StrategySettings = Settings["strategies"][number];
export type VenueSettings = Settings["venues"][string];

/** Throws `Invalid` for the first mistake, e.g. `strategies.0.capital: expected a decimal number, found "x"`. */
export const parseSettings = (raw: unknown): Settings => {
  const parsed = v.safeParse(schema, raw, { abortEarly: false });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const field = v.getDotPath(issue) ?? "configuration";
    if (issue.expected === "never") throw new Invalid(field, "no such field here", issue.received);
    const expected = /^(Invalid|Expected)/.test(issue.message)
      ? (issue.expected ?? issue.message)
      : issue.message;
    throw new Invalid(field, expected, issue.input);
  }
  check(parsed.output);
  return parsed.output;
};

/** What the schema alone cannot see: names that must exist, money that must be meant. */
const check = (settings: Settings): void => {
  if (settings.nats !== undefined) natsAddresses(settings.nats.url, "nats.url");
  else if (settings.roles.includes("trainer"))
    throw new Invalid("nats.url", "the NATS over which the role trainer gets its tasks", undefined);
  for (const [id, { exchange, sandbox: simulated }] of Object.entries(settings.venues)) {
    if (simulated !== undefined) checkSandbox(simulated, `venues.${id}.sandbox`);
    if (simulated?.mirror !== undefined && exchange === "binanceusdm")
      throw new Invalid(`venues.${id}.sandbox.mirror`, "a venue of spot", exchange);
    if (simulated?.speed === "max" && exchange === "binanceusdm")
      throw new Invalid(
        `venues.${id}.sandbox.speed`,
        "a number: contracts are not traded in lock-step",
        "max",
      );
  }
  const known = (field: string, key: string, among: Readonly<Record<string, unknown>>): void => {
    if (!Object.hasOwn(among, key)) throw new Invalid(field, `one of ${Object.keys(among).join(", ")}`, key);
  };
  const owner = new Map<string, string>();
  for (const [id, { venue: at, apiKey }] of Object.entries(settings.accounts)) {
    known(`accounts.${id}.venue`, at, settings.venues);
    const { sandbox, url: address } = settings.venues[at]!;
    // Another address may be a proxy before the real venue; only one on this machine is surely a sandbox.
    const real = sandbox === undefined && !(address !== undefined && isLoopback(address));
    if (real && apiKey !== undefined && settings.realMoney !== "yes")
      throw new Invalid(
        "realMoney",
        `"yes", since account ${id} trades real money at ${at}`,
        settings.realMoney,
      );
  }
  for (const [id, { accounts }] of Object.entries(settings.portfolios))
    for (const [i, key] of accounts.entries()) {
      known(`portfolios.${id}.accounts.${i}`, key, settings.accounts);
      const other = owner.get(key);
      if (other !== undefined)
        throw new Invalid(
          `portfolios.${id}.accounts.${i}`,
          `an account of no other portfolio than ${other}`,
          key,
        );
      owner.set(key, id);
    }
  checkContractTerms(settings);
  sharedLimitsOf(settings);
  const ids = new Set<string>();
  for (const [i, one] of settings.strategies.entries()) {
    known(`strategies.${i}.portfolio`, one.portfolio, settings.portfolios);
    checkAccounts(settings, one, i);
    const accountAt = accountsOf(settings, one);
    for (const [j, id] of one.instruments.entries()) {
      const [at = "", symbol = ""] = id.split(":", 2);
      known(`strategies.${i}.instruments.${j}`, at, settings.venues);
      const { url: address, sandbox: simulated } = settings.venues[at]!;
      const { symbols } = simulated ?? {};
      if (address === undefined && symbols !== undefined && !symbols.includes(symbol))
        throw new Invalid(`strategies.${i}.instruments.${j}`, `one of ${symbols.join(", ")} at ${at}`, id);
      checkLeg(settings, accountAt.get(at), id, `strategies.${i}.instruments.${j}`);
    }
    if (ids.has(one.id)) throw new Invalid(`strategies.${i}.id`, "an id used once", one.id);
    ids.add(one.id);
  }
};

const isLoopback = (address: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(address).hostname);
