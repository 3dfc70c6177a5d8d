/**
 * The public signatures: what fails with what, what requires what, and that no `any` hides among them. Checked by `npm
 * run types`; never run.
 */
import type { Config, Duration, Effect, FileSystem, Layer, Option, Path, Schedule, Scope, Stream } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { AppServer, Codex, CodexClient, CodexError, Goal, Protocol, Thread, Transport, Turn } from "effect-codex"
import {
  type Codex as CodexModule,
  type retryOnOverload,
  type retryOnOverloadWith,
  Turn as TurnModule
} from "effect-codex"
import type { CodexTest, MockModel } from "effect-codex/testing"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type IsAny<A> = 0 extends 1 & A ? true : false
/** Whether a method or a property of a service is `any`, or returns or fails with it. */
type Hides<A> =
  IsAny<A> extends true
    ? true
    : A extends (...args: infer P) => infer R
      ? true extends IsAny<P[number]> | HidesInEffect<R>
        ? true
        : false
      : HidesInEffect<A>
type HidesInEffect<A> =
  A extends Effect.Effect<infer V, infer E, infer R>
    ? true extends IsAny<V> | IsAny<E> | IsAny<R>
      ? true
      : false
    : A extends Stream.Stream<infer V, infer E, infer R>
      ? true extends IsAny<V> | IsAny<E> | IsAny<R>
        ? true
        : false
      : IsAny<A>
type HidingKeys<S> = { readonly [K in keyof S]-?: Hides<S[K]> extends true ? K : never }[keyof S]

const holds = <_ extends true>(): void => {}

declare const codex: Codex.Codex
declare const client: CodexClient.CodexClient
declare const thread: Thread.Thread
declare const turn: Turn.Turn

type CodexFailure = CodexError.CodexError
type TurnFailure = CodexFailure | Turn.TurnFailed | Turn.TurnInterrupted | Turn.TurnStalled | Turn.TurnTimedOut
type Platform = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem | Path.Path
type Provided = Codex.Codex | CodexClient.CodexClient | AppServer.AppServer

// No `any` in values that users have.
holds<Equal<HidingKeys<Codex.Codex>, never>>()
holds<Equal<HidingKeys<CodexClient.CodexClient>, never>>()
holds<Equal<HidingKeys<AppServer.AppServer>, never>>()
holds<Equal<HidingKeys<Transport.Transport>, never>>()
holds<Equal<HidingKeys<MockModel.MockModel>, never>>()
holds<Equal<HidingKeys<Thread.Thread>, never>>()
holds<Equal<HidingKeys<Turn.Turn>, never>>()
holds<Equal<HidingKeys<Goal.GoalTurn>, never>>()
// The check itself finds one.
holds<Equal<HidingKeys<{ readonly a: () => Effect.Effect<never, unknown>; readonly b: unknown }>, never>>()
// Type boundary: the check searches for `any`.
// oxlint-disable-next-line typescript/no-explicit-any
holds<Equal<HidingKeys<{ readonly a: string; readonly b: (x: string) => Effect.Effect<any> }>, "b">>()

// Layers declare their requirements and failures.
holds<Equal<ReturnType<typeof CodexModule.layer>, Layer.Layer<Provided, CodexFailure, Platform>>>()
holds<
  Equal<
    ReturnType<typeof CodexModule.layerFromConfig>,
    Layer.Layer<Provided, CodexFailure | Config.ConfigError, Platform>
  >
>()
holds<Equal<typeof CodexModule.layerNoDeps, Layer.Layer<Codex.Codex, never, CodexClient.CodexClient>>>()
holds<Equal<ReturnType<typeof CodexTest.layer>, Layer.Layer<CodexTest.Services, CodexFailure>>>()

// Calls fail with CodexError, turns with their own errors too.
const started = codex.startThread()
holds<Equal<typeof started, Effect.Effect<Thread.Thread, CodexFailure>>>()
const resumed = codex.resumeThread("id")
holds<Equal<typeof resumed, Effect.Effect<Thread.Thread, CodexFailure>>>()
const ran = thread.run("x")
holds<Equal<typeof ran, Effect.Effect<Turn.TurnResult, TurnFailure>>>()
const once = thread.runOnce("k", "x", { ifInterrupted: "continue" })
holds<Equal<typeof once, Effect.Effect<Turn.TurnResult, TurnFailure | Turn.OutcomeUnknown>>>()
const byKey = thread.turnByKey("k")
holds<Equal<typeof byKey, Effect.Effect<Option.Option<Turn.TurnRecord>, CodexFailure>>>()
const handle = thread.turn("x")
holds<Equal<typeof handle, Effect.Effect<Turn.Turn, CodexFailure>>>()
const streamed = thread.streamUntilEnd("x")
holds<Equal<typeof streamed, Stream.Stream<Turn.TurnEvent, CodexFailure | Turn.TurnStalled | Turn.TurnTimedOut>>>()
const failing = thread.stream("x")
holds<Equal<typeof failing, Stream.Stream<Turn.TurnEvent, Turn.Failure>>>()
holds<Equal<typeof turn.events, Stream.Stream<Turn.TurnEvent, Turn.Failure>>>()
holds<Equal<typeof turn.result, Effect.Effect<Turn.TurnResult, TurnFailure>>>()
const overflowing = turn.eventsWith({ whenSlow: "fail" })
holds<Equal<typeof overflowing, Stream.Stream<Turn.TurnEvent, Turn.Failure | Turn.EventsOverflowed>>>()
const deltas = TurnModule.textDeltas(turn.eventsUntilEnd)
holds<Equal<typeof deltas, Stream.Stream<string, Turn.EventsFailure>>>()

// The protocol is typed by method, and params are required if the protocol requires them.
const read = codex.request("thread/read", { threadId: "id" })
holds<Equal<typeof read, Effect.Effect<Protocol.ThreadReadResponse, CodexFailure>>>()
codex.request("account/logout")
// @ts-expect-error the params are missing
codex.request("thread/read")
// @ts-expect-error there is no such method
codex.request("thread/nothing", {})
holds<
  Equal<typeof client.subscribe, Effect.Effect<Stream.Stream<Protocol.Notification, CodexFailure>, never, Scope.Scope>>
>()
holds<Equal<typeof codex.notifications, Stream.Stream<Protocol.Notification, CodexFailure>>>()

// A result has these fields, and an absent value is an Option.
holds<
  Equal<
    keyof Turn.TurnResult,
    | "id"
    | "status"
    | "error"
    | "startedAt"
    | "completedAt"
    | "duration"
    | "finalResponse"
    | "items"
    | "usage"
    | "unfinishedItems"
    | "warnings"
  >
>()
holds<Equal<Turn.TurnResult["finalResponse"], Option.Option<string>>>()

// A retry is a Schedule that accepts any error and adds none.
holds<Equal<typeof retryOnOverload, Schedule.Schedule<Duration.Duration, unknown>>>()
holds<Equal<ReturnType<typeof retryOnOverloadWith>, Schedule.Schedule<Duration.Duration, unknown>>>()
