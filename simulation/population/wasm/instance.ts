/** A kernel at work: the one place that asks the machine for WebAssembly. */
import { kernel } from "./walk.ts";

/** The part of the language's WebAssembly that is used; its types come with browsers only. */
declare const WebAssembly:
  | {
      readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
      readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
      readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: { readonly walk: Walk } };
    }
  | undefined;

type Walk = (...args: readonly number[]) => void;

const PAGE = 65_536;
const compiled = new Map<Uint8Array, object>();

/** The `walk` of a kernel, and the memory that it works in. */
export type WalkIn = (
  code: Uint8Array<ArrayBuffer>,
  bytes: number,
) => { readonly buffer: ArrayBuffer; readonly walk: Walk };

/** Undefined where the machine has no vectors of WebAssembly. */
export const walkIn: WalkIn | undefined =
  typeof WebAssembly === "undefined" || !WebAssembly.validate(kernel)
    ? undefined
    : (code, bytes) => {
        const { Memory, Module, Instance } = WebAssembly;
        const memory = new Memory({ initial: Math.ceil(bytes / PAGE) });
        let module = compiled.get(code);
        if (module === undefined) compiled.set(code, (module = new Module(code)));
        return { buffer: memory.buffer, walk: new Instance(module, { its: { memory } }).exports.walk };
      };
