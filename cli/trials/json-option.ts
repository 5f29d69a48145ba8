/** The value of an option that is JSON. */
import { Invalid } from "../../domain/values/invalid.ts";

/** `{}` where it is not given. Throws `Invalid` naming the option. */
export const jsonOption = (option: string, text: string | undefined): unknown => {
  try {
    return text === undefined ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new Invalid(option, `JSON (${(error as Error).message})`, text);
  }
};
