/** Options that a kind of backtest does not have: told by name where somebody gave one, since nothing given is passed over. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";

/** Throws `Invalid` naming the first option given on the command line whose attribute name is `foreign`. */
export const refuseForeign = (
  called: Command,
  foreign: (name: string) => boolean,
  expected: string,
): void => {
  for (const option of called.options) {
    const name = option.attributeName();
    if (called.getOptionValueSource(name) === "cli" && foreign(name))
      throw new Invalid(option.long!, expected, called.getOptionValue(name));
  }
};
