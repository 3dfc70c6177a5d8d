/**
 * Removes temporary Codex homes whose program was killed, or ended by a signal that it does not handle. Such a home
 * can contain a copy of a login.
 *
 * Each home records the process that owns it. Only homes that certainly have no owner are removed: they belong to
 * this user, this machine and this namespace of process ids, and their process has ended.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as place from "../process/place.ts"
import * as processTable from "../process/processTable.ts"

/** The prefix of the names of temporary homes. */
export const prefix = "effect-codex-home-"

/** Records in a home that this process owns it. */
export const claim = Effect.fnUntraced(function* (home: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const owner = { pid: process.pid, start: processTable.read(process.pid)?.start ?? null, place: hereText() }
  yield* fs.writeFileString(path.join(home, fileName), codec().encode(owner))
})

/**
 * Removes the abandoned homes beside a home of this process. Never fails: it skips homes that cannot be inspected or
 * removed.
 */
export const removeBeside = Effect.fnUntraced(
  function* (home: string) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const here = hereText()
    const { decode } = codec()
    const uid = (yield* fs.stat(home)).uid
    const folder = path.dirname(home)
    for (const name of yield* fs.readDirectory(folder)) {
      if (!name.startsWith(prefix) || name === path.basename(home)) continue
      const other = path.join(folder, name)
      const removal = Effect.gen(function* () {
        const owner = yield* decode(yield* fs.readFileString(path.join(other, fileName)))
        const isOwn = Option.getOrUndefined((yield* fs.stat(other)).uid) === Option.getOrUndefined(uid)
        if (isOwn && owner.place === here && !isAlive(owner)) yield* fs.remove(other, { recursive: true })
      })
      // The home is just being created or removed, or belongs to an older version or another user.
      yield* Effect.ignore(removal)
    }
  },
  (removal) => Effect.ignore(removal)
)

// internal

const fileName = "owner.json"

// A function, because an import of the package must not build what only temporary homes need.
const codec = () => {
  const Owner = Schema.fromJsonString(
    Schema.Struct({ pid: Schema.Int, start: Schema.NullOr(Schema.Number), place: Schema.String })
  )
  return { encode: Schema.encodeSync(Owner), decode: Schema.decodeEffect(Owner) }
}

// Without the start of the machine: a process of an earlier start has ended, and its start time tells.
const hereText = (): string => {
  const { machine, namespace } = place.here()
  return `${machine} ${namespace}`
}

const isAlive = ({ pid, start }: { readonly pid: number; readonly start: number | null }): boolean => {
  if (start !== null) return processTable.read(pid)?.start === start
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process runs as another user.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH")
  }
}
