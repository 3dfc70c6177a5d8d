/**
 * Many tenants: one process and one Codex home for each, started when it is needed. The code of `docs/choosing.md`.
 *
 * Run with: npm run example -- snippets/tenants
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"
import { AppServer, Codex, CodexPool, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Homes from "../support/homes.ts"

// #region layer
/** `optionsOf` reads the options from a table: each tenant has its own `codexHome`, `cwd` and `env`. */
const poolLayer = (optionsOf: (tenant: string) => Codex.Options) =>
  CodexPool.layer({
    lookup: (tenant: string) => ({ ...optionsOf(tenant), inheritEnv: false }),
    maxProcesses: 20,
    idleTimeToLive: "10 minutes"
  }).pipe(Layer.provide(NodeServices.layer))
// #endregion

// #region ask
/** Asks on the process of a tenant, which starts if it does not run. */
const ask = Effect.fnUntraced(function* (tenant: string, question: string) {
  const pool = yield* CodexPool.CodexPool
  const turn = Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread({ approvalMode: "denyAll" })
    return yield* thread.run(question, { maxDuration: "5 minutes" })
  })
  const { finalResponse } = yield* pool.use(tenant, turn)
  return Option.getOrElse(finalResponse, () => "")
})
// #endregion

const program = Effect.gen(function* () {
  const pool = yield* CodexPool.CodexPool
  const pid = (tenant: string) =>
    pool.use(
      tenant,
      Effect.map(AppServer.AppServer, (server) => server.pid)
    )
  yield* Console.log(Printable.text(yield* ask("red", "Who am I?")))
  yield* Console.log(Printable.text(yield* ask("blue", "And I?")))
  const first = yield* pid("red")
  yield* Console.log(`one process each: ${first !== (yield* pid("blue"))}`)
  yield* Console.log(`the same one again: ${(yield* pid("red")) === first}`)
})

Effect.all({ red: Homes.make, blue: Homes.make }).pipe(
  Effect.flatMap(({ blue, red }) =>
    Effect.provide(
      program,
      poolLayer((tenant) => (tenant === "red" ? red : blue))
    )
  ),
  Effect.scoped,
  Effect.provide(Homes.layer({ fallback: (request) => MockModel.reply(`You asked: ${request.lastUserText}`) })),
  NodeRuntime.runMain
)
