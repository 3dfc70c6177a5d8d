/**
 * Signals the process group of a server. On POSIX, the server leads its own group, and its helpers are members.
 *
 * While the group has a member, or its leader has not been reaped, the system does not reuse the id of the group.
 * Later the id can refer to another group, and must not be used any more.
 */
import * as Effect from "effect/Effect"

// `process.kill` exists on Node, Bun and Deno. The spawner's handle can signal a group only if it also waits for it.
const send = (pid: number, name: "SIGTERM" | "SIGKILL" | 0): boolean => {
  try {
    process.kill(-pid, name)
    return true
  } catch {
    // ESRCH: the group is empty. EPERM: the remaining members cannot be signaled (macOS returns it for zombies).
    return false
  }
}

/** Whether the group led by `pid` has no member that can be signaled. */
export const isEmpty = (pid: number): boolean => !send(pid, 0)

/** Sends a signal to the group led by `pid`. */
export const signal = (pid: number, name: "SIGTERM" | "SIGKILL"): Effect.Effect<void> =>
  Effect.sync(() => {
    send(pid, name)
  })
