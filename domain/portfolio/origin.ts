/** What an order was decided for: an aim, a stop, a target, or the strategy's own wish; and what its events say of that. */
/** Where an order comes from when not from `place`. `known` is the rule that the strategy was told last. */
export interface Origin {
  readonly numbers: readonly number[];
  readonly known: string | undefined;
  readonly protects?: true;
  readonly takes?: true;
}

export const roleOf = (
  from: Pick<Origin, "protects" | "takes"> | undefined,
): { readonly aim: boolean; readonly protects?: true; readonly takes?: true } => {
  if (from?.protects === true) return { aim: false, protects: true };
  return from?.takes === true ? { aim: false, takes: true } : { aim: from !== undefined };
};
