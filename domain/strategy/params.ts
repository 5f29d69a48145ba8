/**
 * Parameters of a strategy from unknown input (configuration, command line, genome): defaults filled in,
 * everything the genes do not allow refused by name. Nothing is rounded or clipped into range.
 */
import { Invalid } from "../values/invalid.ts";
import { readObject } from "../values/read.ts";
import type { Gene, Params, Strategy } from "./strategy.ts";

/** How far a real may lie from its step, in steps: the noise of writing 0.1 * 3. */
const STEP_TOLERANCE = 1e-6;
/** Longest text, in characters: what people still read. */
const TEXT_MAX = 4_000;

/** Complete parameters. Throws `Invalid` naming the field, for example `params.fast`. */
export const parseParams = <P extends Params>(
  strategy: Pick<Strategy<P>, "genes" | "impossible">,
  raw: unknown = {},
  field = "params",
): P => {
  const from = readObject(raw, field);
  const genes: Readonly<Record<string, Gene>> = strategy.genes;
  const names = Object.keys(genes);
  for (const name of Object.keys(from))
    if (!Object.hasOwn(genes, name))
      throw new Invalid(`${field}.${name}`, `no such parameter; there are ${names.join(", ")}`, from[name]);
  const params: Record<string, number | boolean | string> = {};
  for (const name of names) {
    const gene = genes[name]!;
    params[name] = from[name] === undefined ? gene.default : allele(gene, from[name], `${field}.${name}`);
  }
  const rule = strategy.impossible?.(params as P);
  if (rule !== undefined) {
    // The rule speaks of the parameter that it names first.
    const named = rule.match(/\w+/g)?.find((word) => Object.hasOwn(genes, word));
    const at = named === undefined ? field : `${field}.${named}`;
    throw new Invalid(at, `a possible combination (${rule})`, named === undefined ? params : params[named]);
  }
  return params as P;
};

const allele = (gene: Gene, value: unknown, field: string): number | boolean | string => {
  if (gene.kind === "flag") {
    if (typeof value !== "boolean") throw new Invalid(field, "true or false", value);
    return value;
  }
  if (gene.kind === "text") {
    if (typeof value !== "string" || value.length > TEXT_MAX)
      throw new Invalid(field, `text of at most ${TEXT_MAX} characters`, value);
    return value;
  }
  if (gene.kind === "choice") {
    if (typeof value !== "string" || !gene.choices.includes(value))
      throw new Invalid(field, `one of ${gene.choices.join(", ")}`, value);
    return value;
  }
  const { kind, min, max, unit } = gene;
  const step = gene.step ?? (kind === "integer" ? 1 : 0);
  const grid = step > 0 ? ` in steps of ${step}` : "";
  const steps = typeof value === "number" && step > 0 ? (value - min) / step : 0;
  if (
    typeof value !== "number" ||
    !(value >= min && value <= max) ||
    (kind === "integer" && !Number.isInteger(value)) ||
    Math.abs(steps - Math.round(steps)) > STEP_TOLERANCE
  )
    throw new Invalid(
      field,
      `${kind === "integer" ? "a whole number" : "a number"} from ${min} to ${max}${grid} (${unit})`,
      value,
    );
  return value;
};
