/**
 * Runs threads on several machines: the program of a runner, the program of a client, and a decision about a turn whose
 * outcome is unknown. The code of `docs/how-to-cluster.md`. Here, one process is the whole cluster.
 *
 * Run with: npm run example -- snippets/cluster
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Console, Effect, Fiber, FileSystem, Layer, Logger, Option, type Redacted, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { EmbeddedPostgres, Runner, ThreadDirectory, ThreadEntity } from "effect-codex/cluster"
import { CodexTest, MockModel } from "effect-codex/testing"
import * as ThreadStore from "effect-codex/ThreadStore"

// #region runner
/** A runner: it runs threads, with an app-server and a Codex home of its own. */
export const runner = (host: string, url: Redacted.Redacted) =>
  ThreadEntity.layerStored({
    thread: (customer) => ({ start: { cwd: `/srv/customers/${customer}`, sandbox: "workspaceWrite" } })
  }).pipe(
    Layer.provide(ThreadStore.layerMirror()),
    Layer.provide(Codex.layer({ codexHome: "/var/lib/codex", restart: {} })),
    Layer.provide([ThreadDirectory.layerSql, ThreadStore.layerSql]),
    Layer.provide(Runner.layer({ host, port: 34431, settings: { entityTerminationTimeout: "50 seconds" } })),
    Layer.provide(PgClient.layer({ url })),
    Layer.provide(NodeServices.layer)
  )

// Layer.launch(runner("10.0.0.5", url)).pipe(NodeRuntime.runMain)
// #endregion

// #region client
/** Answers a message of a customer. The id of the message is the key: asked again, it gets the same answer. */
const answer = Effect.fnUntraced(function* (customer: string, messageId: string, text: string) {
  const thread = yield* ThreadEntity.client
  const { finalResponse } = yield* thread(customer).run(messageId, text)
  return Option.getOrElse(finalResponse, () => "")
})

/** A client: it has no threads. A web server, for example. */
export const client = (url: Redacted.Redacted) =>
  Runner.layerClient().pipe(Layer.provide(PgClient.layer({ url })), Layer.provide(NodeServices.layer))
// #endregion

// #region beside
/** Shows the answer while it is written, and stops the turn if it takes too long. */
const watch = Effect.fnUntraced(function* (customer: string, messageId: string) {
  const thread = (yield* ThreadEntity.client)(customer)
  yield* Turn.textDeltas(thread.events(messageId)).pipe(
    Stream.runForEach((text) => Console.log(Printable.text(text))),
    Effect.timeoutOrElse({ duration: "5 minutes", orElse: () => thread.interrupt })
  )
})
// #endregion

// #region unknown
/** Asks a person whether to continue a turn whose outcome is unknown. Nothing is sent before they have decided. */
const careful = (customer: string, messageId: string, text: string, confirm: (why: string) => Effect.Effect<boolean>) =>
  Effect.gen(function* () {
    const thread = (yield* ThreadEntity.client)(customer)
    return yield* thread
      .run(messageId, text)
      .pipe(
        Effect.catchTag("OutcomeUnknown", (unknown) =>
          Effect.flatMap(confirm(unknown.message), (isConfirmed) =>
            isConfirmed ? thread.run(messageId, text, { ifInterrupted: "continue" }) : Effect.fail(unknown)
          )
        )
      )
  })
// #endregion

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const home = yield* CodexTest.TestHome
  const folder = yield* fs.makeTempDirectoryScoped()
  const one = ThreadEntity.layerStored().pipe(
    Layer.provide(ThreadStore.layerMirror()),
    Layer.provide(Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })),
    Layer.provide([ThreadDirectory.layerSql, ThreadStore.layerSql]),
    Layer.provideMerge(Runner.layerSingle()),
    Layer.provide(EmbeddedPostgres.layer({ folder }))
  )
  yield* Effect.gen(function* () {
    const shown = yield* Effect.forkChild(watch("ada", "message-1"), { startImmediately: true })
    const text = yield* answer("ada", "message-1", "Hello?")
    yield* Fiber.join(shown)
    yield* Console.log(`answer: ${Printable.text(text)}`)
    const { source } = yield* careful("ada", "message-1", "Hello?", () => Effect.succeed(false))
    yield* Console.log(`asked again: ${source}`)
  }).pipe(Effect.provide(one))
})

program.pipe(
  Effect.scoped,
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("Hello.") } })),
  Effect.provide(NodeServices.layer),
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
