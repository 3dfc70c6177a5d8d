/**
 * Small pieces of generated text: the header, doc comments, property keys.
 */

export const header = (version: string, about: string): string =>
  [
    "/**",
    ` * ${about}`,
    " *",
    ` * @generated from the schema of codex-cli ${version} by \`npm run codegen\`. Do not edit:`,
    " * change `codegen/` and generate again.",
    " */",
    ""
  ].join("\n")

/** A key as it may stand in an object type or literal. */
export const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

/** `"thread/name/set"` → `"ThreadNameSet"`, `"otlp-http"` → `"OtlpHttp"`. */
export const pascalCase = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")

const experimentalNote = "Experimental: needs `experimentalApi`."

/** A doc comment, or nothing if there is nothing to say. */
export const docComment = (
  doc: string | undefined,
  options: { readonly isExperimental: boolean; readonly indent?: string; readonly more?: ReadonlyArray<string> }
): string => {
  const indent = options.indent ?? ""
  const paragraphs = [
    ...(doc === undefined ? [] : [doc]),
    ...((options.more ?? []).length === 0 ? [] : [(options.more ?? []).join("\n")]),
    ...(options.isExperimental ? [experimentalNote] : [])
  ]
  if (paragraphs.length === 0) return ""
  const lines = paragraphs
    .join("\n\n")
    .replaceAll("*/", "*\\/")
    .split("\n")
    .map((line) => line.trimEnd())
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return [
    `${indent}/**`,
    ...lines.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}`),
    `${indent} */`,
    ""
  ].join("\n")
}
