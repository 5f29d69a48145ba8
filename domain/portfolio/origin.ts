/** What an order was decided for: an aim, a stop, or the strategy's own wish; and what its events say of that. */
/** Where an order comes from when not from `place`. `known` is the rule that the strategy was told last. */
export interface Origin {
  readonly numbers: readonly number[];
  readonly known: string | undefined;
  readonly protects?: true;
}

export const roleOf = (
  from: Pick<Origin, "protects"> | undefined,
): { readonly aim: boolean; readonly protects?: true } =>
  from?.protects === true ? { aim: false, protects: true } : { aim: from !== undefined };
