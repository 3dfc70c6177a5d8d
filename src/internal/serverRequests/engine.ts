/**
 * Runs the handlers of server requests. Each request gets exactly one answer, or none if it is withdrawn.
 *
 * States of a request:
 *
 * - `open`: entered when the request arrives. Its handler runs in its own fiber. The scope of that fiber closes with
 *   the connection, and waits for the handler for a bounded grace period.
 * - `answered`: entered when the handler ends in any way, or when its timeout passes. The reply is sent.
 * - `withdrawn`: entered on `serverRequest/resolved`, or when the turn, the thread or the connection ends. Nothing is
 *   sent.
 *
 * A request leaves `open` once, synchronously; later events change nothing. The fiber of the handler is then
 * interrupted, and the engine does not wait for it: a handler that cannot be interrupted must not delay the answer.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { serverRequestParams } from "../../generated/methods.ts"
import type { RawNotification, RawServerRequest, Reply } from "../connection/jsonRpc.ts"
import { threadIdOf, turnIdOf } from "../client/ids.ts"
import * as threadRecord from "../session/record.ts"
import type { ThreadRecord } from "../session/record.ts"
import type { ToldItem } from "../session/toldItem.ts"
import type { Session } from "../session/session.ts"
import * as decoding from "../client/decoding.ts"
import type * as closing from "../connection/closing.ts"
import * as answers from "./answers.ts"
import * as decisionsOf from "./decisions.ts"
import { kindOf } from "./kinds.ts"
import * as report from "./report.ts"
import * as unknownFields from "./unknownFields.ts"
import { type Prepared, type Run, shared } from "./runners.ts"
import {
  type Decision,
  type Method,
  type OpenRequest,
  originOf,
  type Request,
  type Rule,
  type Withdrawal,
  withdrawn
} from "./types.ts"

/** The requests of one connection. */
export interface ServerRequestsEngine {
  /**
   * Called by the reader loop. The returned effect gives the reply. If the request is withdrawn, the effect
   * interrupts itself.
   */
  readonly onRequest: (raw: RawServerRequest) => Effect.Effect<Reply>
  /** Called by the reader loop, before the layers above receive the notification. */
  readonly onNotification: (raw: RawNotification) => void
  readonly onEnd: () => void
  readonly decisions: Stream.Stream<Decision>
  readonly open: () => ReadonlyArray<OpenRequest>
}

/** Settings of the engine. */
export interface Options {
  readonly handlers: Prepared
  readonly timeout: Duration.Duration
  /** Makes the scope in which handlers run. */
  readonly makeScope: closing.MakeScope
  /** Has the handlers that take precedence: the toolkits of threads, and the token refresh of a login. */
  readonly session: Session
  /** Where decisions are published, if that outlives the connection. Default: a publisher of its own. */
  readonly decisions?: decisionsOf.Decisions | undefined
}

interface Outcome {
  readonly reply: Reply | undefined
  readonly decision: Decision
}

interface Entry {
  readonly request: OpenRequest
  readonly params: unknown
  readonly done: Deferred.Deferred<Outcome>
  /** The thread of the request, if this connection receives notifications about it. */
  readonly record: ThreadRecord | undefined
  readonly turnId: string | undefined
  /** Whether the end of the turn withdraws the request. */
  readonly ofTurn: boolean
  handler: Fiber.Fiber<unknown, unknown> | undefined
  /** What the handler received. */
  shown: Request | undefined
  outcome: Outcome | undefined
}

