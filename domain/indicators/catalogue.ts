/** All indicators by name. A new one is a declaration in one of these families, or in a file of one's own. */
import { Invalid } from "../values/invalid.ts";
import { averages } from "./averages/averages.ts";
import { breadthOf } from "./breadth.ts";
import type { Declaration } from "./declaration.ts";
import { cycles } from "./cycle/cycles.ts";
import { levels } from "./levels/levels.ts";
import { oscillators } from "./oscillators/oscillators.ts";
import { rangedOscillators } from "./oscillators/ranged.ts";
import { patterns } from "./patterns/patterns.ts";
import { prices } from "./price/prices.ts";
import { statistics } from "./statistics/statistics.ts";
import { trends } from "./trend/trends.ts";
import { volatilities } from "./volatility/volatilities.ts";
import { volumes } from "./volume/volumes.ts";

const all: readonly Declaration[] = [
  ...averages,
  ...oscillators,
  ...rangedOscillators,
  ...trends,
  ...volatilities,
  ...volumes,
  ...statistics,
  ...prices,
  ...cycles,
  ...patterns,
  ...levels,
  // Of two; the command line makes it of as many instruments as files are named.
  breadthOf(2),
];

export const catalogue: ReadonlyMap<string, Declaration> = new Map(all.map((one) => [one.name, one]));

/** Throws `Invalid` naming `field`, with the nearest names. */
export const indicatorNamed = (name: string, among = catalogue, field = "indicator"): Declaration => {
  const found = among.get(name);
  if (found !== undefined) return found;
  const near = [...among.keys()].filter((known) => known.startsWith(name.slice(0, 2).toLowerCase()));
  const hint = near.length === 0 ? "`shoal indicators` lists them" : `such as ${near.slice(0, 8).join(", ")}`;
  throw new Invalid(field, `the name of an indicator (${hint})`, name);
};
