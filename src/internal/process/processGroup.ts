/**
 * Signals the process group of a server. The server is the leader of a group of its own (POSIX), of which its helpers are members.
 *
 * The system doesn't give the number of a group to a new process while the group has a member, or while its leader hasn't been reaped. Later the
 * number can mean another group, and must not be used any more.
 */
import * as Effect from "effect/Effect"

// `process.kill` exists on Node, Bun and Deno; the spawner's handle can signal a group only together with waiting for it.
const send = (pid: number, name: "SIGTERM" | "SIGKILL" | 0): boolean => {
  try {
    process.kill(-pid, name)
    return true
  } catch {
    // ESRCH: the group is empty. EPERM: what is left can't be signalled (macOS says so of zombies).
    return false
  }
}

/** Whether the group led by `pid` has no member that can be signalled. */
export const isEmpty = (pid: number): boolean => !send(pid, 0)

/** Sends a signal to the group led by `pid`. */
export const signal = (pid: number, name: "SIGTERM" | "SIGKILL"): Effect.Effect<void> =>
  Effect.sync(() => {
    send(pid, name)
  })
