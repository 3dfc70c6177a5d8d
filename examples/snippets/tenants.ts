/**
 * Many tenants: one process and one Codex home for each, started when it is needed. The code of `docs/choosing.md`.
 *
 * Run with: npm run example -- snippets/tenants
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, LayerMap, Option } from "effect"
import { AppServer, Codex, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Homes from "../support/homes.ts"

// #region ask
type Tenant = "red" | "blue"

const ask = (question: string) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread({ approvalMode: "denyAll" })
    const { finalResponse } = yield* thread.run(question, { maxDuration: "5 minutes" })
    return Option.getOrElse(finalResponse, () => "")
  })
// #endregion

const program = (optionsOf: (tenant: Tenant) => Codex.Options) =>
  Effect.gen(function* () {
    // #region tenants
    // `optionsOf` reads the options from a table: each tenant has its own `codexHome`, `cwd` and `env`.
    const tenants = yield* LayerMap.make(
      (tenant: Tenant) =>
        Codex.layer({ ...optionsOf(tenant), inheritEnv: false }).pipe(Layer.provide(NodeServices.layer)),
      // The process ends when its tenant has been idle for this time.
      { idleTimeToLive: "10 minutes" }
    )
    const answer = (tenant: Tenant, question: string) =>
      ask(question).pipe(
        Effect.provide(tenants.get(tenant)),
        // The process has ended. The next request of this tenant starts another one.
        Effect.tapErrorTag("CodexError", ({ reason }) =>
          reason._tag === "ConnectionClosed" ? tenants.invalidate(tenant) : Effect.void
        )
      )
    // #endregion

    yield* Console.log(Printable.text(yield* answer("red", "Who am I?")))
    yield* Console.log(Printable.text(yield* answer("blue", "And I?")))
    const pid = (tenant: Tenant) =>
      Effect.provide(
        Effect.map(AppServer.AppServer, (server) => server.pid),
        tenants.get(tenant)
      )
    yield* Console.log(`one process each: ${(yield* pid("red")) !== (yield* pid("blue"))}`)
    const first = yield* pid("red")
    yield* Console.log(`the same one again: ${(yield* pid("red")) === first}`)

    process.kill(first, "SIGKILL")
    yield* Console.log(yield* answer("red", "Still there?").pipe(Effect.catch(({ _tag }) => Effect.succeed(_tag))))
    yield* Console.log(Printable.text(yield* answer("red", "And now?")))
    yield* Console.log(`another one: ${(yield* pid("red")) !== first}`)
  }).pipe(Effect.scoped)

Effect.all({ red: Homes.make, blue: Homes.make }).pipe(
  Effect.flatMap((homes) => program((tenant) => homes[tenant])),
  Effect.scoped,
  Effect.provide(Homes.layer({ fallback: (request) => MockModel.reply(`You asked: ${request.lastUserText}`) })),
  NodeRuntime.runMain
)
