/**
 * What is meant to run in the whole cluster: the configuration, and changes made while running. Each host keeps a copy;
 * copies merge by version, so that the order in which they learn does not matter.
 */
import type { Address, Change } from "../contracts/host.ts";

export interface Wanted extends Address {
  readonly settings?: unknown;
}

export const keyOf = ({ kind, id }: Address): string => `${kind}.${id}`;

const newer = (a: Change, b: Change): boolean =>
  a.version > b.version || (a.version === b.version && a.by > b.by);

export class Desired {
  readonly #configured: ReadonlyMap<string, Wanted>;
  readonly #changes = new Map<string, Change>();

  constructor(configured: readonly Wanted[]) {
    this.#configured = new Map(configured.map((each) => [keyOf(each), each]));
  }

  has(kind: string, id: string): boolean {
    const key = `${kind}.${id}`;
    return this.#changes.get(key)?.wanted ?? this.#configured.has(key);
  }

  all(): readonly Wanted[] {
    const kept = [...this.#configured.values()].filter((each) => !this.#changes.has(keyOf(each)));
    return [...kept, ...[...this.#changes.values()].filter((change) => change.wanted)];
  }

  changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  /** A change of ours, newer than what we know. */
  change(wish: Wanted & { readonly wanted: boolean }, by: string): Change {
    const change = { ...wish, version: (this.#changes.get(keyOf(wish))?.version ?? 0) + 1, by };
    this.#changes.set(keyOf(wish), change);
    return change;
  }

  /** True when it taught us something. */
  merge(change: Change): boolean {
    const known = this.#changes.get(keyOf(change));
    if (known !== undefined && !newer(change, known)) return false;
    this.#changes.set(keyOf(change), change);
    return true;
  }
}
