/**
 * A service that survives the end of the Codex process: it starts a new process and resumes its threads. Also a
 * program with two Codex homes. The code of `docs/how-to-production.md`.
 *
 * Run with: npm run example -- snippets/restart
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Context, Effect, Layer, LayerRef, Logger, Option, Schedule, Stream } from "effect"
import { AppServer, Codex, CodexError, Printable } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

// #region connection
/**
 * A Codex whose process is replaced after it has died. Services take this in their constructors instead of `Codex`,
 * which would belong to the dead process.
 */
class Connection extends Context.Service<
  Connection,
  {
    /** Runs an effect with the current process. */
    readonly use: <A, E>(
      effect: Effect.Effect<A, E, Codex.Codex | AppServer.AppServer>
    ) => Effect.Effect<A, E | CodexError.CodexError>
  }
>()("my-service/Connection") {}

const connection = (codexLayer: ReturnType<typeof Codex.layer>) =>
  Layer.effect(
    Connection,
    Effect.gen(function* () {
      // `fresh`, because a layer that is already in use is otherwise not built again.
      const ref = yield* LayerRef.make(Layer.fresh(codexLayer), { idleTimeToLive: "1 minute" })
      // Holds the process until it ends, and ensures that the next call gets a new one.
      const watch = Effect.gen(function* () {
        const codex = Context.get(yield* ref.contextEffect, Codex.Codex)
        // This stream fails when the connection ends. The error has the exit code and the last lines of stderr.
        const error = yield* Effect.flip(Stream.runDrain(codex.notifications))
        yield* ref.invalidate
        yield* Effect.logError("Codex has ended", error)
      }).pipe(Effect.scoped)
      // A failed start is retried too.
      yield* watch.pipe(Effect.ignore, Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

      return Connection.of({
        use: (effect) =>
          Effect.scoped(Effect.flatMap(ref.contextEffect, (context) => Effect.provideContext(effect, context)))
      })
    })
  )
// #endregion

// #region service
/** Resumes a thread by its id, because the thread's handle would belong to the dead process. */
const makeAssistant = Effect.gen(function* () {
  const connection = yield* Connection
  return {
    open: connection.use(
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.startThread()
        yield* thread.run("Hello.")
        return thread.id
      })
    ),
    ask: (threadId: string, question: string) =>
      connection.use(
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.resumeThread(threadId)
          const result = yield* thread.run(question, { maxDuration: "5 minutes" })
          return Option.getOrElse(result.finalResponse, () => "")
        })
      )
  }
})

/** For `Effect.retry`, and only for work that may run twice: the interrupted turn may already have done something. */
const whenItHasDied = {
  schedule: Schedule.spaced("200 millis").pipe(Schedule.upTo({ times: 20 })),
  while: (error: unknown) => error instanceof CodexError.CodexError && error.reason._tag === "ConnectionClosed"
}
// #endregion

const program = Effect.gen(function* () {
  const connection = yield* Connection
  const assistant = yield* makeAssistant
  const pid = connection.use(Effect.map(AppServer.AppServer, (server) => server.pid))

  const threadId = yield* assistant.open
  const first = yield* pid
  yield* Console.log(Printable.text(yield* assistant.ask(threadId, "What did I say first?")))
  process.kill(first, "SIGKILL")
  yield* Console.log(Printable.text(yield* assistant.ask(threadId, "And now?").pipe(Effect.retry(whenItHasDied))))
  yield* Console.log(`another process: ${(yield* pid) !== first}`)
})

// #region homes
class Work extends Context.Service<Work, Codex.Codex>()("my-service/Work") {}
class Private extends Context.Service<Private, Codex.Codex>()("my-service/Private") {}

const homes = (work: Codex.Options, personal: Codex.Options) =>
  Layer.merge(
    Layer.effect(Work, Codex.Codex).pipe(Layer.provide(Codex.layer(work))),
    Layer.effect(Private, Codex.Codex).pipe(Layer.provide(Codex.layer(personal)))
  )
// #endregion

const twoHomes = Effect.gen(function* () {
  const work = yield* Work
  const personal = yield* Private
  yield* Console.log(`two homes: ${work.metadata.codexHome !== personal.metadata.codexHome}`)
})

const main = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const model = yield* MockModel.MockModel
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(model.configToml())
  const codexLayer = Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false })
  yield* Effect.provide(program, connection(codexLayer))
  const other = yield* CodexTest.makeHome(model.configToml())
  yield* Effect.provide(
    twoHomes,
    homes({ codexHome, env, inheritEnv: false }, { codexHome: other.codexHome, env: other.env, inheritEnv: false })
  )
})

main.pipe(
  Effect.scoped,
  Effect.provide(
    MockModel.layer({
      fallback: (request) =>
        MockModel.reply(`You said ${request.texts("user").filter((it) => !it.startsWith("<")).length} things.`)
    })
  ),
  Effect.provide(NodeServices.layer),
  // The log would show the end of the process here, on a separate line.
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
