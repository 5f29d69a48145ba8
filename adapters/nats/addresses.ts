/**
 * The addresses of a NATS cluster, written with commas between them: any of them that answers is as good as the others.
 * All carry the same name and password, or only one carries them.
 */
import { Invalid } from "../../domain/values/invalid.ts";

export interface NatsAddresses {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
}

const expected = "addresses such as nats://127.0.0.1:4222, with commas between several";

/** As `connect` of the client takes them. Throws `Invalid` that names `field` and hides a password. */
export const natsAddresses = (text: string, field: string): NatsAddresses => {
  const found = text.split(",").map((one) => addressOf(one.trim(), field));
  const named = found.filter(({ username }) => username !== "");
  const [first] = named;
  if (named.some(({ username, password }) => username !== first!.username || password !== first!.password))
    throw new Invalid(field, "the same name and password in every address", `${named.length} different ones`);
  const servers = found.map(({ host }) => host);
  const twice = servers.find((one, i) => servers.indexOf(one) !== i);
  if (twice !== undefined) throw new Invalid(field, "every address once", twice);
  if (first === undefined) return { servers };
  return { servers, user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
};

/** As it may be told to people. */
export const withoutPassword = (text: string): string => text.replace(/\/\/[^/@,]*@/g, "//[redacted]@");

const addressOf = (text: string, field: string): URL => {
  const shown = withoutPassword(text);
  if (!/^(nats|tls):\/\/[^\s/]+$/.test(text) || !URL.canParse(text))
    throw new Invalid(field, expected, shown);
  const address = new URL(text);
  if (address.hostname === "") throw new Invalid(field, expected, shown);
  return address;
};
