/**
 * Support for the tests of the process: homes, servers that start there, and their logs.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger, References, Scope } from "effect"
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { type CodexError, ConnectionClosed, type ConnectionEnd } from "../../src/CodexError.ts"
import { Transport } from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

export const temporary = Effect.acquireRelease(
  Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "effect-codex-app-")))),
  (root) => Effect.sync(() => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
)

/** A temporary home, without any setting of the user. */
export const ownHome = Effect.map(temporary, (home) => ({
  home,
  settings: {
    codexHome: home,
    env: { HOME: home, PATH: process.env["PATH"] ?? "" },
    inheritEnv: false,
    shutdownGrace: "100 millis"
  } satisfies Codex.Options
}))

/** A client of a scripted peer, in the scope. */
export const start = Effect.fnUntraced(function* (script: Peer.Script, options: Codex.Options = {}) {
  const { home, settings } = yield* ownHome
  const services = yield* Layer.build(
    Codex.layer({ command: Peer.command(script), ...settings, ...options, env: { ...settings.env, ...options.env } })
  ).pipe(Effect.provide(NodeServices.layer))
  return {
    home,
    app: Context.get(services, AppServer.AppServer),
    client: Context.get(services, CodexClient.CodexClient)
  }
})

/** The process and its pipes only. */
export const connect = Effect.fnUntraced(function* (script: Peer.Script, options: AppServer.Options = {}) {
  const { home, settings } = yield* ownHome
  const services = yield* AppServer.make({ command: Peer.command(script), ...settings, ...options }).pipe(
    Effect.provide(NodeServices.layer)
  )
  return {
    home,
    services,
    app: Context.get(services, AppServer.AppServer),
    transport: Context.get(services, Transport)
  }
})

/** Runs an effect in a scope that the test closes. */
export const closable = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) {
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const value = yield* Scope.provide(effect, scope)
  return [value, Scope.close(scope, Exit.void)] as const
})

export const failure = <A>(effect: Effect.Effect<A, CodexError, Scope.Scope>) => Effect.flip(Effect.scoped(effect))

/** Returns the error of a start, which must be `ConnectionClosed`. */
export const failedStart = Effect.fnUntraced(function* <A>(effect: Effect.Effect<A, CodexError, Scope.Scope>) {
  const error = yield* failure(effect)
  assert.strictEqual(error.method, "initialize")
  assert.instanceOf(error.reason, ConnectionClosed)
  assert.strictEqual(error.reason.phase, "starting")
  return { error, reason: error.reason }
})

export const exited = (exitCode: number | null, signal: string | null = null): ConnectionEnd => ({
  _tag: "Exited",
  exitCode,
  signal
})

export const background = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forkScoped(effect, { startImmediately: true })

export interface Logged {
  readonly level: string
  readonly text: string
  readonly annotations: unknown
}

export const logs = () => {
  const lines: Array<Logged> = []
  const listeners = new Set<(line: Logged) => void>()
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    const line = { level: logLevel, text: String(message), annotations }
    lines.push(line)
    for (const listener of listeners) listener(line)
  })
  const layer = Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "Debug"))
  /** Waits for the next line with this text. */
  const next = (text: string) =>
    Effect.callback<Logged>((resume) => {
      const listener = (line: Logged) => {
        if (line.text.includes(text)) resume(Effect.succeed(line))
      }
      listeners.add(listener)
      return Effect.sync(() => listeners.delete(listener))
    })
  return { lines, layer, next }
}
