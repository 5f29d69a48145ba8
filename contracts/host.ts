/** One process of the engine: it keeps the actors that placement gives it, and gives them up when others ask. */
import { Invalid } from "../domain/values/invalid.ts";
import { command, contract, event, nothing, query } from "./contract.ts";

export interface Address {
  readonly kind: string;
  readonly id: string;
}

/** A change of what is meant to run, made while running. The higher version wins; ties go to the later host id. */
export interface Change extends Address {
  readonly wanted: boolean;
  /** For the actor's start; plain data. */
  readonly settings?: unknown;
  readonly version: number;
  readonly by: string;
}

export interface ActorView extends Address {
  readonly host: string;
  /** Messages waiting and running, and the bound. */
  readonly depth: number;
  readonly depthMax: number;
  readonly processed: number;
  readonly refused: number;
  readonly failed: number;
  readonly invalid: number;
  /** Of market data: quotes that gave way to later ones, and trades beyond the bound. */
  readonly coalesced: number;
  readonly dropped: number;
  /** Since when it runs here, ms. */
  readonly since: number;
  /** Times it lost its journal or failed to start here. */
  readonly restarts: number;
}

const fields = (raw: unknown, name: string): Record<string, unknown> => {
  if (typeof raw !== "object" || raw === null) throw new Invalid(name, "an object", raw);
  return raw as Record<string, unknown>;
};
const text = (raw: unknown, name: string): string => {
  if (typeof raw !== "string" || raw === "") throw new Invalid(name, "a text", raw);
  return raw;
};
const address = (raw: unknown, name = "actor"): Address => {
  const { kind, id } = fields(raw, name);
  return { kind: text(kind, `${name}.kind`), id: text(id, `${name}.id`) };
};
const release = (raw: unknown): { readonly actors: readonly Address[] } => {
  const { actors } = fields(raw, "release");
  if (!Array.isArray(actors)) throw new Invalid("actors", "a list of addresses", actors);
  return { actors: actors.map((each, i) => address(each, `actors[${i}]`)) };
};
const wish = (raw: unknown): Address & { readonly wanted: boolean; readonly settings?: unknown } => {
  const { wanted, settings } = fields(raw, "wish");
  if (typeof wanted !== "boolean") throw new Invalid("wanted", "true or false", wanted);
  return { ...address(raw, "wish"), wanted, ...(settings === undefined ? {} : { settings }) };
};

export const HostContract = contract({
  kind: "host",
  answers: {
    /** Answers, once they have stopped here, with those that had been running. They are not taken back for a while. */
    release: command<{ readonly actors: readonly Address[] }, readonly Address[]>(release),
    actors: query<void, readonly ActorView[]>(nothing),
    /** Starts or stops an actor somewhere in the cluster; every host learns of it. */
    wish: command<Address & { readonly wanted: boolean; readonly settings?: unknown }>(wish),
    changes: query<void, readonly Change[]>(nothing),
    /** Stops an actor of this host and starts it anew from fresh files; refuses (NOT_HERE) one that does not run here. */
    restart: command<Address, undefined>(address),
  },
  tells: { changed: event<Change>(), lost: event<Address & { readonly error: string }>() },
});
