/** Configuration before it is checked: trees of plain values, laid over each other. */
export type Tree = Record<string, unknown>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Deep: trees merge, everything else is replaced; undefined changes nothing. */
export const merge = (under: Tree, upper: Tree): Tree => {
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(upper)) {
    if (value === undefined) continue;
    const old = merged[key];
    merged[key] = isTree(old) && isTree(value) ? merge(old, value) : value;
  }
  return merged;
};
