/** What an actor with limits answers to people who change them: the same for a portfolio and for the limits over several. */
import type { LimitsView } from "../contracts/limits.ts";
import { outcomeOf, type LimitChange, type LimitOutcome, type RaiseCommand } from "../domain/risk/raises.ts";
import type { Timestamp } from "../domain/values/values.ts";

interface Sourced<S> {
  tell(command: RaiseCommand): Promise<readonly { readonly type: string }[]>;
  read<T>(view: (state: S) => T): Promise<T>;
}

interface By {
  readonly by: string;
  readonly at: Timestamp;
}

export const limitHandlers = <S>(sourced: Sourced<S>, view: (state: S) => LimitsView) => {
  const told = async (command: RaiseCommand): Promise<LimitOutcome> => outcomeOf(await sourced.tell(command));
  return {
    changeLimits: (input: { readonly change: LimitChange } & By) => told({ type: "ChangeLimits", ...input }),
    approveRaise: (input: { readonly number: number } & By) => told({ type: "ApproveRaise", ...input }),
    withdrawRaise: (input: { readonly number: number } & By) => told({ type: "WithdrawRaise", ...input }),
    limits: () => sourced.read(view),
  };
};
