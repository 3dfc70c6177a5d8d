/**
 * What outlives a connection whose process is started again: the supervisor creates it once and gives it to each
 * connection. It is absent without the option `restart`; then a connection has its own.
 */
import * as Context from "effect/Context"
import type * as Scope from "effect/Scope"
import type { ConnectionClosed } from "../../CodexError.ts"
import type { JsonRpc } from "../connection/jsonRpc.ts"
import type { Unreadable } from "../client/unreadable.ts"
import type { Decisions } from "../serverRequests/decisions.ts"
import type { Listen } from "./listener.ts"
import type { Logins } from "./logins.ts"
import type { ThreadRecord } from "./record.ts"

/** A thread with a handle, as an ended connection leaves it. */
export type LeftThread = Pick<
  ThreadRecord,
  "threadId" | "isSubscribed" | "isEphemeral" | "access" | "config" | "cwd" | "tools"
>

/** What a connection takes over, and to whom it reports. No function may throw or wait. */
export interface Carried {
  readonly logins: Logins
  readonly decisions: Decisions
  readonly unreadable: Unreadable
  /** Where background work runs, except for code of the program. */
  readonly scope: Scope.Scope
  /** Called before anything is read. */
  readonly onOpened: (listen: Listen, rpc: JsonRpc) => void
  /** Called at the end, for each thread with a handle, and for one whose handle is created only then. */
  readonly onLeft: (thread: LeftThread) => void
  /** Called at the end, after `onLeft` and before any call, turn or listener is notified. */
  readonly onEnd: (reason: ConnectionClosed) => void
}

/** The carried state for the connections that are opened within. */
export const Carried = Context.Reference<Carried | undefined>("effect-codex/internal/Carried", {
  defaultValue: () => undefined
})
