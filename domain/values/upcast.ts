/**
 * Old journal entries in today's form. A schema is a whole number; each step lifts one turn by one schema, so a journal
 * of any age is read by walking the steps. What a newer program wrote is refused: guessing at it would lose facts.
 */
export interface RecordedTurn {
  readonly command: unknown;
  readonly events: readonly unknown[];
}

/** From one schema to the next. */
export type Upcast = (turn: RecordedTurn) => RecordedTurn;

export interface Schema {
  readonly schema: number;
  /** By the schema that it lifts from. */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
}

/** The journal was written by a program of another age. Start one that knows `found`. */
export class UnknownSchema extends Error {
  override readonly name = "UnknownSchema";
  readonly code = 409;
  readonly retryable = false;
  readonly found: number;
  readonly known: number;

  constructor(where: string, found: number, known: number) {
    super(
      found > known
        ? `${where} has schema ${found}, known is ${known}: a newer version of the program wrote it, and only one that knows schema ${found} may go on`
        : `${where} has schema ${found}, known is ${known}, and nothing lifts it`,
    );
    this.found = found;
    this.known = known;
  }
}

/** The turns of an entry in the form of `known`. Throws `UnknownSchema`. */
export const upcast = (
  { schema: known, upcasts = {} }: Schema,
  entry: {
    readonly stream: string;
    readonly sequence: number;
    readonly schema: number;
    readonly turns: readonly RecordedTurn[];
  },
): readonly RecordedTurn[] => {
  if (entry.schema === known) return entry.turns;
  let { turns } = entry;
  const unknown = (): UnknownSchema =>
    new UnknownSchema(`${entry.stream}: entry ${entry.sequence}`, entry.schema, known);
  if (entry.schema > known) throw unknown();
  for (let schema = entry.schema; schema < known; schema += 1) {
    const lift = upcasts[schema];
    if (lift === undefined) throw unknown();
    turns = turns.map(lift);
  }
  return turns;
};
