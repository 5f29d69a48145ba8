/**
 * A model's predictions out of a file, and how they guide a strategy, for everything that is tested. As plain data it goes to threads and
 * trainers, and is part of what tells one search from another.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Guidance, parseGuidance } from "../domain/strategy/guidance.ts";
import { guidedBy } from "../domain/strategy/guided.ts";
import { parsePredictions } from "../domain/strategy/predictions.ts";
import type { Params, Strategy } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";

export interface WrittenGuide {
  readonly guidance: Guidance;
  readonly file: string;
  /** CSV. */
  readonly predictions: string;
}

export interface GuideFields {
  readonly predictions: string;
  readonly guide: string;
}

/** `path`: .csv or .csv.gz; absent: no guide. Throws `Invalid` naming the field, or file, line and what is wrong in it. */
export const readGuide = (
  path: string | undefined,
  raw: unknown,
  fields: GuideFields,
): WrittenGuide | undefined => {
  if (path === undefined) {
    if (raw !== undefined) throw new Invalid(fields.guide, `${fields.predictions} beside it`, raw);
    return undefined;
  }
  if (!existsSync(path)) throw new Invalid(fields.predictions, "a file that exists", path);
  const bytes = readFileSync(path);
  const predictions = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  parsePredictions(predictions, path);
  return { guidance: parseGuidance(raw, fields.guide), file: path, predictions };
};

/** The strategy, guided; itself where there is no guide. */
export const guidedAs = <P extends Params>(
  strategy: Strategy<P>,
  guide: WrittenGuide | undefined,
): Strategy<P> =>
  guide === undefined
    ? strategy
    : guidedBy(strategy, {
        guidance: guide.guidance,
        source: parsePredictions(guide.predictions, guide.file),
      });

/** What another guide would differ in. */
export const hashOfGuide = ({ guidance, predictions }: WrittenGuide): string =>
  createHash("sha256").update(JSON.stringify(guidance)).update("\n").update(predictions).digest("hex");
