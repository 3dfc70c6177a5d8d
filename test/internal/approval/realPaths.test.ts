/** Where paths lead, in a file system in memory: every place can be a link, a directory, or unreadable. */
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Option, Path, PlatformError } from "effect"
import * as realPaths from "../../../src/internal/approval/realPaths.ts"

/** The entry at a place: the target of a link, or unreadable. Every other place is a directory. */
type Places = { readonly [place: string]: { readonly link: string } | "missing" | "denied" }

const failure = (_tag: "NotFound" | "PermissionDenied") =>
  Effect.fail(PlatformError.systemError({ _tag, module: "FileSystem", method: "test" }))

const fileSystem = (places: Places, existing: ReadonlyArray<string> | "denied" = []) =>
  FileSystem.makeNoop({
    lstat: (place) => {
      const found = places[place]
      if (found === "missing") return failure("NotFound")
      if (found === "denied") return failure("PermissionDenied")
      // Type boundary: only the type is read.
      return Effect.succeed({ type: found === undefined ? "Directory" : "SymbolicLink" } as FileSystem.File.Info)
    },
    readLink: (place) => {
      const found = places[place]
      return typeof found === "object" ? Effect.succeed(found.link) : failure("NotFound")
    },
    exists: (place) => (existing === "denied" ? failure("PermissionDenied") : Effect.succeed(existing.includes(place)))
  })

const resolve = Effect.fnUntraced(function* (
  target: string,
  places: Places = {},
  existing?: ReadonlyArray<string> | "denied"
) {
  const path = yield* Path.Path
  return Option.getOrNull(yield* realPaths.resolve(fileSystem(places, existing), path, target))
})

/** A chain of this number of links, the last of which leads to `/end`. */
const chain = (length: number): Places =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [`/${index}`, { link: index + 1 === length ? "/end" : `/${index + 1}` }])
  )

