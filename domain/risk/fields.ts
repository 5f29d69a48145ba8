/** Reads one object of a configuration field by field: what is not known, or out of its range, is `Invalid` by its full name. */
import { Invalid } from "../values/invalid.ts";

export class Fields {
  readonly path: string;
  private readonly raw: Readonly<Record<string, unknown>>;

  constructor(raw: unknown, path: string, allowed: readonly string[]) {
    if (raw !== undefined && (typeof raw !== "object" || raw === null || Array.isArray(raw)))
      throw new Invalid(path, `an object of ${allowed.join(", ")}`, raw);
    this.raw = (raw ?? {}) as Readonly<Record<string, unknown>>;
    this.path = path;
    for (const name of Object.keys(this.raw))
      if (!allowed.includes(name)) throw new Invalid(`${path}.${name}`, `one of ${allowed.join(", ")}`, name);
  }

  get(name: string): unknown {
    return this.raw[name];
  }

  at(name: string): string {
    return `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined;
  }

  number(name: string, least: number, most: number, usual: number): number {
    return this.maybeNumber(name, least, most) ?? usual;
  }

  maybeNumber(name: string, least: number, most: number): number | undefined {
    const found = this.raw[name];
    if (found === undefined) return undefined;
    if (typeof found !== "number" || !(found >= least && found <= most))
      throw new Invalid(this.at(name), `a number from ${least} to ${most}`, found);
    return found;
  }

  /** Above 0. */
  maybeRatio(name: string, most = 1_000): number | undefined {
    const found = this.maybeNumber(name, 0, most);
    if (found === 0) throw new Invalid(this.at(name), `a number above 0, at most ${most}`, found);
    return found;
  }

  ratio(name: string, most: number, usual?: number): number {
    const found = this.maybeRatio(name, most) ?? usual;
    if (found === undefined) throw new Invalid(this.at(name), `a number above 0, at most ${most}`, found);
    return found;
  }

  count(name: string, least: number, most: number, usual: number): number {
    const found = this.maybeNumber(name, least, most) ?? usual;
    if (!Number.isInteger(found))
      throw new Invalid(this.at(name), `a whole number from ${least} to ${most}`, found);
    return found;
  }

  flag(name: string, usual = false): boolean {
    const found = this.raw[name] ?? usual;
    if (typeof found !== "boolean") throw new Invalid(this.at(name), "true or false", found);
    return found;
  }

  choice<T extends string>(name: string, choices: readonly T[], usual?: T): T {
    const found = this.raw[name] ?? usual;
    const known = choices.find((each) => each === found);
    if (known === undefined) throw new Invalid(this.at(name), `one of ${choices.join(", ")}`, found);
    return known;
  }

  text(name: string, shape: RegExp, expected: string, usual?: string): string {
    const found = this.raw[name] ?? usual;
    if (typeof found !== "string" || !shape.test(found)) throw new Invalid(this.at(name), expected, found);
    return found;
  }

  list(name: string): readonly unknown[] {
    const found = this.raw[name] ?? [];
    if (!Array.isArray(found)) throw new Invalid(this.at(name), "a list", found);
    return found;
  }

  texts(name: string, shape: RegExp, expected: string): readonly string[] {
    return this.list(name).map((each, k) => {
      if (typeof each !== "string" || !shape.test(each))
        throw new Invalid(`${this.at(name)}.${k}`, expected, each);
      return each;
    });
  }

  /** Each of the list as an object of its own. */
  objects(name: string, allowed: readonly string[]): readonly Fields[] {
    return this.list(name).map((each, k) => new Fields(each, `${this.at(name)}.${k}`, allowed));
  }

  refuse(name: string, expected: string): never {
    throw new Invalid(this.at(name), expected, this.raw[name]);
  }
}
