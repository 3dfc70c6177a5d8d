/**
 * Builds `dist` from `src`: declarations by the compiler, a file for each, and code in few chunks.
 *
 * Half of the time of an import goes to finding, reading and linking files. So the modules share five chunks, and each
 * public module is a small file that gives out its part.
 *
 * The package itself has two entries with the same exports. `index.js` contains the public modules as objects, so that
 * an import reads two dozen files less. `modules.js` imports the files of the public modules, since a bundler can leave
 * out what is not used only of a module, and not of an object. Bundlers use it by the condition `module`.
 */
import { spawnSync } from "node:child_process"
import { readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join, resolve } from "node:path"
import { type ChunkingContext, rolldown } from "rolldown"
import { pure } from "./pure.ts"

const root = process.cwd()
const src = join(root, "src")
const dist = join(root, "dist")

/** The public modules, and what `Protocol` gives out whole. */
const entries = new Map([
  ...readdirSync(src)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [basename(file, ".ts"), join(src, file)] as const),
  ...["cluster", "testing", "workflow"].map((folder) => [`${folder}/index`, join(src, folder, "index.ts")] as const),
  ["generated/codecs", join(src, "generated/codecs.ts")],
  ["generated/methods", join(src, "generated/methods.ts")]
])

const files = new Set(entries.values())

/** Files that give out other entries as namespaces. */
const barrels = new Set(["index", "Protocol"].map((name) => entries.get(name)))

/** Public modules that a program may use without a server: what they need is a chunk of its own. */
const leaves = ["CodexError", "Input", "Printable", "Transport", "Turn"]

const idOf = (entry: string): string => entries.get(entry) ?? ""

/** Everything that these need, and they themselves. */
const reach = (ids: ReadonlyArray<string>, context: ChunkingContext): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) visit(imported)
  }
  ids.forEach(visit)
  return found
}

/** A part of the graph: chunks import each other in one direction only, since each is closed under what it needs. */
const chunkOf = (id: string, context: ChunkingContext): string | undefined => {
  const [codecs, methods] = [idOf("generated/codecs"), idOf("generated/methods")]
  if (id === codecs || id === methods || barrels.has(id) || id === idOf("testing/index")) return undefined
  if (id === idOf("cluster/index") || id === idOf("workflow/index")) return undefined
  // `Protocol` gives out the version, too, and needs nothing else of the other chunks.
  if (reach([codecs], context).has(id) || id === join(src, "generated/version.ts")) return "protocol"
  if (reach(leaves.map(idOf), context).has(id)) return "told"
  // Not in `core`, because it imports databases. Only this module loads it, so it becomes a part of that.
  if (id === idOf("ThreadStore") || id.startsWith(join(src, "internal/threadStore"))) return "threadStore"
  // Workflows need it as well, and not the processes of a cluster.
  if (id.startsWith(join(src, "internal/cluster"))) return "durable"
  if (id.startsWith(join(src, "internal/workflow"))) return "workflow"
  const folder = ["cluster", "testing", "workflow"].find((folder) => id.startsWith(join(src, folder)))
  if (folder !== undefined) return folder
  // A program that imports `Codex` alone need not read what has a public module of its own and no other use.
  return reach([idOf("Codex")], context).has(id) ? "core" : "more"
}

const declarations = () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")
  const args = [compiler, "-p", "tsconfig.build.json"]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" })
  if (status !== 0) process.exit(status ?? 1)
}

const code = async () => {
  const bundle = await rolldown({
    input: Object.fromEntries(entries),
    platform: "neutral",
    preserveEntrySignatures: "allow-extension",
    external: /^(?:effect|node:|@effect\/|@electric-sql\/)/,
    plugins: [
      {
        name: "barrels",
        resolveId(name, importer) {
          if (importer === undefined || !barrels.has(importer) || !name.startsWith(".")) return undefined
          const isEntry = files.has(resolve(dirname(importer), name))
          return isEntry ? { id: name.replace(/\.ts$/, ".js"), external: "absolute" } : undefined
        }
      },
      pure()
    ]
  })
  await bundle.write({
    dir: dist,
    format: "esm",
    sourcemap: true,
    // A third of each file would be documentation, which the declarations have, and which every import would read.
    comments: { annotation: true, legal: true, jsdoc: false },
    // Short names of variables save a twentieth of the time of an import. Functions and classes keep their names, and
    // lines stay as they are, for stack traces.
    minify: { compress: false, mangle: { toplevel: true, keepNames: true }, codegen: { removeWhitespace: false } },
    entryFileNames: ({ name }) => (name === "index" ? "modules.js" : "[name].js"),
    chunkFileNames: "chunks/[name].js",
    sourcemapExcludeSources: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: "chunks", name: chunkOf }]
    }
  })
}

/** Puts the files of the public modules together to `index.js`. */
const flat = async () => {
  const bundle = await rolldown({
    input: join(dist, "modules.js"),
    platform: "neutral",
    external: /^\.\/(?:chunks|generated)\//
  })
  await bundle.write({ file: join(dist, "index.js"), format: "esm", comments: { annotation: true } })
}

rmSync(dist, { recursive: true, force: true })
declarations()
await code()
await flat()
