/**
 * The `AppServer` service of a process that is started again: that of the current process or, meanwhile, of the one
 * before.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AppServer } from "../../AppServer.ts"
import type { Supervisor } from "./supervisor.ts"

/** Creates the service. Only for transports that belong to a process. */
export const make = (supervisor: Supervisor): AppServer => {
  const latest = (): AppServer => {
    const { server } = supervisor.latest()
    // Only the transport of an `AppServer` is used with this service.
    if (server === undefined) throw new Error("The transport does not belong to an AppServer.")
    return server
  }
  return AppServer.of({
    get pid() {
      return latest().pid
    },
    get executable() {
      return latest().executable
    },
    // The stderr of each process ends with it.
    stderr: Stream.flatMap(
      Stream.suspend(() => supervisor.servers.changes),
      (connected) => connected?.server?.stderr ?? Stream.empty
    ),
    stderrTail: Effect.suspend(() => latest().stderrTail),
    skippedLines: Effect.suspend(() => latest().skippedLines)
  })
}