describe("the real path of a POSIX path", () => {
  const posix = Effect.provide(NodePath.layerPosix)

  for (const [target, expected] of [
    ["/", "/"],
    ["/a//b/./c", "/a/b/c"],
    ["/a/b/../c", "/a/c"],
    ["/a/b/../../c/.", "/c"],
    ["/a/..", "/"],
    ["/a/...", "/a/..."],
    ["/../a", "/a"],
    ["/a\\b", "/a\\b"],
    ["a/b", null],
    ["", null],
    ["/a\u0000b", null]
  ] as const) {
    it.effect(`is ${JSON.stringify(expected)} for ${JSON.stringify(target)}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* resolve(target), expected)
      }).pipe(posix)
    )
  }

  it.effect("follows links relative to their folders, and absolute ones from the root", () =>
    Effect.gen(function* () {
      const places = { "/a/up": { link: "../b" }, "/a/off": { link: "/c/d" }, "/b/back": { link: "../a/off/x" } }
      assert.strictEqual(yield* resolve("/a/up/new", places), "/b/new")
      assert.strictEqual(yield* resolve("/a/off/../new", places), "/c/new")
      assert.strictEqual(yield* resolve("/a/up/back/y", places), "/c/d/x/y")
    }).pipe(posix)
  )

  it.effect("accepts missing entries, but no unreadable ones", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* resolve("/a/new/file", { "/a/new": "missing", "/a/new/file": "missing" }),
        "/a/new/file"
      )
      assert.isNull(yield* resolve("/a/secret/file", { "/a/secret": "denied" }))
    }).pipe(posix)
  )

  it.effect("follows at most forty links", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* resolve("/0/x", chain(40)), "/end/x")
      assert.isNull(yield* resolve("/0/x", chain(41)))
      assert.isNull(yield* resolve("/loop", { "/loop": { link: "loop" } }))
    }).pipe(posix)
  )

  it.effect("does not exist for a path that no system opens", () =>
    Effect.gen(function* () {
      const longest = `/${"x".repeat(32_766)}`
      assert.strictEqual(yield* resolve(longest), longest)
      assert.isNull(yield* resolve(`${longest}x`))
    }).pipe(posix)
  )

  for (const place of ["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"]) {
    it.effect(`does not exist at ${place} and below, for any route and spelling`, () =>
      Effect.gen(function* () {
        assert.isNull(yield* resolve(place))
        assert.isNull(yield* resolve(`${place}/3/new`))
        assert.isNull(yield* resolve(place.toUpperCase()))
        assert.isNull(yield* resolve("/a/link/new", { "/a/link": { link: place } }))
        assert.strictEqual(yield* resolve(`/x${place}`), `/x${place}`)
        assert.strictEqual(yield* resolve(`${place}x`), `${place}x`)
      }).pipe(posix)
    )
  }

  it.effect("does not exist through a process link in a /proc that is mounted elsewhere", () =>
    Effect.gen(function* () {
      const places = { "/mnt/7/cwd": { link: "/a" }, "/mnt/7/fd/3": { link: "/a" }, "/b/link": { link: "/a" } }
      assert.isNull(yield* resolve("/mnt/7/cwd/new", places, ["/mnt/7/fdinfo"]))
      assert.isNull(yield* resolve("/mnt/7/fd/3", places, ["/mnt/7/fdinfo"]))
      assert.strictEqual(yield* resolve("/b/link/new", places, ["/mnt/7/fdinfo"]), "/a/new")
      // Its type is unknown.
      assert.isNull(yield* resolve("/b/link/new", places, "denied"))
    }).pipe(posix)
  )

  it.effect("does not exist behind an unreadable link", () =>
    Effect.gen(function* () {
      const path = yield* Path.Path
      const fs = fileSystem({ "/a/link": { link: "/b" } })
      const unreadable = { ...fs, readLink: () => failure("PermissionDenied") }
      assert.isTrue(Option.isNone(yield* realPaths.resolve(unreadable, path, "/a/link/new")))
    }).pipe(posix)
  )
})

describe("the real path of a Windows path", () => {
  const windows = Effect.provide(NodePath.layerWin32)

  it.effect("accepts both separators, in paths and in links", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* resolve("C:\\a/b\\..\\c"), "C:\\a\\c")
      assert.strictEqual(yield* resolve("C:\\a\\link\\x", { "C:\\a\\link": { link: "..\\b/c" } }), "C:\\b\\c\\x")
      assert.strictEqual(yield* resolve("C:\\a\\link\\x", { "C:\\a\\link": { link: "D:\\b" } }), "D:\\b\\x")
    }).pipe(windows)
  )

  it.effect("does not exist without a drive, because each process has its own, also behind a link", () =>
    Effect.gen(function* () {
      assert.isNull(yield* resolve("\\a\\b"))
      assert.isNull(yield* resolve("/a"))
      assert.isNull(yield* resolve("C:\\a\\link\\x", { "C:\\a\\link": { link: "\\b" } }))
      assert.isNull(yield* resolve("C:\\a\\link\\x", { "C:\\a\\link": { link: "D:b" } }))
    }).pipe(windows)
  )
})

describe("the names below a folder", () => {
  const below = (folder: string, target: string) =>
    Effect.map(Path.Path, (path) => Option.getOrNull(realPaths.below(path, folder, target)))

  it.effect("are those between the folder and the path", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* below("/a", "/a/b/c"), ["b", "c"])
      assert.deepStrictEqual(yield* below("/a", "/a"), [])
      assert.deepStrictEqual(yield* below("/a", "/a/..b"), ["..b"])
      assert.isNull(yield* below("/a", "/b"))
      assert.isNull(yield* below("/a/b", "/a"))
      assert.isNull(yield* below("/a", "/ab"))
    }).pipe(Effect.provide(NodePath.layerPosix))
  )

  it.effect("do not exist on another drive", () =>
    Effect.gen(function* () {
      assert.isNull(yield* below("C:\\a", "D:\\a\\b"))
      assert.deepStrictEqual(yield* below("C:\\a", "C:\\a\\b"), ["b"])
    }).pipe(Effect.provide(NodePath.layerWin32))
  )
})
