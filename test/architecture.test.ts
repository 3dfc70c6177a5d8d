import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"

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
  ["front", /^(?:index|testing\/.*)\.ts$/]
]

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))

const floorOf = (file: string): number => floors.findIndex(([, pattern]) => pattern.test(file))

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import) "(\.{1,2}\/[^"]+)"/g)].map((match) =>
    relative(src, join(src, dirname(file), match[1] ?? ""))
  )

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
        "internal/cluster/openThread.ts",
        "internal/cluster/setAside.ts",
        "internal/threadStore/home.ts",
        "internal/threadStore/restore.ts",
        "internal/turn/turnTree.ts"
      ]
    )
    assert.match("records.get(thread.id)", keyed)
  })

  it("has imports of the barrel only in tests and in users' programs", () => {
    assert.deepStrictEqual(
      files.filter((file) => importsOf(file).includes("index.ts")),
      []
    )
  })
})
