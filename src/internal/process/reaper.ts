/**
 * Ends what the servers of killed programs left running, at the start of the next server with the same registry.
 *
 * It ends only processes that certainly belong to a registered server whose program has ended: the server itself, by
 * its id and start time, with its session; and processes with the mark of the server in their variables. It never ends
 * a running program that is registered, the servers of such a program, or this program.
 *
 * A file is removed when nothing of its server is left. Files of other machines and containers are kept, because this
 * program does not see their processes. A restart of the machine has ended all processes, so earlier files are removed.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { inRealTime } from "../realTime.ts"
import * as leftovers from "./leftovers.ts"
import * as place from "./place.ts"
import * as processTable from "./processTable.ts"
import * as registry from "./registry.ts"

/** Ends what is left, waits for it, and logs one line for each killed program. Never fails. */
export const reap = (folder: string, grace: Duration.Duration): Effect.Effect<void> =>
  Effect.suspend(() => {
    const files = registry.read(folder)
    const here = place.here()
    const ignored = files.filter(({ entry }) => entry === undefined).length
    const entries = files.flatMap(({ entry, path }) => (entry === undefined ? [] : [{ entry, path }]))
    const local = entries.filter(({ entry }) => isAt(entry, here))
    for (const { entry, path } of entries) if (isBeforeRestart(entry, here)) registry.remove(path)
    const running = local.flatMap(({ entry }) => (isRunning(entry.host) ? [entry] : []))
    return Effect.andThen(
      ignored === 0 ? Effect.void : warnOf(ignored),
      Effect.forEach(
        local.filter(({ entry }) => !isRunning(entry.host)),
        ({ entry, path }) => reapOne(entry, path, running, grace),
        // Together, so that the start of the next server waits once.
        { concurrency: "unbounded", discard: true }
      )
    )
  }).pipe(inRealTime, Effect.annotateLogs({ package: "effect-codex", module: "AppServer" }))

// internal

const isRunning = ({ pid, start }: registry.Entry["host"]): boolean => processTable.read(pid)?.start === start

const isAt = ({ place }: registry.Entry, here: registry.Entry["place"]): boolean =>
  here.boot !== "" && place.boot === here.boot && place.namespace === here.namespace

const isBeforeRestart = ({ place }: registry.Entry, here: registry.Entry["place"]): boolean =>
  here.boot !== "" && place.machine === here.machine && place.boot !== here.boot

const reapOne = Effect.fnUntraced(function* (
  { host, mark: id, server }: registry.Entry,
  path: string,
  running: ReadonlyArray<registry.Entry>,
  grace: Duration.Duration
): Effect.fn.Return<void> {
  const mark = id === null ? undefined : { id, value: id }
  // A command of that server has started this program. It would end itself.
  if (mark !== undefined && leftovers.carries(process.pid, mark)) return
  const others: processTable.Known = new Map()
  yield* processTable.learn(others, (process) => running.some((entry) => isPartOf(process, entry)))
  const left = { ...server, mark, others }
  const count = yield* leftovers.endAbandoned(left, grace)
  if (yield* leftovers.isGone(left)) registry.remove(path)
  yield* Effect.annotateLogs(
    count === 0
      ? Effect.logDebug("A program was killed, and its Codex server has left nothing running.")
      : Effect.logWarning(
          `A program was killed, and its Codex server left ${count} process(es) running. They are ended now.`
        ),
    { programPid: host.pid, serverPid: server.pid }
  )
})

/** Whether a process is a running program, or belongs to its server. */
const isPartOf = (process: processTable.Process, { host, mark, server }: registry.Entry): boolean =>
  (process.pid === host.pid && process.start === host.start) ||
  process.session === server.pid ||
  (mark !== null && leftovers.carries(process.pid, { id: mark }))

const warnOf = (count: number): Effect.Effect<void> =>
  Effect.logWarning(
    `Ignored ${count} file(s) in the registry: they are not registrations, or other users can access them. Use a directory for \`registry\` that contains nothing else.`
  )
