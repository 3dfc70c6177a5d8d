/**
 * Steps on the login.
 */
import { Effect, Redacted } from "effect"
import * as Codex from "../../../src/Codex.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { equal, type Step, step } from "../step.ts"

const key = Redacted.make("sk-mock")

const account = Effect.flatMap(Codex.Codex, (codex) =>
  Effect.map(codex.account(), ({ account, requiresOpenaiAuth }) => [account?.type, requiresOpenaiAuth])
)

const options = { config: { requiresOpenaiAuth: true } }

export const login: ReadonlyArray<Step> = [
  step(
    "account",
    Effect.gen(function* () {
      yield* equal("account", yield* account, [undefined, true])
    }),
    options
  ),
  step(
    "login by key",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* codex.loginApiKey(key)
      yield* equal("account", yield* account, ["apiKey", true])
      yield* (yield* codex.startThread()).run("hi")
      const [request] = yield* (yield* MockModel.MockModel).requests
      yield* equal("what the model's host gets", request?.headers["authorization"], "Bearer sk-mock")
    }),
    options
  ),
  step(
    "logout",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* codex.loginApiKey(key)
      yield* codex.logout
      yield* equal("account", yield* account, [undefined, true])
    }),
    options
  )
]
