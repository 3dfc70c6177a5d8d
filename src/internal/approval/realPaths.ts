/**
 * Finds where a path really leads: links are followed one by one, and `..` is taken from where a link leads to, as the
 * operating system does it. Works for paths that don't exist yet, also behind a dangling link.
 *
 * The path is read in this process and written in another one. So a path that can mean something else there has no real
 * path here: one through `/proc` or `/dev/fd`, whose links lead to the files of the process that reads them, and one of
 * Windows without a drive.
 *
 * The result holds for the moment of the call. A process that may change links can do so before the write.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"

// As many as Linux follows.
const maxLinks = 40
// The longest path of Windows, in UTF-16 code units. Every other system opens shorter ones only.
const maxLength = 32_767

/**
 * The real path of an absolute one. None if the path isn't absolute, can mean something else in another process, passes
 * what can't be read, or has links that go round in circles.
 */
export const resolve = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: Path.Path,
  target: string
): Effect.fn.Return<Option.Option<string>> {
  if (!isWhole(path, target) || target.length > maxLength || target.includes("\0")) return Option.none()
  let current = path.parse(target).root
  // A stack: the next name is the last one.
  const rest = segments(path, target.slice(current.length)).toReversed()
  let links = 0
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next === "." || next === "") continue
    if (next === "..") {
      current = path.dirname(current)
      continue
    }
    const place = path.join(current, next)
    if (ownNames.has(place.toLowerCase())) return Option.none()
    const type = yield* typeOf(fs, place)
    if (Option.isNone(type)) return Option.none()
    if (type.value !== "SymbolicLink") {
      current = place
      continue
    }
    if (++links > maxLinks || (yield* isOfProcess(fs, path, current))) return Option.none()
    const link = yield* Effect.option(fs.readLink(place))
    if (Option.isNone(link)) return Option.none()
    const { root } = path.parse(link.value)
    if (root !== "" && !isWhole(path, link.value)) return Option.none()
    if (root !== "") current = root
    rest.push(...segments(path, link.value.slice(root.length)).toReversed())
  }
  return Option.some(current)
})

/** The names between a folder and what lies under it; none if it doesn't. Both are real paths. */
export const below = (path: Path.Path, folder: string, target: string): Option.Option<ReadonlyArray<string>> => {
  const relative = path.relative(folder, target)
  const names = segments(path, relative)
  return names[0] === ".." || path.isAbsolute(relative)
    ? Option.none()
    : Option.some(names.filter((name) => name !== ""))
}

// internal

/** Whether a path is absolute in every process. Windows takes `\folder` for one on the drive that the process is on. */
const isWhole = (path: Path.Path, target: string): boolean =>
  path.isAbsolute(target) && (path.sep === "/" || path.parse(target).root.length > 1)

// In lower case, as macOS also reads them.
const ownNames: ReadonlySet<string> = new Set(["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"])

/**
 * Whether links of this folder are those of a process, in a `/proc` that is mounted elsewhere too: `<pid>/cwd`,
 * `<pid>/fd/3`.
 */
const isOfProcess = (fs: FileSystem.FileSystem, path: Path.Path, folder: string): Effect.Effect<boolean> =>
  Effect.findFirst([folder, path.dirname(folder)], (place) => fs.exists(path.join(place, "fdinfo"))).pipe(
    Effect.map(Option.isSome),
    Effect.orElseSucceed(() => true)
  )

/**
 * What is there, `nothing` included. None if that can't be told: the folder can't be read, or the path is too long to
 * be read at once, which keeps no process from writing there through a link.
 */
const typeOf = (
  fs: FileSystem.FileSystem,
  place: string
): Effect.Effect<Option.Option<FileSystem.File.Type | "nothing">> =>
  fs.lstat(place).pipe(
    Effect.map(({ type }) => Option.some(type)),
    Effect.catch(({ reason }) =>
      Effect.succeed(reason._tag === "NotFound" ? Option.some("nothing" as const) : Option.none())
    )
  )

// A backslash is a part of a name where it separates nothing.
const segments = ({ sep }: Path.Path, text: string): Array<string> => text.split(sep === "\\" ? /[/\\]/ : "/")
