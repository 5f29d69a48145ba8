/** Where one column of doubles lies above another, 32 rows to a word: two rows a comparison, and no branch. */
import { type Code, f64x2, get, i32, leave, leaveWhen, block, loop, sequence, set } from "./code.ts";
import { type Func, moduleOf } from "./module.ts";

/** Doubles that a word compares. */
const ROWS = 32;

/**
 * Parameters: where both columns begin and how far on each is for the next word; where the words for "above" begin and end, and how
 * far from each the word for "not above" lies. All in bytes.
 */
const [A, A_STEP, B, B_STEP, WORD, END, APART] = [0, 1, 2, 3, 4, 5, 6] as const;
const BITS = 7;

const pair = (i: number): Code =>
  i32.shl(f64x2.bits(f64x2.gt(f64x2.load(get(A), 16 * i), f64x2.load(get(B), 16 * i))), i32.of(2 * i));
const above: Code = Array.from({ length: ROWS / 2 - 1 }, (_, i) => i + 1).reduce(
  (bits, i) => i32.or(bits, pair(i)),
  pair(0),
);

const walk: Func = {
  params: ["i32", "i32", "i32", "i32", "i32", "i32", "i32"],
  locals: ["i32"],
  body: block(
    loop(
      leaveWhen(1, i32.geSigned(get(WORD), get(END))),
      sequence(
        set(BITS, above),
        i32.store(get(WORD), 0, get(BITS)),
        i32.store(i32.add(get(WORD), get(APART)), 0, i32.xor(get(BITS), i32.of(-1))),
        set(A, i32.add(get(A), get(A_STEP))),
        set(B, i32.add(get(B), get(B_STEP))),
        set(WORD, i32.add(get(WORD), i32.of(4))),
      ),
      leave(0),
    ),
  ),
};

export const kernel: Uint8Array<ArrayBuffer> = moduleOf([walk]);
