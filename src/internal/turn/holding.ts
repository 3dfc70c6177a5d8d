/**
 * Makes a call wait for its thread, and then until the connection admits its turn. `session/record.ts` decides which
 * call holds the thread; `session/admission.ts` limits the turns of a connection.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Client } from "../../CodexClient.ts"
import { CodexError, KeyInUse } from "../../CodexError.ts"
import { unsent } from "../errors/connectionReasons.ts"
import type { Request } from "../session/admission.ts"
import * as threadRecord from "../session/record.ts"

/** Restores the interruptibility of the caller for the waiting. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Creates a call that does not hold its thread yet. */
export const call = (onClosed?: (error: CodexError) => void, key?: string): threadRecord.Call => ({
  onGranted: undefined,
  accepted: Deferred.makeUnsafe(),
  awaitsAdmission: false,
  onLeft: undefined,
  onClosed,
  key
})

/** Waits for a thread. Run it uninterruptibly: only the waiting is restored. */
export const hold = (
  restore: Restore,
  record: threadRecord.ThreadRecord,
  call: threadRecord.Call
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() => {
    if (record.closed !== undefined)
      return Effect.fail(notStarted(threadRecord.closedError(record.closed, "turn/start")))
    threadRecord.change(record, { _tag: "Asked", call })
    if (record.holder === call) return Effect.void
    const granted = Deferred.makeUnsafe<void, CodexError>()
    call.onGranted = (error) =>
      Deferred.doneUnsafe(granted, error === undefined ? Exit.void : Exit.fail(notStarted(error)))
    return Effect.onError(restore(Deferred.await(granted)), () =>
      Effect.sync(() => threadRecord.change(record, { _tag: "Left", call }))
    )
  })

/**
 * Waits until a call that holds its thread may start its turn. Run it uninterruptibly: only the waiting is restored.
 * The call leaves the thread if it is not admitted, and fails if the thread is closed first.
 */
export const admit = (
  restore: Restore,
  client: Client,
  record: threadRecord.ThreadRecord,
  call: threadRecord.Call,
  /** Only called if the connection limits turns. */
  request: () => Request
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() => {
    const { admission } = client["~session"]
    if (admission === undefined) return Effect.void
    const ticket = admission.ask(request())
    call.onLeft = ticket.leave
    if (ticket.admitted === undefined) return Effect.void
    call.awaitsAdmission = true
    const refused = Deferred.makeUnsafe<never, CodexError>()
    call.onGranted = (error) => {
      if (error !== undefined) Deferred.doneUnsafe(refused, Exit.fail(notStarted(error)))
    }
    return Effect.onExit(restore(Effect.raceFirst(ticket.admitted, Deferred.await(refused))), (exit) =>
      Effect.sync(() => {
        call.awaitsAdmission = false
        if (Exit.isFailure(exit)) threadRecord.change(record, { _tag: "Left", call })
      })
    )
  })

/** Returns the function by which a call leaves its thread. Separate, because it lives as long as the turn. */
export const releaseOf = (record: threadRecord.ThreadRecord, call: threadRecord.Call) => () =>
  threadRecord.change(record, { _tag: "Left", call })

/** Fails if a call that has not ended has this key: the server would run both. */
export const requireUnused = (
  record: threadRecord.ThreadRecord,
  key: string,
  method: string
): Effect.Effect<void, CodexError> => {
  const used = threadRecord.callWith(record, key)
  if (used === undefined) return Effect.void
  const turnId = used === record.holder ? (record.running ?? null) : null
  return Effect.fail(new CodexError({ method, reason: new KeyInUse({ turnId }) }))
}

// internal

/** The error of a call whose turn had not started when its thread was closed. */
const notStarted = (error: CodexError): CodexError =>
  error.reason._tag === "ConnectionClosed"
    ? new CodexError({ method: error.method, reason: unsent(error.reason) })
    : error
