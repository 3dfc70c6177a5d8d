/**
 * A step of the compatibility run: one thing that a user does, on a separate Codex, judged by what the user gets. Steps
 * share nothing, so that a failing step does not affect the others.
 */
import { NodeServices } from "@effect/platform-node"
import { Context, Data, Effect, Formatter, Layer, type Scope } from "effect"
import { isDeepStrictEqual } from "node:util"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

/** The runtime under test. */
export interface Runtime {
  readonly version: string
  readonly executable: string
}

/** One thing that a user does. Succeeds if it is complete. */
export interface Step {
  /** Its name in the table. */
  readonly name: string
  readonly run: (runtime: Runtime) => Effect.Effect<void, unknown, Scope.Scope>
}

/** The user got an unexpected result. */
export class Unmet extends Data.TaggedError("Unmet")<{ readonly message: string }> {}

/** Fails unless the user got this value. */
export const equal = (what: string, actual: unknown, expected: unknown): Effect.Effect<void, Unmet> =>
  isDeepStrictEqual(actual, expected)
    ? Effect.void
    : Effect.fail(
        new Unmet({ message: `${what}: ${Formatter.format(actual)} instead of ${Formatter.format(expected)}` })
      )

/** Fails unless the condition holds. */
export const holds = (what: string, condition: boolean): Effect.Effect<void, Unmet> => equal(what, condition, true)

const withDefaults = (runtime: Runtime, { codex, ...options }: CodexTest.Options): CodexTest.Options => ({
  model: { fallback: () => MockModel.reply("done") },
  ...options,
  codex: (home) => ({ ...(typeof codex === "function" ? codex(home) : codex), executable: runtime.executable })
})

/** A step on a running Codex. */
export const step = (
  name: string,
  body: Effect.Effect<void, unknown, CodexTest.Services | Scope.Scope>,
  options: CodexTest.Options = {}
): Step => ({ name, run: (runtime) => Effect.provide(body, CodexTest.layer(withDefaults(runtime, options))) })

/** The context of a step that starts its processes itself, one after the other, in one home. */
export interface House {
  readonly runtime: Runtime
  readonly model: MockModel.MockModel
  readonly home: CodexTest.TestHome
  /** A process that ends with the scope. */
  readonly start: Effect.Effect<
    { readonly codex: Codex.Codex; readonly server: AppServer.AppServer },
    unknown,
    Scope.Scope
  >
}

/** A step that starts its processes itself. */
export const houseStep = (
  name: string,
  body: (house: House) => Effect.Effect<void, unknown, Scope.Scope>,
  config?: MockModel.ConfigOptions
): Step => ({
  name,
  run: (runtime) =>
    Effect.gen(function* () {
      const model = yield* MockModel.make({ fallback: () => MockModel.reply("done") })
      const home = yield* CodexTest.makeHome(model.configToml(config))
      const start = Effect.map(
        Layer.build(
          // Fresh, because a layer is otherwise built only once in a scope.
          Layer.fresh(
            Codex.layer({
              executable: runtime.executable,
              cwd: home.workspace,
              env: home.env,
              inheritEnv: false
            })
          )
        ),
        (services) => ({
          codex: Context.get(services, Codex.Codex),
          server: Context.get(services, AppServer.AppServer)
        })
      )
      yield* body({ runtime, model, home, start: Effect.provide(start, NodeServices.layer) })
    }).pipe(Effect.provide(NodeServices.layer))
})
