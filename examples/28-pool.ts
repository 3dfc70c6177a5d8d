/**
 * Serves several tenants, each with its own Codex home. At most two processes run at once, and callers wait for them
 * in turns.
 *
 * Run with: npm run example -- 28
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"
import { Account, Codex, CodexPool, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Tenants from "./support/tenants.ts"

const program = Effect.gen(function* () {
  const tenants = yield* Tenants.Tenants
  const names = Array.from(tenants.keys())
  const loginOf = (tenant: string) => tenants.get(tenant)?.login ?? Account.withApiKey()

  // #region ask
  /** Asks on the process of a tenant, which starts if it does not run. */
  const ask = (tenant: string, question: string) =>
    Effect.gen(function* () {
      const pool = yield* CodexPool.CodexPool
      return yield* pool.use(
        tenant,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          // The login is saved in the home of the tenant. No other tenant can use it.
          yield* codex.ensureLoggedIn(loginOf(tenant))
          const thread = yield* codex.startThread({ ephemeral: true })
          const result = yield* thread.run(question, { maxDuration: "2 minutes" })
          return Option.getOrElse(result.finalResponse, () => "(no answer)")
        })
      )
    })
  // #endregion

  const answers = yield* Effect.forEach([...names, ...names], (tenant) => ask(tenant, "Is it ready?"), {
    concurrency: "unbounded"
  })
  for (const [index, answer] of answers.entries()) {
    yield* Console.log(Printable.line(`${names[index % names.length]}: ${answer}`))
  }

  // #region stats
  const pool = yield* CodexPool.CodexPool
  const { idle, inUse, processes, waiting } = yield* pool.stats
  yield* Console.log(`${processes} processes: ${inUse} in use, ${idle} idle; ${waiting} callers wait`)
  // #endregion

  // #region saturated
  // A service passes this on as "try again later".
  const load = yield* Effect.forEach(
    Array.from({ length: 12 }, () => "initech"),
    (tenant) =>
      ask(tenant, "Is it ready?").pipe(
        Effect.as("answered"),
        Effect.catchReason("CodexError", "Saturated", () => Effect.succeed("rejected"))
      ),
    { concurrency: "unbounded" }
  )
  // #endregion
  const count = (outcome: string) => load.filter((each) => each === outcome).length
  yield* Console.log(`${count("answered")} answered, ${count("rejected")} rejected`)
})

// #region layer
const poolLayer = (optionsOf: (tenant: string) => Codex.Options) =>
  CodexPool.layer({
    // Options as for `Codex.layer`: at least a separate `codexHome` for each tenant.
    lookup: optionsOf,
    maxProcesses: 2,
    idleTimeToLive: "1 minute",
    // At most four callers of a tenant are served at once. Six more may wait, and further ones fail.
    maxCallsPerKey: 4,
    maxWaitingPerKey: 6,
    // At most twenty turns run at once, over all tenants.
    maxTurns: 20,
    drainTimeout: "10 seconds"
  })
// #endregion

program.pipe(
  Effect.provide(
    Layer.unwrap(Effect.map(Tenants.Tenants, (tenants) => poolLayer((tenant) => tenants.get(tenant)?.options ?? {})))
  ),
  Effect.provide(
    Tenants.layer(
      {
        acme: "Answer formally.",
        globex: "Answer with a joke.",
        initech: "Answer in one word."
      },
      {
        fallback: (request) => {
          const text = request.texts("user").join("\n")
          if (text.includes("formally")) return MockModel.reply("It is, with our compliments.")
          return MockModel.reply(text.includes("joke") ? "Ready? It was born ready." : "Yes.")
        }
      }
    )
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
