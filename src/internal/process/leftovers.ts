/**
 * Ends the processes that a server left running, right after its exit: SIGTERM, at most `grace`, then SIGKILL.
 * `AppServer` ends the server itself.
 *
 * On Linux, these are the processes of its group and of its session, and those with its mark. Codex runs MCP servers
 * in separate groups within its session, and each command of the model in a separate session. On other systems, only
 * the group is ended.
 *
 * The spawner's own release is not used, because it also waits for defunct members. Where orphans are not reaped
 * immediately (a container without an init), a normal end would take over a second.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Mark, variable } from "./marks.ts"
import * as processGroup from "./processGroup.ts"
import * as processTable from "./processTable.ts"

/** A server that has exited, or whose program has. */
export interface Exited {
  readonly pid: number
  /** Its start time, in the ticks of the process table. */
  readonly start: number
  readonly mark: Mark | undefined
  /** Processes that are not its descendants: at first those that existed before it started. */
  readonly others: processTable.Known
}

/**
 * Reads the processes that started since the server did, so that `end` has fewer to read. Run it while the server
 * exits, because that is a wait anyway.
 */
export const prepare = (server: Exited): Effect.Effect<void> =>
  processTable.learn(server.others, (process) => isForeign(process, server))

/** Ends the remaining processes of a server that has just exited, and waits for them. */
export const end = Effect.fnUntraced(function* (server: Exited, grace: Duration.Duration): Effect.fn.Return<void> {
  let found = yield* processTable.find((process) => belongs(process, server), server.others)
  if (found === undefined) return yield* endGroup(server.pid, grace)
  const leader = processTable.read(server.pid)
  // The id already belongs to a new process.
  if (leader !== undefined && leader.start !== server.start)
    found = found.filter((process) => isMarked(process, server))
  yield* endAll(found, server, grace)
})

/**
 * Ends a server whose program has ended, and its processes, and waits for them. Returns how many it found.
 *
 * This can be long after the server's exit, and its id can belong to another program. Members of its group and session
 * count only if the server itself or a marked process is among them.
 */
export const endAbandoned = Effect.fnUntraced(function* (
  server: Exited,
  grace: Duration.Duration
): Effect.fn.Return<number> {
  // Its stdin is closed, so it is about to exit, and ends most of its processes itself.
  yield* awaitEnd(() => isLeader(server), grace)
  const isRunning = isLeader(server)
  const found = yield* processTable.find((process) => (isRunning ? belongs : isMarked)(process, server), server.others)
  return yield* endAll(found ?? [], server, grace)
})

/** Whether nothing is left that certainly belongs to a server whose program has ended. */
export const isGone = (server: Exited): Effect.Effect<boolean> =>
  Effect.map(
    // Spared processes count as well.
    processTable.find((process) => isMarked(process, server)),
    (marked) => !isLeader(server) && marked?.length === 0
  )

/** Whether a process was started with the mark in its variables. */
export const carries = (pid: number, { id }: Pick<Mark, "id">): boolean => {
  const variables = processTable.environment(pid)
  return (
    variables.includes(id) && variables.split("\0").some((each) => each.startsWith(assignment) && each.includes(id))
  )
}

/**
 * Maximum time to wait for a killed process. It ends as soon as the kernel schedules it, unless it hangs in the
 * kernel.
 */
export const killLimit = Duration.seconds(1)

// internal

const endAll = Effect.fnUntraced(function* (
  first: ReadonlyArray<processTable.Process>,
  server: Exited,
  grace: Duration.Duration
): Effect.fn.Return<number> {
  let found = first
  const seen = new Set<number>()
  const killed = new Set<number>()
  let [name, limit]: ["SIGTERM" | "SIGKILL", Duration.Duration] = ["SIGTERM", grace]
  // Some processes start while others are being ended. Each round finds fewer, unless a program starts processes as
  // fast as they are killed.
  for (let round = 0; round < maxRounds && found.length > 0; round++) {
    const known: ReadonlyArray<processTable.Process> = found
    for (const process of known) {
      signal(process, name)
      seen.add(process.pid)
      if (name === "SIGKILL") killed.add(process.pid)
    }
    yield* awaitEnd(() => known.some(processTable.isRunning), limit)
    ;[name, limit] = ["SIGKILL", killLimit]
    // The id still refers to the server's group and session if an earlier member still belongs to it.
    const isOurs = known.some((process) => isMember(process, server) && processTable.isRunning(process))
    const left = yield* processTable.find((process) => (isOurs ? belongs : isMarked)(process, server), server.others)
    // A process that hangs in the kernel is not waited for again.
    found = left?.filter(({ pid }) => !killed.has(pid)) ?? []
  }
  return seen.size
})

const pollInterval = Duration.millis(10)
const maxRounds = 8
const assignment = `${variable}=`

const isLeader = ({ pid, start }: Exited): boolean => processTable.read(pid)?.start === start

const isMember = ({ group, session }: processTable.Process, { pid }: Exited): boolean =>
  group === pid || session === pid

// A process older than the server cannot be its descendant, so its variables are not read.
const isMarked = ({ pid, start }: processTable.Process, server: Exited): boolean =>
  server.mark !== undefined && start >= server.start && carries(pid, server.mark)

// A process that starts a program has no variables for a moment, so it is not known to be foreign.
const isForeign = (process: processTable.Process, server: Exited): boolean => {
  if (isMember(process, server)) return false
  if (server.mark === undefined) return true
  const variables = processTable.environment(process.pid)
  return variables !== "" && !variables.includes(server.mark.id)
}

const belongs = (process: processTable.Process, server: Exited): boolean =>
  isMember(process, server) || isMarked(process, server)

const signal = (target: processTable.Process, name: "SIGTERM" | "SIGKILL"): void => {
  if (!processTable.isRunning(target)) return
  try {
    process.kill(target.pid, name)
  } catch {
    // The process has ended since, or runs as another user.
  }
}

/** Waits until something stops running, at most `limit`. Returns `false` if it still runs then. */
const awaitEnd = (isRunning: () => boolean, limit: Duration.Duration): Effect.Effect<boolean> =>
  Effect.sync(isRunning).pipe(
    Effect.flatMap((running) => (running ? Effect.as(Effect.sleep(pollInterval), true) : Effect.succeed(false))),
    Effect.repeat({ while: (running) => running }),
    Effect.as(true),
    Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeed(false) })
  )

const endGroup = Effect.fnUntraced(function* (pid: number, grace: Duration.Duration): Effect.fn.Return<void> {
  const isRunning = () => !processGroup.isEmpty(pid)
  if (!isRunning()) return
  yield* processGroup.signal(pid, "SIGTERM")
  if (yield* awaitEnd(isRunning, grace)) return
  yield* processGroup.signal(pid, "SIGKILL")
  yield* awaitEnd(isRunning, killLimit)
})
