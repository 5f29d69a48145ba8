/** A shared table of short texts in which a change names the revision that it changes: all that leases need of a store. */
export interface Row {
  readonly text: string;
  readonly revision: number;
}

export interface Table {
  get(key: string): Promise<Row | undefined>;
  /** `revision` 0: the key must not be there. Resolves with the new revision, or undefined when another was faster. */
  put(key: string, text: string, revision: number): Promise<number | undefined>;
  /** Nothing happens when another was faster. */
  remove(key: string, revision: number): Promise<void>;
  /** May name some that are not there any more. */
  keys(): Promise<readonly string[]>;
}

export interface Tables {
  /** Rows vanish when they have not been written for the time a lease lives. */
  readonly leases: Table;
  readonly owners: Table;
}
