/**
 * What stands around a strategy when it is tested, as plain data: it goes to threads and trainers, and is part of what tells one search
 * from another. Around one that runs, see live-around.ts.
 */
import { expectUnsized, type Work } from "../domain/execution/work.ts";
import { workedBy } from "../domain/execution/worked.ts";
import { managedBy } from "../domain/strategy/manage/managed.ts";
import { planText } from "../domain/strategy/manage/plan.ts";
import { readPlan, type WrittenPlan } from "../domain/strategy/manage/read-plan.ts";
import type { Params, Strategy } from "../domain/strategy/strategy.ts";
import { guidedAs, hashOfGuide, type WrittenGuide } from "./guide.ts";
import { hedgedAs, type WrittenHedge } from "./hedge.ts";

export interface Around {
  /** A model's predictions, and how they guide it. */
  readonly guide?: WrittenGuide | undefined;
  /** How its positions are managed. Read before, so that what is wrong in it was told by its name. */
  readonly manage?: WrittenPlan | undefined;
  /** What answers what it holds. */
  readonly hedge?: WrittenHedge | undefined;
  /** How its aims are worked; the outermost. */
  readonly execution?: Work | undefined;
}

/** The strategy itself where nothing stands around it. `plan`: of risk, under which it is tested. Throws `Invalid` naming the option. */
export const aroundAs = <P extends Params>(
  strategy: Strategy<P>,
  { guide, manage, hedge, execution }: Around | undefined = {},
  plan?: Parameters<typeof expectUnsized>[0],
): Strategy<P> => {
  expectUnsized(plan, execution, "--execution");
  const guided = guidedAs(strategy, guide);
  const managed = manage === undefined ? guided : managedBy(guided, readPlan(manage, "manage"));
  const hedged = hedgedAs(managed, hedge);
  return execution === undefined ? hedged : workedBy(hedged, execution);
};

/** What another one would differ in, by name; nothing of what is not there. */
export const identityOfAround = ({ guide, manage, hedge, execution }: Around | undefined = {}): Readonly<
  Record<string, string>
> => ({
  ...(guide !== undefined && { guide: hashOfGuide(guide) }),
  ...(manage !== undefined && { manage: JSON.stringify(manage) }),
  ...(hedge !== undefined && { hedge: JSON.stringify(hedge.hedge) }),
  ...(execution !== undefined && { execution: JSON.stringify(execution) }),
});

/** What is done around it, in words, as a part of what a run was made by. */
export const conventionsOfAround = ({ manage }: Around | undefined = {}): Readonly<Record<string, string>> =>
  manage === undefined ? {} : { exits: planText(readPlan(manage, "manage")) };
