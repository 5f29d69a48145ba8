/** Malformed input. Names the field and what was expected; code 422 so that the bus and the gateway pass it on as such. */
export class Invalid extends Error {
  override readonly name = "Invalid";
  readonly code = 422;
  readonly type = "INVALID";
  readonly retryable = false;
  readonly field: string;

  constructor(field: string, expected: string, found: unknown) {
    super(`${field}: expected ${expected}, found ${show(found)}`);
    this.field = field;
  }

  /** One that was thrown in another thread, as it was told there. */
  static told(field: string, message: string): Invalid {
    return Object.assign(new Invalid(field, "", ""), { message });
  }
}

const show = (found: unknown): string => {
  if (typeof found === "string") return JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}…` : found);
  if (typeof found === "object" && found !== null) return Array.isArray(found) ? "an array" : "an object";
  return String(found);
};
