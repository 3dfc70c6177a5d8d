/**
 * Ending what a process leaves behind. The child is the leader of a process group of its own (POSIX), and its commands, MCP servers and git
 * helpers are members; when the leader is gone, the members that still run are ended here.
 *
 * Not done by the spawner's own release, since that waits for defunct members too: where nobody reaps orphans at once (a container without
 * an init), an orderly end would take over a second.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

const pollInterval = Duration.millis(10)
// A killed process is gone as soon as the kernel gets to it, unless it hangs in the kernel.
const killLimit = Duration.seconds(1)

// `process.kill` exists on Node, Bun and Deno; the spawner's handle can signal a group only together with waiting for it.
const signal = (pid: number, name: "SIGTERM" | "SIGKILL" | 0): boolean => {
  try {
    process.kill(-pid, name)
    return true
  } catch {
    // ESRCH: the group is empty. EPERM: what is left can't be signalled (macOS says so of zombies).
    return false
  }
}

/** Sends a signal to the group led by `pid`. False when there is nobody to receive it. */
export const signalGroup = (pid: number, name: "SIGTERM" | "SIGKILL"): Effect.Effect<boolean> =>
  Effect.sync(() => signal(pid, name))

/**
 * Whether a member of the group runs, its zombies not counted. `/proc` tells zombies apart; where there is none, a group that can be
 * signalled counts as running.
 */
const hasRunningMember = Effect.fnUntraced(function* (
  pid: number
): Effect.fn.Return<boolean, never, FileSystem.FileSystem> {
  if (!signal(pid, 0)) return false
  const fs = yield* FileSystem.FileSystem
  const entries = yield* Effect.orElseSucceed(fs.readDirectory("/proc"), (): Array<string> => [])
  const processes = entries.filter((entry) => /^\d+$/.test(entry))
  if (processes.length === 0) return true
  for (const entry of processes) {
    const stat = yield* Effect.orElseSucceed(fs.readFileString(`/proc/${entry}/stat`), () => "")
    // pid (name) state ppid pgrp …; the name may contain spaces and parentheses.
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    if (group === String(pid) && state !== "Z" && state !== "X") return true
  }
  return false
})

const awaitEmpty = (pid: number, limit: Duration.Duration) =>
  hasRunningMember(pid).pipe(
    Effect.flatMap((running) => (running ? Effect.as(Effect.sleep(pollInterval), true) : Effect.succeed(false))),
    Effect.repeat({ while: (running) => running }),
    Effect.as(true),
    Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeed(false) })
  )

/** Ends what still runs in the group of a leader that has exited, and waits for it: SIGTERM, at most `grace`, then SIGKILL. */
export const endRemaining = Effect.fnUntraced(function* (
  pid: number,
  grace: Duration.Duration
): Effect.fn.Return<void, never, FileSystem.FileSystem> {
  if (!(yield* hasRunningMember(pid))) return
  signal(pid, "SIGTERM")
  if (yield* awaitEmpty(pid, grace)) return
  signal(pid, "SIGKILL")
  yield* awaitEmpty(pid, killLimit)
})
