/**
 * The walk of screen/plain.ts in WebAssembly, four sets at a time, candle by candle and without a branch: the same numbers bit for bit,
 * since each lane does the same operations in single precision.
 */
import { BLOCK } from "../ground.ts";
import { changed, column, COLUMNS, given, GROUP, LANES, placeOf } from "../screen/field.ts";
import { block, type Code, f32x4, get, i32, leave, leaveWhen, loop, sequence, set, v128 } from "./code.ts";
import { type Func, moduleOf } from "./module.ts";

export const BYTES = 4;
/** Where things stand in memory, in bytes; first the cost of selling. */
export const columnsAt = 64;
export const stateAt = columnsAt + COLUMNS * BLOCK * BYTES;

/** Parameters: where the state of the first group begins and that of the last ends, rows [begin, end) as places in bytes. */
const [GROUP_AT, T] = [0, 4] as const;
const [group, last, begin, end, t] = [0, 1, 2, 3, T].map(get) as [Code, Code, Code, Code, Code];

const fields = { ...given, ...changed };
type Field = keyof typeof fields;
const VECTORS = 5;
const work = ["cost", "change", "out", "to", "rises", "enters", "far"] as const;
const local = (name: Field | (typeof work)[number]): number =>
  VECTORS + (name in fields ? fields[name as Field] : 18 + work.indexOf(name as (typeof work)[number]));
const of = (name: Field | (typeof work)[number]): Code => get(local(name));
const put = (name: Field | (typeof work)[number], value: Code): Code => set(local(name), value);
const row = (name: keyof typeof column): Code => v128.load32All(t, columnsAt + placeOf(name) * BYTES);

const NEVER = v128.of(new Uint8Array(new Float32Array(4).fill(-Infinity).buffer));

const kept = (name: "fast" | "slow"): Code =>
  put(name, f32x4.mul(f32x4.sub(of(name), of("change")), of(`${name}Kept`)));
const average = (name: "up" | "down" | "range", weight: Field, x: Code): Code =>
  put(name, f32x4.add(of(name), f32x4.mul(f32x4.sub(x, of(name)), of(weight))));

/** What is held trades: in at this candle's open, out at the stop or at an open below it. */
const trade: Code = sequence(
  put(
    "quantity",
    v128.pick(f32x4.mul(f32x4.mul(of("share"), of("equity")), row("inverse")), of("quantity"), of("wanted")),
  ),
  put("out", v128.and(of("held"), f32x4.ge(row("dip"), of("stop")))),
  put("to", v128.pick(f32x4.min(row("gap"), f32x4.neg(of("stop"))), of("change"), of("out"))),
  put(
    "equity",
    f32x4.add(
      of("equity"),
      f32x4.mul(
        of("quantity"),
        f32x4.sub(
          f32x4.sub(of("to"), v128.and(row("entry"), of("wanted"))),
          v128.and(f32x4.add(f32x4.mul(of("to"), of("cost")), row("worth")), of("out")),
        ),
      ),
    ),
  ),
  put("quantity", v128.less(of("quantity"), of("out"))),
  put("trades", v128.sub32(of("trades"), of("out"))),
);

/** Its close is known. */
const decide: Code = sequence(
  kept("fast"),
  kept("slow"),
  average("up", "strengthWeight", row("rise")),
  average("down", "strengthWeight", row("fall")),
  average("range", "rangeWeight", row("range")),
  put("rises", f32x4.gt(of("fast"), of("slow"))),
  put("held", v128.less(of("held"), of("out"))),
  put(
    "enters",
    v128.less(
      v128.and(of("rises"), f32x4.le(of("up"), f32x4.mul(of("ceiling"), f32x4.add(of("up"), of("down"))))),
      of("held"),
    ),
  ),
  put("far", f32x4.mul(of("distance"), of("range"))),
  put(
    "stop",
    v128.pick(
      of("far"),
      v128.pick(f32x4.min(of("far"), f32x4.add(of("stop"), of("change"))), NEVER, of("rises")),
      of("enters"),
    ),
  ),
  put("held", v128.or(of("held"), of("enters"))),
  put("wanted", of("enters")),
);

const at = (name: Field): number => fields[name] * LANES * BYTES;
const load = (names: object): Code =>
  sequence(...(Object.keys(names) as Field[]).map((name) => put(name, v128.load(group, at(name)))));

const walk: Func = {
  params: ["i32", "i32", "i32", "i32"],
  locals: ["i32", ...Array.from({ length: 18 + work.length }, () => "v128" as const)],
  body: sequence(
    put("cost", v128.load32All(i32.of(0))),
    block(
      loop(
        leaveWhen(1, i32.geSigned(group, last)),
        load(fields),
        set(T, begin),
        block(
          loop(
            leaveWhen(1, i32.geSigned(t, end)),
            put("change", row("change")),
            trade,
            decide,
            set(T, i32.add(t, i32.of(BYTES))),
            leave(0),
          ),
        ),
        ...(Object.keys(changed) as Field[]).map((name) => v128.store(group, at(name), of(name))),
        set(GROUP_AT, i32.add(group, i32.of(GROUP * BYTES))),
        leave(0),
      ),
    ),
  ),
};

export const kernel: Uint8Array<ArrayBuffer> = moduleOf([walk]);
