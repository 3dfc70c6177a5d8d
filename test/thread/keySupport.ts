/**
 * What the tests of keys share: one Codex home on which app-servers are started one after the other, with one model.
 */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer, Scope, Stream } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import type { ThreadItem } from "../../src/generated/types.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

/** One app-server on the home. */
export interface Server {
  readonly codex: Codex.Codex
  /** Kills the process, and waits until the client has noticed. */
  readonly kill: Effect.Effect<void>
}

/** A home without a server. The model echoes the prompt when nothing else is scripted. */
export const makeHome = Effect.gen(function* () {
  const model = yield* MockModel.make({
    fallback: (request) => MockModel.reply(`you said ${request.lastUserText ?? ""}`)
  })
  const home = yield* CodexTest.makeHome(
    model.configToml({ approvalPolicy: "never", sandboxMode: "danger-full-access" })
  )
  const scope = yield* Effect.scope
  const start = (): Effect.Effect<Server> =>
    Effect.gen(function* () {
      const services = yield* Layer.build(
        Layer.fresh(
          Codex.layer({
            codexHome: home.codexHome,
            cwd: home.workspace,
            env: home.env,
            inheritEnv: false
          })
        )
      )
      const codex = Context.get(services, Codex.Codex)
      const { pid } = Context.get(services, AppServer.AppServer)
      const kill = Effect.andThen(
        Effect.sync(() => process.kill(pid, "SIGKILL")),
        Effect.ignore(Stream.runDrain(codex.notifications))
      )
      return { codex, kill }
    }).pipe(Effect.provide(NodeServices.layer), Effect.provideService(Scope.Scope, scope), Effect.orDie)
  return { home, model, start }
}).pipe(Effect.provide(NodeServices.layer), Effect.orDie)

/** The keys of the inputs among some items. */
export const keysOf = (items: ReadonlyArray<ThreadItem>): ReadonlyArray<string> =>
  items.flatMap((item) => (item.type === "userMessage" ? [item.clientId ?? "none"] : []))

/** How many requests of the model had this text as their latest input. */
export const timesAsked = (model: MockModel.MockModel, text: string) =>
  Effect.map(model.requests, (requests) => requests.filter(({ lastUserText }) => lastUserText === text).length)
