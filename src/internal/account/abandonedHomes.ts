/**
 * Removes temporary homes whose program ended without removing them: it was killed, or a signal ended it that it doesn't handle. Such a home can
 * hold a copy of a login.
 *
 * Each home says which process owns it. Only what certainly has no owner any more is removed: a home of this user, from this machine and this
 * namespace of process ids, whose process is gone.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as processTable from "../process/processTable.ts"

/** What the names of temporary homes begin with. */
export const prefix = "effect-codex-home-"

/** Writes into a home that this process owns it. */
export const claim = Effect.fnUntraced(function* (home: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const owner = { pid: process.pid, start: processTable.read(process.pid)?.start ?? null, place: yield* place }
  yield* fs.writeFileString(path.join(home, fileName), encode(owner))
})

/** Removes the abandoned homes beside a home of this process. Never fails: what can't be looked at or removed stays. */
export const removeBeside = Effect.fnUntraced(
  function* (home: string) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const here = yield* place
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
      // A home that is just being made or removed, that of an older version, or that of another user.
      yield* Effect.ignore(removal)
    }
  },
  (removal) => Effect.ignore(removal)
)

// internal

const fileName = "owner.json"

const Owner = Schema.fromJsonString(
  Schema.Struct({ pid: Schema.Int, start: Schema.NullOr(Schema.Number), place: Schema.String })
)
const encode = Schema.encodeSync(Owner)
const decode = Schema.decodeEffect(Owner)

// Containers can share a folder for temporary files, but not their process ids. Elsewhere than on Linux such a folder is one machine's.
const place = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const host = yield* Effect.orElseSucceed(fs.readFileString("/proc/sys/kernel/hostname"), () => "")
  const namespace = yield* Effect.orElseSucceed(fs.readLink("/proc/self/ns/pid"), () => "")
  return `${host.trim()} ${namespace}`
})

const isAlive = ({ pid, start }: typeof Owner.Type): boolean => {
  if (start !== null) return processTable.read(pid)?.start === start
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs as another user.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH")
  }
}
