/**
 * HTML by template: what is put into `html` is escaped unless it is HTML itself, so a name cannot become markup. Lists are joined, and nothing
 * else is ever unescaped.
 */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: texts.reduce((all, text, i) => `${all}${partText(parts[i - 1]!)}${text}`),
});

const partText = (part: Part): string => {
  if (typeof part === "object") return "html" in part ? part.html : part.map((each) => each.html).join("");
  return escaped(String(part));
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** JSON for a script element: no text in it can end the element. */
export const scriptJson = (value: unknown): Html => ({
  html: JSON.stringify(value).replaceAll("<", "\\u003c"),
});
