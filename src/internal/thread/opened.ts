/**
 * Sends the requests that open a thread: they start, resume or fork one, and the reply subscribes the connection to
 * it.
 *
 * There is no handle if the caller was interrupted or its time limit passed, if the reply cannot be decoded, or if a
 * later step fails. Then this module still waits for the reply and unsubscribes from the thread, unless another
 * handle of this connection holds it. That is enough for a new thread too: the server writes nothing before the first
 * turn, and unloads a thread some time after its last subscriber has left, even an ephemeral one.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { CallOptions, Client } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import { insist } from "../client/insisting.ts"
import * as threadRecord from "../session/record.ts"

interface Reply {
  readonly thread: { readonly id: string }
}

/** A request that opens a thread, and what is made from its reply. */
export interface Opening<R extends Reply, A> {
  readonly request: (call: CallOptions) => Effect.Effect<R, CodexError>
  /** What else must succeed. Default: nothing. */
  readonly check?: ((reply: R) => Effect.Effect<unknown, CodexError>) | undefined
  /** Creates the handle. From then on the thread is held. */
  readonly hold: (reply: R) => A
  /** Called before anything is sent. */
  readonly onBegin?: (() => void) | undefined
  /** Called once, when the caller has a handle or will not get one. */
  readonly onEnd?: ((isHeld: boolean) => void) | undefined
}

/** Opens a thread. If it fails or is interrupted, no subscription is left. */
export const open = <R extends Reply, A>(
  client: Client,
  { check = () => Effect.void, hold, onBegin = () => {}, onEnd = () => {}, request }: Opening<R, A>
): Effect.Effect<A, CodexError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const run = Effect.runForkWith(yield* Effect.context<never>())
      let isSent = false
      let isLeft = false
      onBegin()
      const asking = request({
        "~hooks": {
          onSent: () => {
            isSent = true
          },
          onLateReply: (result) => void run(leave(client, idIn(result)))
        }
      })
      // In a separate fiber, because the reply is awaited even if the caller is interrupted. It ends with the
      // connection.
      const asked = yield* Effect.forkDetach(
        Effect.tap(Effect.exit(Effect.interruptible(asking)), (exit) =>
          isLeft ? leave(client, opened(exit)) : Effect.void
        ),
        { startImmediately: true }
      )
      const exit = yield* restore(Fiber.join(asked)).pipe(
        Effect.onInterrupt(() =>
          Effect.suspend(() => {
            onEnd(false)
            const told = asked.pollUnsafe()
            if (told !== undefined) return Exit.isSuccess(told) ? leave(client, opened(told.value)) : Effect.void
            isLeft = true
            return isSent ? Effect.void : Fiber.interrupt(asked)
          })
        )
      )
      const giveUp = Effect.suspend(() => {
        onEnd(false)
        return leave(client, opened(exit))
      })
      const reply = yield* Effect.onError(exit, () => giveUp)
      yield* Effect.onError(restore(check(reply)), () => giveUp)
      const handle = hold(reply)
      onEnd(true)
      return handle
    })
  )

// internal

/** Maximum time to repeat the request to unsubscribe. */
const leaveLimit = Duration.minutes(1)

/** Unsubscribes from a thread in the background, unless another handle here holds it. */
const leave = (client: Client, threadId: string | undefined): Effect.Effect<void> => {
  if (threadId === undefined) return Effect.void
  const unsubscribe = insist((patience) =>
    Effect.suspend((): Effect.Effect<unknown, CodexError> => {
      const record = client["~session"].find(threadId)
      // Checked again before each request, because the thread may have been resumed since.
      return record !== undefined && threadRecord.isHeld(record)
        ? Effect.void
        : client.request("thread/unsubscribe", { threadId }, patience)
    })
  )
  return Effect.asVoid(
    Effect.forkDetach(Effect.interruptible(Effect.ignore(Effect.timeout(unsubscribe, leaveLimit))), {
      startImmediately: true
    })
  )
}

/** The id of the thread that was opened, even if the reply cannot be decoded. */
const opened = (exit: Exit.Exit<Reply, CodexError>): string | undefined => {
  if (Exit.isSuccess(exit)) return exit.value.thread.id
  const reason = Option.getOrUndefined(Exit.findErrorOption(exit))?.reason
  return reason?._tag === "DecodeFailed" ? idIn(Redacted.value(reason.raw)) : undefined
}

const idIn = (reply: unknown): string | undefined => {
  const thread = Predicate.isReadonlyObject(reply) ? reply["thread"] : undefined
  const id = Predicate.isReadonlyObject(thread) ? thread["id"] : undefined
  return typeof id === "string" ? id : undefined
}
