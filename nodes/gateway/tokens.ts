/**
 * Who may do what. Tokens lie in `<dataDir>/gateway.json` (mode 0600), made at the first start: one for each set of
 * scopes; more may be written in by hand. Only SHA-256 digests are compared, all of them, in constant time. A token
 * may be exchanged for a JWT of 15 minutes (HS256, a key of this process): it is worthless after a restart.
 */
import { hash as digest, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "../../contracts/failure.ts";
import { Invalid } from "../../domain/values/invalid.ts";

export const scopes = ["read", "trade", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** Who asks. */
export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Came with a session, which cannot prolong itself. */
  readonly session?: boolean;
}

export interface Token extends Caller {
  readonly token: string;
}

const SESSION_MS = 15 * 60_000;
const FILE = "gateway.json";

const file = v.object({
  tokens: v.array(
    v.object({
      name: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
      token: v.pipe(v.string(), v.minLength(16)),
      scopes: v.array(v.picklist(scopes)),
    }),
  ),
});

const fresh = (): readonly Token[] =>
  (
    [
      ["reader", ["read"]],
      ["trader", ["read", "trade"]],
      ["admin", ["read", "trade", "admin"]],
    ] as const
  ).map(([name, granted]) => ({ name, token: randomBytes(32).toString("base64url"), scopes: granted }));

const write = (path: string, content: unknown): void => {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, path);
};

/** Reads the tokens, or makes them. Throws `Invalid` naming what is wrong in the file. */
export const openTokens = (dataDir: string): readonly Token[] => {
  const path = join(dataDir, FILE);
  if (!existsSync(path)) {
    const tokens = fresh();
    write(path, { tokens });
    return tokens;
  }
  chmodSync(path, 0o600);
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new Invalid(FILE, "JSON; remove the file and new tokens are made", "a broken file");
  }
  const parsed = v.safeParse(file, raw);
  if (parsed.success) return parsed.output.tokens;
  const [issue] = parsed.issues;
  // What was found may be a token: it is not repeated.
  throw new Invalid(`${FILE} ${v.getDotPath(issue) ?? ""}`, issue.expected, "something else");
};

/** For the local command line: where this process listens. */
export const writeAddress = (dataDir: string, address: object, tokens: readonly Token[]): void =>
  write(join(dataDir, FILE), { ...address, tokens });

const unauthorized = (message: string): Failure =>
  new Failure("Unauthorized", message, 401, "UNAUTHORIZED", false);

export class Door {
  readonly #known: readonly { readonly caller: Caller; readonly digest: Buffer }[];
  readonly #key = randomBytes(32);

  constructor(tokens: readonly Token[]) {
    this.#known = tokens.map(({ name, scopes: granted, token }) => ({
      caller: { name, scopes: granted },
      digest: digest("sha256", token, "buffer"),
    }));
  }

  /** Of an `Authorization` header: a token at once, a session by and by. Throws or rejects with 401. */
  identify(authorization: string | undefined): Caller | Promise<Caller> {
    if (authorization === undefined)
      throw unauthorized("a bearer token is needed; see gateway.json in the data folder");
    const [, token] = /^Bearer ([^\s]{1,4096})$/i.exec(authorization) ?? [];
    if (token === undefined) throw unauthorized("expected `Authorization: Bearer <token>`");
    const given = digest("sha256", token, "buffer");
    let found: Caller | undefined;
    for (const one of this.#known) if (timingSafeEqual(one.digest, given)) found = one.caller;
    if (found !== undefined) return found;
    if (token.split(".").length === 3) return this.#session(token);
    throw unauthorized("this token is not known here");
  }

  /** Throws 403. */
  permit(caller: Caller, scope: Scope): void {
    if (!caller.scopes.includes(scope))
      throw new Failure(
        "Forbidden",
        `${caller.name} lacks the scope ${scope} (has ${caller.scopes.join(", ") || "none"})`,
        403,
        "FORBIDDEN",
        false,
      );
  }

  async login(caller: Caller): Promise<{ readonly access_token: string; readonly expiresAt: number }> {
    if (caller.session === true)
      throw new Failure(
        "Forbidden",
        "a session cannot prolong itself: log in with a token",
        403,
        "FORBIDDEN",
        false,
      );
    const expiresAt = Date.now() + SESSION_MS;
    const { SignJWT } = await import("jose"); // Not at the start of the process: few ever log in.
    const token = await new SignJWT({ scopes: [...caller.scopes] })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(caller.name)
      .setIssuer("shoal")
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(this.#key);
    return { access_token: token, expiresAt };
  }

  async #session(token: string): Promise<Caller> {
    try {
      const { jwtVerify } = await import("jose");
      const { payload } = await jwtVerify(token, this.#key, { issuer: "shoal", algorithms: ["HS256"] });
      const granted = (payload["scopes"] as readonly Scope[]).filter((scope) => scopes.includes(scope));
      return { name: payload.sub ?? "session", scopes: granted, session: true };
    } catch {
      throw unauthorized("this session has ended or was not opened here: log in again");
    }
  }
}
