/**
 * Writes `methodVersions.ts`: which release has a method that the oldest supported one lacks.
 */
import type { OlderRuntimes } from "./olderRuntimes.ts"
import { header } from "./text.ts"

export const emitMethodVersions = (version: string, methods: OlderRuntimes["methods"]): string =>
  [
    header(
      version,
      "The methods that came after the oldest supported runtime, by the first supported release that has them."
    ),
    "export const methodsByVersion: { readonly [version: string]: ReadonlyArray<string> } = {",
    Object.entries(methods)
      .map(
        ([release, names]) =>
          `  ${JSON.stringify(release)}: [\n${names.map((name) => `    ${JSON.stringify(name)}`).join(",\n")}\n  ]`
      )
      .join(",\n"),
    "}",
    ""
  ].join("\n")
