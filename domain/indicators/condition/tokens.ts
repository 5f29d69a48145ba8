/** The words, numbers and signs of a condition, each with the character at which it stands, counted from 1. */
import { Invalid } from "../../values/invalid.ts";

export interface Token {
  readonly kind: "number" | "word" | "sign" | "end";
  /** Words in lower case. */
  readonly text: string;
  readonly at: number;
}

const shapes = [
  ["space", /\s+/y],
  ["number", /(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/iy],
  ["word", /[a-z_][a-z0-9_]*/iy],
  ["sign", /<=|>=|[<>()[\],.=+\-*/]/y],
] as const;

/** Longest condition, in characters: one that people read. */
const LENGTH_MAX = 4_000;

/** Throws `Invalid` naming the place of what belongs to no condition. */
export const tokensOf = (text: string, field: string): readonly Token[] => {
  if (text.length > LENGTH_MAX) throw new Invalid(field, `at most ${LENGTH_MAX} characters`, text);
  const tokens: Token[] = [];
  let place = 0;
  while (place < text.length) {
    const found = match(text, place);
    if (found === undefined)
      throw new Invalid(`${field} character ${place + 1}`, "a name, a number or an operator", text[place]);
    const [kind, piece] = found;
    if (kind !== "space") tokens.push({ kind, text: piece.toLowerCase(), at: place + 1 });
    place += piece.length;
  }
  return [...tokens, { kind: "end", text: "", at: text.length + 1 }];
};

const match = (text: string, place: number): readonly [(typeof shapes)[number][0], string] | undefined => {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = place;
    const found = shape.exec(text);
    if (found !== null) return [kind, found[0]];
  }
  return undefined;
};
