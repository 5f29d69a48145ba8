/** Accounts in hedge mode at a sandbox of futures, and orders of the legs of one contract. */
import type { CcxtAccount, CcxtAccountSettings } from "../../../adapters/venue/ccxt-account.ts";
import { decimal, type InstrumentId } from "../../../domain/values/values.ts";
import type { SandboxOptions } from "../../../sandbox/sandbox.ts";
import { orderOf, type Rig } from "./rig.ts";

export const contract = "sandbox:BTC/USDT:USDT" as InstrumentId;
export const long = `${contract}#long` as InstrumentId;
export const short = `${contract}#short` as InstrumentId;

export const options = (more: SandboxOptions = {}): SandboxOptions => ({
  futures: {},
  market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
  accounts: [{ name: "main", apiKey: "key", secret: "secret", balances: { USDT: "100000" } }],
  speed: 10,
  ...more,
});
export const hedged = (rig: Rig, more: Partial<CcxtAccountSettings> = {}): CcxtAccount =>
  rig.account(
    { exchange: "binanceusdm", ...{ positionMode: "hedge" }, ...more },
    { pauseMs: 50, backoffMs: 5 },
  );
export const order = (id: string, instrument: InstrumentId, side: "buy" | "sell", quantity: string) =>
  orderOf(id, {
    ...{ instrument, side, quantity: decimal(quantity) },
    ...((instrument === long) === (side === "sell") ? { reduceOnly: true } : {}),
  });
