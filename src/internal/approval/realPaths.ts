/**
 * Resolves a path as the operating system does: it follows links one by one, and takes `..` from the target of a
 * link. It works for paths that do not exist yet, also behind a dangling link.
 *
 * The path is resolved in this process and written by another one. A path that can have a different meaning there has
 * no real path here. Examples are paths through `/proc` or `/dev/fd`, whose links lead to files of the process that
 * reads them, and Windows paths without a drive.
 *
 * The result holds only at the time of the call. A process that can change links can do so before the write.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"

// The limit of Linux.
const maxLinks = 40
// The longest path on Windows, in UTF-16 code units. Every other system accepts only shorter ones.
const maxLength = 32_767

/**
 * Returns the real path of an absolute path.
 *
 * None if the path is not absolute, can have a different meaning in another process, contains a part that cannot be
 * read, or has cyclic links.
 */
export const resolve = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: Path.Path,
  target: string
): Effect.fn.Return<Option.Option<string>> {
  if (!isWhole(path, target) || target.length > maxLength || target.includes("\0")) return Option.none()
  let current = path.parse(target).root
  // A stack: the last element is the next name.
  const rest = segments(path, target.slice(current.length)).toReversed()
  let links = 0
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    // Also resolves `.`, `..` and empty names. There is no link in `current`, so its parent is the one in its text.
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

/**
 * Returns the names between a directory and a path in it, or none if the path is outside. Both must be real paths.
 */
export const below = (path: Path.Path, folder: string, target: string): Option.Option<ReadonlyArray<string>> => {
  const relative = path.relative(folder, target)
  const names = segments(path, relative)
  return names[0] === ".." || path.isAbsolute(relative)
    ? Option.none()
    : Option.some(names.filter((name) => name !== ""))
}

// internal

/** Whether a path is absolute in every process. On Windows, `\folder` refers to the current drive of the process. */
const isWhole = (path: Path.Path, target: string): boolean =>
  path.isAbsolute(target) && (path.sep === "/" || path.parse(target).root.length > 1)

// In lower case, because macOS ignores case.
const ownNames: ReadonlySet<string> = new Set(["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"])

/**
 * Whether links in this directory belong to a process: `<pid>/cwd`, `<pid>/fd/3`.
 *
 * This also detects a `/proc` that is mounted elsewhere.
 */
const isOfProcess = (fs: FileSystem.FileSystem, path: Path.Path, folder: string): Effect.Effect<boolean> =>
  Effect.findFirst([folder, path.dirname(folder)], (place) => fs.exists(path.join(place, "fdinfo"))).pipe(
    Effect.map(Option.isSome),
    Effect.orElseSucceed(() => true)
  )

/**
 * The type of the entry, or `nothing`. None if that cannot be determined, because the directory is unreadable or the
 * path is too long to be read in one call. A process can still write to such a path through a link.
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

// If the separator is not a backslash, a backslash is part of a name.
const segments = ({ sep }: Path.Path, text: string): Array<string> => text.split(sep === "\\" ? /[/\\]/ : "/")
