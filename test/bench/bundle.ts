/** What the SDK adds to the README's program when that is bundled, minified and compressed. */
import { Effect } from "effect"
import { build } from "esbuild"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { built } from "./builtPackage.ts"
import type { Row, Size } from "./measure.ts"

const root = join(import.meta.dirname, "../..")

/** The same program, whose SDK does nothing. */
export const withoutSdk = `
export const Codex = { Codex: undefined, layer: () => undefined }
export const Printable = { text: (text) => text }
export const retryOnOverload = undefined
`

/**
 * Bytes of a program, README's if none is given; `sdk` is the text or the file of the module that stands for the SDK.
 */
export const bytes = async (
  sdk: { readonly contents: string } | { readonly path: string },
  program = { contents: readFileSync(join(root, "examples/readme.ts"), "utf8") }
): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { ...program, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
    outdir: "out",
    logLevel: "silent",
    plugins: [
      {
        name: "effect-codex",
        setup: ({ onLoad, onResolve }) => {
          onResolve({ filter: /^effect-codex$/ }, () =>
            "path" in sdk
              ? { ...sdk, sideEffects: false }
              : { path: "effect-codex", namespace: "stub", sideEffects: false }
          )
          onLoad({ filter: /.*/, namespace: "stub" }, () => ("contents" in sdk ? sdk : undefined))
        }
      }
    ]
  })
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
}

/** Kilobytes, with and without the SDK. */
export const run = (_size: Size): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.promise(async () => {
    const { entry, what } = built()
    // The entry that the condition `module` selects, which bundlers use.
    const value = (await bytes({ path: entry(what === "built" ? "modules" : "index") })) / 1000
    const floor = (await bytes({ contents: withoutSdk })) / 1000
    const note = `the SDK adds ${(value - floor).toFixed(1)} kB`
    return [
      {
        name: "README's program, bundled and gzipped",
        unit: "kB",
        value,
        floor,
        ratio: value / floor,
        target: { of: "difference", atMost: 130 },
        note
      }
    ]
  })