/** An engine without open requests. */
export const make = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<ServerRequestsEngine, never, Scope.Scope> {
  const { session } = options
  const running = new Map<Fiber.Fiber<unknown, unknown>, OpenRequest>()
  const scope = yield* options.makeScope(running)
  const clock = yield* Clock.Clock
  const runFork = Effect.runForkWith(yield* Effect.context<never>())
  const open = new Map<string | number, Entry>()
  const warnUnhandled = report.unhandled()
  const reportUnknown = report.unknownFields()
  const decisions = options.decisions ?? decisionsOf.make()
  let ended = false

  const handlers = new Map<string, Run>(
    [...options.handlers].map(([method, run]) => {
      const sharedBy = kindOf(method)?.sharedBy
      return [
        method,
        sharedBy === undefined ? run : shared(run, ({ params }) => sharedBy(params), Effect.forkIn(scope))
      ]
    })
  )

  const settle = (entry: Entry, reply: Reply | undefined, rule: Rule, policy?: string): void => {
    if (entry.outcome !== undefined) return
    const decision: Decision = {
      ...entry.request,
      decision: answers.inAWord(entry.request.method, reply),
      rule,
      policy: Option.fromUndefinedOr(policy),
      duration: Duration.millis(clock.currentTimeMillisUnsafe() - DateTime.toEpochMillis(entry.request.openedAt)),
      asked: Redacted.make(entry.params),
      answered: reply === undefined ? Option.none() : Option.some(Redacted.make(reply))
    }
    const outcome: Outcome = { reply, decision }
    entry.outcome = outcome
    if (entry.shown !== undefined && isWithdrawal(rule)) withdrawn(entry.shown, rule)
    if (open.get(entry.request.id) === entry) open.delete(entry.request.id)
    if (entry.record !== undefined) threadRecord.change(entry.record, { _tag: "RequestClosed", request: entry })
    decisions.publish(decision)
    // Both calls run fibers immediately, and the caller may be the reader loop.
    queueMicrotask(() => {
      Deferred.doneUnsafe(entry.done, Exit.succeed(outcome))
      entry.handler?.interruptUnsafe()
    })
  }

  const withdraw = (rule: Withdrawal, which: (entry: Entry) => boolean): void => {
    for (const entry of open.values()) if (which(entry)) settle(entry, undefined, rule)
  }

  const begin = (raw: RawServerRequest): Entry => {
    const request = report.describe(raw, DateTime.makeUnsafe(clock.currentTimeMillisUnsafe()))
    const threadId = threadIdOf(raw.params)
    const entry: Entry = {
      request,
      params: raw.params,
      done: Deferred.makeUnsafe(),
      record: threadId === undefined ? undefined : session.find(threadId),
      turnId: turnIdOf(raw.params),
      ofTurn: Option.isSome(request.turnId) || kindOf(raw.method)?.isOfTurn === true,
      handler: undefined,
      shown: undefined,
      outcome: undefined
    }
    const [oldest] = open.size < mostOpen ? [] : open.values()
    if (oldest !== undefined) settle(oldest, answers.declineFailed(oldest.request.method), "tooMany")
    open.set(request.id, entry)
    if (entry.record !== undefined) threadRecord.change(entry.record, { _tag: "RequestOpened", request: entry })
    if (ended) settle(entry, undefined, "connectionEnded")
    return entry
  }

  /** Runs the code that answers, in its own fiber. */
  const ask = (entry: Entry, answering: Effect.Effect<void>) => {
    const forked = Effect.map(Effect.forkIn(answering, scope, { startImmediately: true }), (fiber) => {
      entry.handler = fiber
      running.set(fiber, entry.request)
      // A JavaScript handler may return an answer that throws when it is read, which only an observer sees.
      fiber.addObserver((exit) => {
        running.delete(fiber)
        if (entry.outcome !== undefined || Exit.isSuccess(exit) || !Cause.hasDies(exit.cause)) return
        settle(entry, answers.declineFailed(entry.request.method), "defect")
        runFork(report.failure(entry.request.method, exit.cause))
      })
      // The first steps of the handler may already have completed the request.
      if (entry.outcome !== undefined) fiber.interruptUnsafe()
    })
    // Uninterruptible, because the first steps of a handler can end the connection. That interrupts this fiber, but
    // not the handler's.
    return Effect.uninterruptible(forked)
  }

  const run = (entry: Entry, request: Request, handler: Run, rule: "handler" | "toolkit"): Effect.Effect<void> =>
    Effect.flatMap(Effect.exit(handler(request)), (exit) => {
      const { method } = request
      if (entry.outcome !== undefined) return Effect.void
      if (Exit.isSuccess(exit)) {
        const problem =
          answers.problem(request, exit.value) ??
          (!answers.isRefusal(exit.value) && hasChanged(entry, request) ? "notOffered" : undefined)
        if (problem === undefined) {
          const origin = originOf(exit.value, request)
          return Effect.sync(() => settle(entry, { result: exit.value }, origin?.rule ?? rule, origin?.policy))
        }
        return Effect.sync(() => settle(entry, answers.declineFailed(method), problem))
      }
      const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
      const failureRule = originOf(error)?.rule ?? (Cause.hasFails(exit.cause) ? "failure" : "defect")
      return Effect.andThen(
        Effect.sync(() => settle(entry, answers.declineFailed(method), failureRule)),
        report.failure(method, exit.cause)
      )
    })

  const dispatch = (entry: Entry): Effect.Effect<void> => {
    const { id, method } = entry.request
    if (entry.outcome !== undefined) return Effect.void
    const first = session.logins.refresh
    if (first !== undefined && method === "account/chatgptAuthTokens/refresh") {
      return ask(
        entry,
        Effect.flatMap(Effect.exit(first(entry.params)), (exit) =>
          Effect.sync(() =>
            Exit.isSuccess(exit)
              ? settle(entry, exit.value, "login")
              : settle(entry, answers.declineFailed(method), "defect")
          )
        )
      )
    }
    // Looked up now, because a thread that is being resumed may just have received its tools.
    const toolkit = method === "item/tool/call" ? entry.record?.tools : undefined
    const handler = toolkit ?? handlers.get(method)
    if (handler === undefined) {
      const isKnown = answers.isKnown(method)
      return Effect.andThen(
        isKnown ? warnUnhandled(method) : Effect.void,
        Effect.map(answers.decline(method), (reply) => settle(entry, reply, isKnown ? "default" : "unknownMethod"))
      )
    }
    const codec = serverRequestParams.get(method)
    const params = codec === undefined ? undefined : decoding.decode(codec, entry.params)
    if (params === undefined || Result.isFailure(params)) {
      return Effect.andThen(
        Effect.sync(() => settle(entry, answers.declineFailed(method), "undecodable")),
        params === undefined ? Effect.void : report.undecodable(method, params.failure)
      )
    }
    // Type boundary: the table pairs each method with the codec of its params.
    const decoded = params.success as Request["params"]
    const item = toldItem(entry)
    const unknown = [
      ...unknownFields.find(entry.params, decoded),
      ...(method === "item/fileChange/requestApproval" ? (item?.unknownFields ?? []) : [])
    ]
    const request: Request = {
      id,
      // Type boundary: as above.
      method: method as Method,
      params: decoded,
      changes: changesOf(entry),
      offered: kindOf(method)?.offers?.(decoded) ?? [],
      unknownFields: unknown,
      itemTurnId: item?.turnId
    }
    entry.shown = request
    return Effect.andThen(
      reportUnknown(method, unknown),
      Effect.suspend(() =>
        entry.outcome === undefined
          ? ask(entry, run(entry, request, handler, toolkit === undefined ? "handler" : "toolkit"))
          : Effect.void
      )
    )
  }

  const awaitSettled = (entry: Entry): Effect.Effect<Outcome> => {
    if (entry.outcome !== undefined) return Effect.succeed(entry.outcome)
    const wait = Deferred.await(entry.done)
    const serverLimit = kindOf(entry.request.method)?.serverLimit ?? options.timeout
    const timeout = Duration.min(options.timeout, serverLimit)
    if (!Duration.isFinite(timeout)) return wait
    const overdue = Effect.andThen(
      Effect.sleep(timeout),
      Effect.sync(() => settle(entry, answers.declineFailed(entry.request.method), "timeout"))
    )
    return Effect.raceFirst(wait, Effect.andThen(overdue, Effect.never))
  }

  return {
    onRequest: (raw) => {
      const entry = begin(raw)
      return Effect.suspend(() => dispatch(entry)).pipe(
        Effect.andThen(Effect.suspend(() => awaitSettled(entry))),
        // The connection ended, or a second request arrived under the same id.
        Effect.onInterrupt(() =>
          Effect.suspend(() => {
            settle(entry, undefined, ended ? "connectionEnded" : "resolved")
            return entry.outcome === undefined ? Effect.void : report.decided(entry.outcome.decision)
          })
        ),
        Effect.tap(({ decision }) => report.decided(decision)),
        Effect.flatMap(({ reply }) => (reply === undefined ? stop : Effect.succeed(reply)))
      )
    },
    onNotification: (raw) => {
      switch (raw.method) {
        case "serverRequest/resolved": {
          const id = report.resolvedId(raw.params)
          const entry = id === undefined ? undefined : open.get(id)
          if (entry !== undefined) settle(entry, undefined, "resolved")
          return
        }
        case "turn/completed": {
          const threadId = threadIdOf(raw.params)
          if (threadId === undefined) return
          // The turn id is not compared: a thread runs one turn at a time, and a review can end under a different id
          // than it started.
          withdraw("turnEnded", ({ ofTurn, request }) => ofTurn && Option.contains(request.threadId, threadId))
          return
        }
        case "thread/archived":
        case "thread/deleted":
        case "thread/closed": {
          const threadId = threadIdOf(raw.params)
          if (threadId === undefined) return
          withdraw("turnEnded", ({ request }) => Option.contains(request.threadId, threadId))
        }
      }
    },
    onEnd: () => {
      ended = true
      withdraw("connectionEnded", () => true)
      if (options.decisions === undefined) decisions.end()
    },
    decisions: decisions.stream,
    open: () => [...open.values()].map(({ request }) => request)
  }
})

// internal

// The limit of open requests. Above it, the oldest one is declined.
const mostOpen = 1024

const isWithdrawal = (rule: Rule): rule is Withdrawal =>
  rule === "resolved" || rule === "turnEnded" || rule === "connectionEnded"

const toldItem = ({ record, request }: Entry): ToldItem | undefined =>
  Option.getOrUndefined(Option.map(request.itemId, (itemId) => record?.items.get(itemId)))

// The file changes that a request is about, as reported so far in the turn of the request.
const changesOf = (entry: Entry): Request["changes"] => {
  const item = toldItem(entry)
  return item !== undefined && item.turnId === (entry.turnId ?? item.turnId) ? item.changes : []
}

// If the changes differ now, the answer would allow changes that the handler has not seen.
const hasChanged = (entry: Entry, request: Request): boolean =>
  request.method === "item/fileChange/requestApproval" && !Equal.equals(changesOf(entry), request.changes)

// Interrupts the fiber that would send the reply. If it failed instead, the connection would send an error reply.
const stop: Effect.Effect<never> = Effect.withFiber((fiber) => {
  fiber.interruptUnsafe()
  return Effect.never
})
