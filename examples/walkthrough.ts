/**
 * Walks through the package, step by step: login, threads, turns, streaming, approvals, structured output, tools and
 * failures. The code of `docs/walkthrough.md`, which also has the output of each step.
 *
 * Run with: npm run example -- walkthrough      (always uses the embedded model)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Option, Schema, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { Account, Approval, Codex, Printable, Turn } from "effect-codex"
import { step, withEmbedded } from "./support/walkthroughModel.ts"

// #region layer
const codexLayer = (options: Codex.Options) => {
  // Everything that is not listed here is declined.
  const policy = Approval.allowCommands(Approval.command.equals(["echo", "4331", "days"]))
  return Codex.layer({ ...options, serverRequests: Approval.handlers(policy) }).pipe(Layer.provide(NodeServices.layer))
}
// #endregion

// #region answer
/** The answer of a turn, as text that cannot control the terminal. */
const answer = (result: Turn.TurnResult) => Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)"))
// #endregion

// #region schema
const Planet = Schema.Struct({
  name: Schema.String,
  moons: Schema.Array(Schema.String),
  rings: Schema.Boolean
})
// #endregion

// #region toolkit
const Distance = Tool.make("distance", {
  description: "The distance between two bodies, in millions of kilometers",
  parameters: Schema.Struct({ from: Schema.String, to: Schema.String }),
  success: Schema.Finite
})

const Sky = Toolkit.make(Distance)

const SkyLive = Sky.toLayer({
  distance: ({ from, to }) => Effect.as(Console.log(Printable.line(`distance was called: ${from}, ${to}`)), 778)
})
// #endregion

const program = Effect.gen(function* () {
  yield* step("start")
  // #region start
  const codex = yield* Codex.Codex
  yield* Console.log(`codex ${codex.metadata.version} is running.`)
  // #endregion

  yield* step("login")
  // #region login
  const account = yield* codex.ensureLoggedIn(
    Account.withDeviceCode(({ userCode, verificationUrl }) =>
      Console.log(`Open ${verificationUrl} and enter ${userCode}`)
    )
  )
  yield* Console.log(`Logged in with ${account.type}.`)
  // #endregion

  yield* step("thread")
  // #region thread
  const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
  yield* thread.setName("Planets")
  yield* Console.log(`thread ${thread.id}`)
  // #endregion

  yield* step("run")
  // #region run
  const result = yield* thread.run("Which planet is the largest?", { maxDuration: "2 minutes" })
  yield* Console.log(answer(result))
  yield* Console.log(`${result.status}: ${result.items.map((item) => item.type).join(", ")}`)
  // #endregion

  yield* step("text")
  // #region text
  yield* thread.stream("Write a haiku about it.").pipe(
    Turn.textDeltas,
    Stream.runForEach((text) => Console.log(`+ "${Printable.line(text)}"`))
  )
  // #endregion

  yield* step("steer")
  // #region steer
  const turn = yield* thread.turn("List all of its moons.")
  // Waits for the first words, then changes the task. `turn.interrupt()` would stop the turn.
  yield* Stream.runHead(Turn.textDeltas(turn.events))
  yield* turn.steer("Only the large ones, please.")
  yield* Console.log(answer(yield* turn.result))
  // #endregion

  yield* step("approvals")
  // #region approvals
  const checked = yield* thread.run("How long is its year? Compute it, and check it online.")
  for (const item of checked.items) {
    if (item.type !== "commandExecution") continue
    yield* Console.log(Printable.line(`${item.status}: ${item.aggregatedOutput?.trim() ?? "no output"}`))
  }
  // #endregion

  yield* step("structured")
  // #region structured
  const { value } = yield* thread.runAs(Planet, "Describe the planet.")
  yield* Console.log(Printable.line(`${value.name} has ${value.moons.length} large moons, rings: ${value.rings}`))
  // #endregion

  yield* step("tools")
  // #region tools
  const measuring = yield* codex.startThread({ tools: Sky, ephemeral: true })
  yield* Console.log(answer(yield* measuring.run("How far is Jupiter from the Sun?")))
  // #endregion

  yield* step("resume")
  // #region resume
  const { data } = yield* codex.listThreads({ pageSize: 10 })
  const [latest] = data
  yield* Console.log(Printable.line(`${data.length} saved thread: ${latest?.name ?? "without a name"}`))
  // The id is all that another program needs to continue the conversation.
  const resumed = yield* codex.resumeThread(thread.id)
  yield* Console.log(answer(yield* resumed.run("What did I ask you first?")))
  // #endregion

  yield* step("failure")
  // #region failure
  yield* resumed.run("Tell me everything.").pipe(
    Effect.catchReason("TurnFailed", "UsageLimitExceeded", ({ message }) => Console.log(message)),
    Effect.catchTag("TurnFailed", ({ reason }) => Console.log(`The turn failed: ${reason._tag}`))
  )
  // #endregion
})

withEmbedded((options) =>
  program.pipe(Effect.provide(SkyLive), Effect.provide(codexLayer(options)), Effect.scoped)
).pipe(NodeRuntime.runMain)
