/** Limits over several portfolios, out of the settings: what the section says, and what it may not be combined with. */
import { parseLimits } from "../domain/risk/limits.ts";
import { parseSharedLimits, type SharedLimits } from "../domain/risk/shared/shared-limits.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { format } from "../domain/values/values.ts";
import type { Settings } from "./settings.ts";

type Named = Pick<Settings, "sharedLimits" | "portfolios" | "strategies" | "venues">;

/** Undefined without the section. Throws `Invalid`. A grant stands in market time: as long as it says by the clock of a sandbox at any speed. */
export const sharedLimitsOf = ({
  sharedLimits,
  portfolios,
  strategies,
  venues,
}: Named): SharedLimits | undefined => {
  const shared = parseSharedLimits(sharedLimits, Object.keys(portfolios));
  if (shared === undefined) return undefined;
  let speed = 1;
  for (const [id, { sandbox }] of Object.entries(venues)) {
    if (sandbox?.speed === "max")
      throw new Invalid(
        `venues.${id}.sandbox.speed`,
        "a number: grants of sharedLimits are asked for by the clock",
        "max",
      );
    speed = Math.max(speed, sandbox?.speed ?? 1);
  }
  for (const key of Object.keys(shared.limits))
    if (key.startsWith("venue:") && !Object.hasOwn(venues, key.slice("venue:".length)))
      throw new Invalid(
        `sharedLimits.venues.${key.slice("venue:".length)}`,
        `one of ${Object.keys(venues).join(", ")}`,
        key,
      );
  const { gross } = shared.limits;
  for (const id of shared.portfolios) {
    const path = `portfolios.${id}.limits`;
    const limits = parseLimits(portfolios[id]!.limits, path);
    for (const name of ["orderNotionalMax", "positionNotionalMax", "grossNotionalMax"] as const)
      if (gross !== undefined && (limits[name] ?? 0n) > gross)
        throw new Invalid(`${path}.${name}`, "at most sharedLimits.gross", format(limits[name]!));
  }
  for (const [i, { portfolio, instruments }] of strategies.entries())
    if (shared.portfolios.includes(portfolio))
      for (const [j, id] of instruments.entries())
        if (!id.endsWith(`/${shared.quote}`))
          throw new Invalid(
            `strategies.${i}.instruments.${j}`,
            `an instrument paid in ${shared.quote}, as sharedLimits.quote is`,
            id,
          );
  return { ...shared, grantMs: Math.round(shared.grantMs * speed) };
};
