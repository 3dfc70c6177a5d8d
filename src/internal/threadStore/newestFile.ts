/**
 * Makes the server use the newest file of a restored thread. It never writes content: `restore.ts` does.
 *
 * A thread that was reverted has several files, and all but the newest are only history. The server records the path of
 * the current one in its database, and from then on never looks for another: it rejects `thread/resume` with another
 * `path` ("stale path"), also after it was started again. It records the path when the thread is first needed:
 *
 * - by id (`thread/read`, `thread/resume`, `thread/name/set`): the newest of the files that are there at this moment;
 * - by `thread/list`: any of the files;
 * - at the first start with a home, for all files: the newest.
 *
 * So a lookup by another call during a restore could record an older file. Therefore the newest file is written first,
 * and is looked up here while the others are missing. A home can have an older file recorded, too, because the thread
 * was reverted on another machine since. Then the server has to forget the thread, which only `thread/delete` does.
 * It deletes the files of the thread and of its sub-agents, so these are moved aside before. It also drops their goals.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import type { Codex } from "../../Codex.ts"
import { inRealTime } from "../realTime.ts"
import type { Home } from "./home.ts"
import * as homes from "./home.ts"
import { OlderSegment, ThreadLoaded } from "./reasons.ts"

/** A thread whose newest file is there. */
export interface Selected {
  readonly id: string
  readonly newest: string
  /** The threads whose files in the home are all in the store. */
  readonly known: ReadonlySet<string>
}

/**
 * Makes the server record the newest file. Returns whether it had to forget the thread for that. Fails with
 * `ThreadLoaded` if the server has the thread loaded, and with `OlderSegment` if it cannot forget it.
 */
export const select = Effect.fnUntraced(function* (codex: Codex, home: Home, { id, known, newest }: Selected) {
  const isRecorded = Effect.map(
    Effect.option(codex.request("thread/read", { threadId: id })),
    (reply) => Option.isSome(reply) && home.baseName(reply.value.thread.path ?? "") === newest
  )
  // Another process that lets its server forget the thread would delete what is restored here.
  if ((yield* isRecorded) && !(yield* isClaimed(home, id))) return false
  if ((yield* codex.loadedThreads).includes(id)) return yield* new ThreadLoaded()
  return yield* alone(
    home,
    id,
    Effect.fnUntraced(function* (aside: string) {
      // Another process has done it in the meantime.
      if (yield* isRecorded) return false
      const agents = yield* agentsOf(codex, id)
      if (!agents.every((agent) => known.has(agent))) return yield* new OlderSegment({ segment: newest })
      yield* withoutFiles(home, [id, ...agents], aside, codex.request("thread/delete", { threadId: id }), {
        newest,
        isRecorded
      })
      if (!(yield* isRecorded)) return yield* new OlderSegment({ segment: newest })
      return true
    })
  )
})

// internal

/** The sub-agents of a thread at any depth, as the server has recorded them. `thread/delete` deletes them, too. */
const agentsOf = Effect.fnUntraced(function* (codex: Codex, id: string) {
  const ids: Array<string> = []
  for (const archived of [false, true]) {
    let cursor: string | null | undefined
    do {
      const page = yield* codex.request("thread/list", {
        ancestorThreadId: id,
        archived,
        cursor,
        modelProviders: [],
        sourceKinds: ["cli", "vscode", "exec", "appServer", "subAgent", "unknown"],
        // Without it, the server looks for files, and would record any of those of a thread.
        useStateDbOnly: true
      })
      ids.push(...page.data.map((thread) => thread.id))
      cursor = page.nextCursor
    } while (cursor)
  }
  return ids
})

/** Runs a call while the files of these threads are in another folder. They come back, the newest of a thread first. */
const withoutFiles = Effect.fnUntraced(function* <A, E, R, E2, R2>(
  home: Home,
  ids: ReadonlyArray<string>,
  aside: string,
  call: Effect.Effect<A, E, R>,
  { isRecorded, newest }: { readonly newest: string; readonly isRecorded: Effect.Effect<boolean, E2, R2> }
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const places = yield* home.scan
  const files = ids.flatMap((id) => [...(places.get(id) ?? [])]).toSorted(([a], [b]) => (a < b ? 1 : -1))
  const moved = new Map<string, string>()
  const back = Effect.fnUntraced(function* (name: string, place: string) {
    // Another process can have restored the file in the meantime, and its server can have added to it.
    yield* Effect.catchReason(
      fs.link(path.join(aside, name), place),
      "PlatformError",
      "AlreadyExists",
      () => Effect.void
    )
    moved.delete(name)
  })
  const useAndReturn = Effect.gen(function* () {
    for (const [name, place] of files) {
      yield* fs.rename(place, path.join(aside, name))
      moved.set(name, place)
    }
    yield* call
    const place = moved.get(newest)
    if (place !== undefined) yield* back(newest, place)
    yield* isRecorded
  })
  yield* Effect.uninterruptible(
    Effect.flatMap(Effect.exit(useAndReturn), (exit) =>
      Effect.andThen(
        Effect.forEach([...moved], ([name, place]) => back(name, place), { discard: true }),
        Exit.isSuccess(exit) ? Effect.void : exit
      )
    )
  )
})

/**
 * Runs an effect with a folder for files that are aside, which one process at a time can have for a thread. The folder
 * of a process that died is removed with its files: they are all in the store.
 */
const alone = Effect.fnUntraced(function* <A, E, R>(
  home: Home,
  id: string,
  use: (aside: string) => Effect.Effect<A, E, R>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const aside = path.join(home.folder, asideOf(id))
  const claim = Effect.gen(function* () {
    const found = yield* homes.ifThere(fs.stat(aside), undefined)
    const time = found && Option.getOrUndefined(found.mtime)
    if (time !== undefined && Date.now() - time.getTime() > ABANDONED) yield* fs.remove(aside, { recursive: true })
    yield* fs.makeDirectory(aside, { mode: 0o700 })
  })
  return yield* Effect.acquireUseRelease(
    inRealTime(
      Effect.retry(claim, {
        schedule: Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: WAIT })),
        while: (error) => error.reason._tag === "AlreadyExists"
      })
    ),
    () => use(aside),
    () => Effect.ignore(fs.remove(aside, { recursive: true, force: true }))
  )
})

/** Whether a process has the folder. */
const isClaimed = Effect.fnUntraced(function* (home: Home, id: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  return yield* fs.exists(path.join(home.folder, asideOf(id)))
})

const asideOf = (id: string): string => `.effect-codex-restore-${id}`

/** After how many milliseconds a folder belongs to a process that died: the work in it takes about a second. */
const ABANDONED = 60_000

/** How long to wait for another process. */
const WAIT = "90 seconds"
