import tseslint from "typescript-eslint";

const pureImports = {
  patterns: [
    { regex: "^(node:|[^./])", message: "The pure core imports no packages and no node:* modules." },
  ],
};
const hiddenInputs = ["Date", "setTimeout", "setInterval", "performance", "process"].map((name) => ({
  name,
  message: "Time and the environment are inputs in the pure core.",
}));

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      // Collaborators are closures, not methods that need a this.
      "@typescript-eslint/unbound-method": "off",
      "max-lines-per-function": ["error", { max: 80, skipComments: true, skipBlankLines: true }],
      "max-lines": ["error", { max: 250, skipComments: false, skipBlankLines: false }],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Chance is an input: use a seeded generator." },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["domain/**/*.ts", "strategies/**/*.ts", "simulation/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", pureImports],
      "no-restricted-globals": ["error", ...hiddenInputs],
      "no-restricted-syntax": [
        "error",
        {
          selector: "FunctionDeclaration[async=true], ArrowFunctionExpression[async=true], AwaitExpression",
          message: "The pure core is synchronous.",
        },
      ],
    },
  },
  // An actor's factory is the scope of its private state, as a class body would be.
  {
    files: ["actors/**/*.ts"],
    rules: { "max-lines-per-function": ["error", { max: 180, skipComments: true, skipBlankLines: true }] },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: { "max-lines-per-function": "off", "no-console": "off" },
  },
);
