/**
 * Runs tool calls of one thread and produces their answers, whatever the tool does.
 *
 * `serverRequests/engine.ts` ensures that a call gets exactly one answer, and none if its turn has ended.
 *
 * A call has these steps, and each of them can end it:
 *
 * - Its arguments are decoded.
 * - It is approved, if the tool requires that.
 * - It waits for a permit.
 * - It runs, up to its limit.
 *
 * Interrupting the call interrupts the current step.
 */
import type * as Tool from "effect/ai/Tool"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { InvalidInput, InvalidOptions } from "../../CodexError.ts"
import type { DynamicToolCallResponse } from "../../generated/types.ts"
import type { Session } from "../session/session.ts"
import * as settings from "../settings.ts"
import * as toolCodecs from "./toolCodecs.ts"
import * as outcome from "./toolOutcome.ts"
import * as output from "./toolOutput.ts"
import { type Call, CurrentCall, type Limits, type Options, type Tools } from "./toolTypes.ts"

/** Answers a call. */
export type Run<R> = (call: Call) => Effect.Effect<DynamicToolCallResponse, never, R>

/** Runs one tool by its name, as a `Toolkit` does. */
export type Handle<R> = (
  name: string,
  encodedArguments: unknown,
  callId: string
) => Effect.Effect<Stream.Stream<outcome.Handled, unknown, R>, unknown, R>

/** Returns the tools ready to be called, or fails with a problem of the tools or their options. */
export const make = Effect.fnUntraced(function* (
  session: Pick<Session, "fork">,
  { tools }: Tools,
  handle: Handle<unknown>,
  options: Options = {}
): Effect.fn.Return<Run<unknown>, InvalidInput | InvalidOptions> {
  yield* known(tools, options)
  const ofAll = yield* limits("toolOptions", options, Duration.seconds(60))
  const ready = new Map<string, Ready>()
  for (const tool of Object.values(tools)) {
    const { permit, timeout } = yield* limits(
      `toolOptions.perTool.${tool.name}`,
      ownOf(options, tool.name),
      ofAll.timeout
    )
    const codecs = Result.try(() => toolCodecs.make(tool))
    if (Result.isFailure(codecs)) {
      const description = `tool ${JSON.stringify(tool.name)}: a schema cannot be encoded as JSON`
      return yield* new InvalidInput({ argument: "tools", description })
    }
    // The tool's own permit comes first: a call that waits for it must not hold a shared one.
    ready.set(tool.name, { tool, codecs: codecs.success, timeout, permit: (call) => permit(ofAll.permit(call)) })
  }

  const execute = ({ callId, threadId, tool }: Call, input: unknown, { codecs, permit, timeout }: Ready) => {
    const answer = Stream.unwrap(handle(tool, input, callId)).pipe(
      // Preliminary results have no recipient.
      Stream.filter(({ preliminary }) => !preliminary),
      Stream.runLast,
      Effect.flatMap((last) => outcome.ofResult(tool, codecs, last)),
      Effect.catchCause((cause) => outcome.ofCause(tool, codecs, cause))
    )
    return Effect.map(
      within(session, answer, timeout, permit, threadId),
      Option.getOrElse(() => output.late(Duration.toSeconds(timeout)))
    )
  }

  return (call) =>
    Effect.suspend(() => {
      const found = ready.get(call.tool)
      if (found === undefined) return Effect.succeed(output.unknown())
      const input = found.codecs.arguments(call.arguments)
      if (Result.isFailure(input)) return Effect.succeed(output.invalidArguments(input.failure.message))
      return needsApproval(found, call, input.success).pipe(
        Effect.flatMap((needed) => (needed ? approved(call, options) : Effect.succeed(true))),
        Effect.flatMap((yes) => (yes ? execute(call, input.success, found) : Effect.succeed(output.declined()))),
        Effect.catch(({ message }) => Effect.succeed(output.invalidArguments(message)))
      )
    }).pipe(Effect.provideService(CurrentCall, Option.some(call)))
})

// internal

interface Ready {
  readonly tool: Tool.Any
  readonly codecs: toolCodecs.ToolCodecs
  readonly timeout: Duration.Duration
  readonly permit: Permit
}

type Permit = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

const optionNames: settings.Names<Options> = { approve: true, concurrency: true, perTool: true, timeout: true }
const limitNames: settings.Names<Limits> = { concurrency: true, timeout: true }

