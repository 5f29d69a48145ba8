/**
 * Takes secrets out of log lines: by the name of the field at any depth, by what stands before them in text (query
 * strings, headers, JSON inside of messages, refusals that quote what they found), and by value for those that are
 * known. Better one word too many than one key in a file that travels.
 */
export const REDACTED = "[redacted]";

const NAMES =
  "api[-_]?key|secret|password|passphrase|authorization|signature|listen[-_]?key|private[-_]?key|cookie";
const namePattern = new RegExp(`${NAMES}|token$`, "i");
const words = `(?:(?:${NAMES})[\\w-]{0,12}|token)`;

/** In this order: an earlier pattern must not eat the mark that a later one needs. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // PEM keys, with real or escaped line ends.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  // user:password@ in a URL.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${REDACTED}@`],
  // A listen key as the path of a user stream.
  [/(\/ws\/)[A-Za-z0-9_-]{32,}/g, `$1${REDACTED}`],
  // "gateway.token: expected 16 characters, found "hunter2"": the refusal of a secret quotes it.
  [new RegExp(`(${words}\\S*: expected .*?, found )("(?:[^"\\\\]|\\\\.)*"?|\\S+)`, "gi"), `$1${REDACTED}`],
  // token=..., "secret": "...", Authorization: Bearer ..., also percent-encoded.
  [
    new RegExp(
      `(${words}(?:\\\\?["'])?\\s*(?:=|:(?! expected )|%3[da])\\s*(?:\\\\?["'])?)(?!\\[redacted\\])(?:(?:bearer|basic|token)\\s+)?[^\\s"'&,;}\\\\]+`,
      "gi",
    ),
    `$1${REDACTED}`,
  ],
  [/\b(Bearer|Basic) +(?!\[redacted\])[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`],
];

/** A secret shorter than this would blot out ordinary words. */
const KNOWN_MIN = 6;

/** Makes the function that takes secrets out of any plain data. `known` are values that must never appear. */
export const redactor = (known: readonly string[] = []): ((data: unknown) => unknown) => {
  const values = known
    .filter((value) => value.length >= KNOWN_MIN)
    .flatMap((value) => [...new Set([value, encodeURIComponent(value)])])
    .sort((a, b) => b.length - a.length);
  const text = (found: string): string => {
    let clean = found;
    for (const value of values) clean = clean.replaceAll(value, REDACTED);
    for (const [pattern, instead] of patterns) clean = clean.replace(pattern, instead);
    return clean;
  };
  const walk = (data: unknown): unknown => {
    if (typeof data === "string") return text(data);
    if (typeof data !== "object" || data === null) return data;
    if (Array.isArray(data)) return data.map(walk);
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => [
        text(name),
        namePattern.test(name) ? REDACTED : walk(value),
      ]),
    );
  };
  return walk;
};
