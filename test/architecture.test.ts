import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import * as Declarations from "./surface/declarations.ts"

const src = join(import.meta.dirname, "../src")

/**
 * The layers, lowest first. A file imports files of its own layer and of those below. Types count as much as values,
 * because a module that only mentions a layer above cannot be read alone either.
 */
const floors: ReadonlyArray<readonly [name: string, files: RegExp]> = [
  [
    "protocol and errors",
    /^(?:generated\/.*|CodexError|Printable|internal\/(?:nearestName|typeIds|(?:errors|protocol)\/.*|turn\/(?:items|shownResult|turnResult)))\.ts$/
  ],
  [
    "messages",
    /^(?:Transport|internal\/(?:backoff|settings|realTime|monotonic|connection\/(?:closing|framing|deadlines|direct|permits)))\.ts$/
  ],
  ["process", /^(?:AppServer|internal\/process\/.*)\.ts$/],
  ["connection", /^internal\/connection\/.*\.ts$/],
  [
    "what is told: notifications, and a turn as it is followed",
    /^(?:Turn|Input|internal\/(?:client\/(?:backlog|decoding|eventBuffer|growText|ids|mergeDeltas|notificationReaders|notifications)|turn\/(?:autoReview|followedTurn|turnConsumers|turnErrors|turnState|turnUsage)))\.ts$/
  ],
  [
    "client",
    /^(?:CodexClient|Protocol|Restart|ServerRequests|internal\/(?:client|restart|serverRequests|session)\/.*)\.ts$/
  ],
  [
    "answers to the server",
    /^(?:Approval|DynamicTools|Elicitation|Permissions|UserInput|internal\/(?:approval|elicitation|tools)\/.*)\.ts$/
  ],
  ["turns", /^(?:Retry|Sandbox|internal\/(?:input|turn)\/.*)\.ts$/],
  ["goal", /^(?:Goal|internal\/goal\/.*)\.ts$/],
  ["thread", /^(?:Thread|StructuredOutput|internal\/(?:structured|thread)\/.*)\.ts$/],
  ["account", /^(?:Account|CodexHome|internal\/account\/.*)\.ts$/],
  ["facade", /^(?:Codex|internal\/configuration)\.ts$/],
  ["pool", /^(?:CodexPool|internal\/pool\/.*)\.ts$/],
  ["thread store", /^(?:ThreadStore|internal\/threadStore\/.*)\.ts$/],
  ["cluster", /^(?:internal\/)?cluster\/.*\.ts$/],
  ["workflow", /^(?:internal\/)?workflow\/.*\.ts$/],
  ["front", /^(?:index|testing\/.*)\.ts$/]
]

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))

const floorOf = (file: string): number => floors.findIndex(([, pattern]) => pattern.test(file))

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import) "(\.{1,2}\/[^"]+)"/g)].map((match) =>
    relative(src, join(src, dirname(file), match[1] ?? ""))
  )

/**
 * The exported values of a file that are only another name for an imported one: an alias, an object of aliases, or a
 * function that passes its arguments on. Such a value has its type and its doc comment twice.
 */
const restatedIn = (text: string): ReadonlyArray<string> => {
  const importedBy = (pattern: RegExp) =>
    new Set(
      [...text.matchAll(pattern)].flatMap(([, names = ""]) =>
        [...names.matchAll(/(\w+)(?=,|\s*\}|$)/g)].map(([, name = ""]) => name)
      )
    )
  const imported = importedBy(/^import (?:type )?([^"]+) from "\.[^"]+"$/gm)
  const values = importedBy(/^import (?!type )([^"]+) from "[^"]+"$/gm)
  const isImported = (path = ""): boolean => imported.has(path.replace(/\..*/, ""))
  return Declarations.parse(text)
    .statements.filter(({ isExported, text }) => isExported && text.startsWith("export const "))
    .filter(({ text }) => {
      const [, alias] = /\s=\s+([\w.]+)$/.exec(text) ?? []
      const [, callee, given = ""] = /=>\s+(?:\/\/.*\s+)*([\w.]+)\(([^()]*)\)$/.exec(text) ?? []
      // A further argument is code.
      const isPassedOn = !given
        .replace(/ as .*/s, "")
        .split(",")
        .some((each) => values.has(/\w*/.exec(each.trim())?.[0] ?? ""))
      const [, record] = /\s=\s+\{([^{}()]+)\}$/.exec(text) ?? []
      const members = record?.split(",").map((entry) => entry.replace(/^.*:/s, "").trim())
      return isImported(alias) || (isImported(callee) && isPassedOn) || members?.every(isImported) === true
    })
    .map(({ name }) => name)
}

describe("architecture", () => {
  it("assigns each file to a layer", () => {
    assert.deepStrictEqual(
      files.filter((file) => floorOf(file) === -1),
      []
    )
  })

  it("has no import from a layer above", () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => floorOf(imported) > floorOf(file))
        .map((imported) => `${file} → ${imported}`)
    )
    assert.deepStrictEqual(upward, [])
    // The check finds imports at all.
    assert.include(importsOf("Codex.ts"), "Thread.ts")
  })

  it("has no circular imports", () => {
    // Files whose imports are checked, and files on the path to the current one.
    const done = new Set<string>()
    const circles: Array<string> = []
    const follow = (file: string, way: ReadonlyArray<string>): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "))
      if (done.has(file) || way.includes(file)) return
      for (const imported of importsOf(file)) follow(imported, [...way, file])
      done.add(file)
    }
    for (const file of files) follow(file, [])
    assert.deepStrictEqual(circles, [])
    assert.isAbove(done.size, 100)
  })

  it("stores facts by the id of a thread only in the session", () => {
    const keyed = /\.(?:add|delete|get|has|set)\((?:\w+\.)*(?:threadId|thread\.id)\b|WeakMap<[^>]*(?:Client|Thread)/
    assert.deepStrictEqual(
      files.filter(
        (file) => !file.startsWith("internal/session/") && keyed.test(readFileSync(join(src, file), "utf8"))
      ),
      // The threads that a search has returned, and those of one tree: each ends with its stream. The files of
      // threads outlive the session, and so does the directory of a cluster.
      [
        "internal/client/search.ts",
        "internal/cluster/setAside.ts",
        "internal/threadStore/home.ts",
        "internal/turn/turnTree.ts"
      ]
    )
    assert.match("records.get(thread.id)", keyed)
  })

  it("has the type and the doc comment of a public value where its code is", () => {
    const restated = files
      .filter((file) => !/^(?:generated|internal)\//.test(file))
      .flatMap((file) => restatedIn(readFileSync(join(src, file), "utf8")).map((name) => `${file}: ${name}`))
    assert.deepStrictEqual(restated, [])
    assert.deepStrictEqual(
      restatedIn(`import { type A, text } from "./internal/a.ts"
import * as b from "./internal/b.ts"
import * as Layer from "effect/Layer"
export const alias: <E>(self: A<E>) => A<E> = b.alias
export const renamed = text
export const passedOn = (given: string): A =>
  // Type boundary: it is one.
  b.make(given as A<b.Other, b.Another>)
export const record: { readonly x: A } = { x: b.x, text }
export const withMore = (given: string): A => text(Layer.empty, given)
export const own = (given: A) => Layer.effect(given, b.make(given))
export const tag: A = { _tag: "own", x: b.x }
`),
      ["alias", "renamed", "passedOn", "record"]
    )
  })

  it("has imports of the barrel only in tests and in users' programs", () => {
    assert.deepStrictEqual(
      files.filter((file) => importsOf(file).includes("index.ts")),
      []
    )
  })
})
