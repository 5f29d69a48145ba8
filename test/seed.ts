/** Seeds every property of the run: by default one and the same, so that the gate's answer does not hang on chance; SHOAL_SEED=random or a number looks elsewhere. */
import fc from "fast-check";

const wished = process.env.SHOAL_SEED ?? "1";
if (wished !== "random") {
  const seed = Number(wished);
  if (!Number.isInteger(seed))
    throw new Error(`SHOAL_SEED: expected "random" or a whole number, got ${wished}`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
