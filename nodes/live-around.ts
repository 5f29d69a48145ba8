/** What stands around a configured strategy, live and in a replay: each part is a field of it in the configuration. */
import type { FollowedFile } from "../adapters/predictions/followed-file.ts";
import { expectUnsized, parseWork } from "../domain/execution/work.ts";
import { workedBy } from "../domain/execution/worked.ts";
import { parseRiskPlan } from "../domain/risk/plan.ts";
import { managedBy } from "../domain/strategy/manage/managed.ts";
import { readPlan } from "../domain/strategy/manage/read-plan.ts";
import type { Needs, Params, Strategy } from "../domain/strategy/strategy.ts";
import { checkConfigured, hedgedAs, readHedge } from "./hedge.ts";
import { checkGuide, guidedLive } from "./live-guide.ts";
import type { Settings, StrategySettings } from "./settings.ts";

type Around = Pick<StrategySettings, "guide" | "predictions" | "manage" | "hedge" | "execution">;

/** `i`: which strategy of the configuration. Throws `Invalid`. */
export const checkAround = ({ strategies, portfolios }: Settings, i: number, runsHere: boolean): void => {
  const around = strategies[i]!;
  const field = `strategies.${i}`;
  checkGuide(around, field, runsHere);
  if (around.manage !== undefined) readPlan(around.manage, `${field}.manage`);
  checkConfigured(around, `${field}.hedge`);
  if (around.execution === undefined) return;
  parseWork(around.execution, `${field}.execution`);
  const plan = parseRiskPlan(portfolios[around.portfolio]!.risk, `portfolios.${around.portfolio}.risk`);
  expectUnsized(plan, around.execution, `${field}.execution`);
};

/** The strategy itself where nothing stands around it. */
export const aroundLive = (
  strategy: Strategy,
  around: Around,
  field: string,
  ports: Pick<FollowedFile, "clock" | "tell">,
): Strategy => wrapped(guidedLive(strategy, around, field, ports), around, field);

/** What it needs to hear, for which nothing is opened. */
export const needsAround = (strategy: Strategy, around: Around, field: string, params: Params): Needs =>
  wrapped(strategy, around, field).needs(params);

/** Managed, then hedged, and then worked. */
const wrapped = (strategy: Strategy, { manage, hedge, execution }: Around, field: string): Strategy => {
  const managed = manage === undefined ? strategy : managedBy(strategy, readPlan(manage, `${field}.manage`));
  const hedged = hedgedAs(managed, readHedge(hedge, `${field}.hedge`));
  return execution === undefined ? hedged : workedBy(hedged, parseWork(execution, `${field}.execution`));
};
