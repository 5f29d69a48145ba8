/**
 * An indicator over whole columns. It steps the very calculation that streams, so that both give the same numbers bit
 * for bit.
 */
import { Invalid } from "../values/invalid.ts";
import type { AnyValues, Declaration } from "./declaration.ts";

/**
 * One column for each output, as long as the inputs, NaN where there is no value. `inputs`: one column for each input
 * of the declaration, in its order; `params`: complete (`parseValues`).
 */
export const batch = (
  declaration: Declaration,
  params: AnyValues,
  inputs: readonly Float64Array[],
): readonly Float64Array[] => {
  const width = declaration.inputs.length;
  const length = inputs[0]?.length ?? 0;
  for (const [i, { name }] of declaration.inputs.entries())
    if (inputs[i]?.length !== length)
      throw new Invalid(`${declaration.name}.${name}`, `a column of ${length} numbers`, inputs[i]?.length);
  const calculation = declaration.start(params);
  const outputs = declaration.outputs.map(() => new Float64Array(length));
  if (calculation.over !== undefined) {
    calculation.over(inputs, outputs);
    return outputs;
  }
  const row = new Float64Array(width);
  const values = new Float64Array(declaration.outputs.length);
  for (let t = 0; t < length; t += 1) {
    for (let i = 0; i < width; i += 1) row[i] = inputs[i]![t]!;
    calculation.step(row, values);
    for (let k = 0; k < outputs.length; k += 1) outputs[k]![t] = values[k]!;
  }
  return outputs;
};
