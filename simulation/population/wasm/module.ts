/** Functions put together to a module: one memory, which it is given; the last function is what it gives, as `walk`. */
import { type Code, type Type, typeByte, unsigned } from "./code.ts";

export interface Func {
  readonly params: readonly Type[];
  /** Locals beside the parameters, numbered after them. */
  readonly locals: readonly Type[];
  readonly body: Code;
}

const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
const listed = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const named = (name: string): Code => sized([...new TextEncoder().encode(name)]);
const section = (id: number, content: Code): Code => [id, ...sized(content)];

const MEMORY = 0x02;
const FUNCTION = 0x00;

/** Functions that give nothing. */
export const moduleOf = (functions: readonly Func[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      listed(functions.map(({ params }) => [0x60, ...listed(params.map((each) => [typeByte(each)])), 0x00])),
    ),
    ...section(2, listed([[...named("its"), ...named("memory"), MEMORY, 0x00, 0x01]])),
    ...section(3, listed(functions.map((_, i) => unsigned(i)))),
    ...section(7, listed([[...named("walk"), FUNCTION, ...unsigned(functions.length - 1)]])),
    ...section(
      10,
      listed(
        functions.map(({ locals, body }) =>
          sized([...listed(locals.map((each) => [1, typeByte(each)])), ...body, 0x0b]),
        ),
      ),
    ),
  ]);
