/**
 * What stands around a strategy when it is tested, as plain data: it goes to threads and trainers, and is part of what tells one search
 * from another. Around one that runs, see live-around.ts.
 */
import type { Params, Strategy } from "../domain/strategy/strategy.ts";
import { guidedAs, hashOfGuide, type WrittenGuide } from "./guide.ts";

export interface Around {
  /** A model's predictions, and how they guide it. */
  readonly guide?: WrittenGuide | undefined;
}

/** The strategy itself where nothing stands around it. */
export const aroundAs = <P extends Params>(
  strategy: Strategy<P>,
  { guide }: Around | undefined = {},
): Strategy<P> => guidedAs(strategy, guide);

/** What another one would differ in, by name; nothing of what is not there. */
export const identityOfAround = ({ guide }: Around | undefined = {}): Readonly<Record<string, string>> =>
  guide === undefined ? {} : { guide: hashOfGuide(guide) };