/**
 * Checks the options.
 *
 * JavaScript programs can misspell options, name tools that do not exist, and pass any value as `approve`.
 */
const known = Effect.fnUntraced(function* (tools: Tools["tools"], options: Options) {
  yield* settings.known(options, optionNames, "toolOptions")
  const names = Object.fromEntries(Object.values(tools).map(({ name }) => [name, true as const]))
  yield* settings.known(options.perTool, names, "toolOptions.perTool")
  for (const [name, own] of Object.entries(options.perTool ?? {})) {
    yield* settings.known(own, limitNames, `toolOptions.perTool.${name}`)
  }
  if (options.approve !== undefined && typeof options.approve !== "function") {
    const description = "expected a function that returns an Effect of a boolean"
    return yield* new InvalidOptions({ option: "toolOptions.approve", description })
  }
})

const ownOf = ({ perTool = {} }: Options, name: string): Limits =>
  (Object.hasOwn(perTool, name) ? perTool[name] : undefined) ?? {}

const limits = Effect.fnUntraced(function* (option: string, given: Limits, defaultTimeout: Duration.Duration) {
  const timeout = yield* settings.duration(`${option}.timeout`, given.timeout, defaultTimeout, { allowInfinite: true })
  const concurrency = yield* settings.count(`${option}.concurrency`, given.concurrency, Number.POSITIVE_INFINITY, {
    allowInfinite: true
  })
  const permit: Permit = Number.isFinite(concurrency) ? Semaphore.makeUnsafe(concurrency).withPermit : identity
  return { timeout, permit }
})

/** Whether the call needs approval. It does if the tool's own rule fails. */
const needsApproval = (
  { codecs, tool }: Ready,
  { callId }: Call,
  input: unknown
): Effect.Effect<boolean, Schema.SchemaError, unknown> => {
  const rule = tool.needsApproval
  if (typeof rule !== "function") return Effect.succeed(rule === true)
  return Effect.flatMap(codecs.decodeArguments(input), (params) =>
    Effect.suspend(() => {
      const needed = rule(params, { toolCallId: callId, messages: [] })
      return Effect.isEffect(needed) ? needed : Effect.succeed(needed)
    }).pipe(
      Effect.map((needed) => needed !== false),
      Effect.catchCause((cause) =>
        Effect.as(Effect.logError(`\`needsApproval\` of tool ${tool.name} failed; asking for approval.`, cause), true)
      )
    )
  )
}

const approved = (call: Call, { approve }: Options): Effect.Effect<boolean> =>
  approve === undefined
    ? Effect.succeed(false)
    : Effect.suspend(() => approve(call)).pipe(
        Effect.map((yes) => yes === true),
        Effect.catchCause((cause) =>
          Effect.as(Effect.logError(`\`approve\` failed for tool ${call.tool}; the call was declined.`, cause), false)
        )
      )

/**
 * Works like `Effect.timeoutOption`, but the time starts when the call has its permit.
 *
 * It does not wait for a tool that cannot be interrupted, because the model must receive an answer. The permit is
 * released when the tool has ended.
 */
const within = <A, E, R>(
  session: Pick<Session, "fork">,
  effect: Effect.Effect<A, E, R>,
  timeout: Duration.Duration,
  permit: Permit,
  threadId: string
) =>
  Duration.isFinite(timeout)
    ? Effect.uninterruptibleMask((restore) => {
        const started = Deferred.makeUnsafe<void>()
        const running = permit(Effect.andThen(Deferred.succeed(started, undefined), effect))
        const late = Effect.andThen(Deferred.await(started), Effect.sleep(timeout))
        const options = {
          startImmediately: true,
          running: { method: "item/tool/call", threadId: Option.some(threadId) }
        }
        return Effect.flatMap(session.fork(restore(running), options), (fiber) =>
          restore(Effect.raceFirst(Effect.asSome(Fiber.join(fiber)), Effect.as(late, Option.none()))).pipe(
            Effect.tap((ended) => (Option.isSome(ended) ? Effect.void : Effect.sync(() => fiber.interruptUnsafe()))),
            Effect.onInterrupt(() => Fiber.interrupt(fiber))
          )
        )
      })
    : Effect.asSome(permit(effect))
