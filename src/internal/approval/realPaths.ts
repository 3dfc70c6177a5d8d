/**
 * Where a path really leads: links followed one by one, `..` taken from where the link led to and not from how it is written, as the operating
 * system does it. Works for what doesn't exist yet, also behind a link that dangles.
 *
 * It tells what holds now. Somebody who may change links can do so between the look and the write.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"

// As many as Linux follows.
const maxLinks = 40

/** The real path of an absolute one; none if it isn't absolute or its links go round in circles. */
export const resolve = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: Path.Path,
  target: string
): Effect.fn.Return<Option.Option<string>> {
  if (!path.isAbsolute(target) || target.includes("\0")) return Option.none()
  let current = path.parse(target).root
  let rest = segments(path, target.slice(current.length))
  let links = 0
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === "." || next === "") continue
    if (next === "..") {
      current = path.dirname(current)
      continue
    }
    const place = path.join(current, next)
    const link = yield* fs.readLink(place).pipe(
      Effect.map(Option.some),
      Effect.catch(({ reason }) => Effect.succeed(noLinks.has(reason._tag) ? Option.none() : undefined))
    )
    // It may be a link, and nobody can tell where to.
    if (link === undefined) return Option.none()
    if (Option.isNone(link)) {
      current = place
      continue
    }
    if (++links > maxLinks) return Option.none()
    const { root } = path.parse(link.value)
    if (root !== "") current = root
    rest = [...segments(path, link.value.slice(root.length)), ...rest]
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

// How the system refuses to read a link that is none: there is nothing, or a file where a folder should be, or it is no link (EINVAL, for which the
// platform has no word).
const noLinks: ReadonlySet<string> = new Set(["NotFound", "BadResource", "Unknown"])

// A backslash is a part of a name where it separates nothing.
const segments = ({ sep }: Path.Path, text: string): Array<string> => text.split(sep === "\\" ? /[/\\]/ : "/")
