/**
 * A workflow with a person in the middle. The program ends while the person thinks, the person answers without it, and
 * the next start of the program continues the workflow. No turn is paid twice.
 *
 * Run with: npm run example -- 30
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Layer, Logger, Option, Schema } from "effect"
import { ClusterWorkflowEngine } from "effect/cluster"
import { Workflow } from "effect/workflow"
import { Codex, Printable } from "effect-codex"
import { ApprovalInbox, EmbeddedPostgres, Runner, ThreadDirectory } from "effect-codex/cluster"
import { MockModel } from "effect-codex/testing"
import * as ThreadStore from "effect-codex/ThreadStore"
import { approval, layerApprovals, NotDecided, TurnError, turnActivity, Turns } from "effect-codex/workflow"
import * as Homes from "./support/homes.ts"

// #region workflow
const Release = Workflow.make("Release", {
  payload: { version: Schema.String },
  // One execution for each version, however often it is started.
  idempotencyKey: ({ version }) => version,
  success: Schema.String,
  error: Schema.Union([TurnError, NotDecided])
})

const ship = approval({ name: "ship", choices: { yes: "Release it", no: "Stop here" } })

const text = Option.getOrElse(() => "(no answer)")

const workflow = Release.toLayer(
  Effect.fnUntraced(function* ({ version }) {
    const notes = yield* turnActivity({ name: "notes", input: `Write the release notes of ${version}.` })
    const { by, choice } = yield* ship.ask({
      lines: [`Release ${version}?`, ...text(notes.finalResponse).split("\n")],
      expiresAfter: "2 days"
    })
    if (choice === "no") return `${by} has stopped the release.`
    // The same conversation, in whichever process it continues.
    const announced = yield* turnActivity({
      name: "announce",
      input: "The release is approved. Announce it.",
      options: { ifInterrupted: "continue" }
    })
    return text(announced.finalResponse)
  })
)
// #endregion

// #region layers
/** The database of this machine. For several machines, `PgClient.layer` and `Runner.layer` take its place. */
const database = (folder: string) => EmbeddedPostgres.layer({ folder })

/** What runs workflows. */
const live = (options: Codex.Options, folder: string) =>
  Layer.merge(workflow, layerApprovals).pipe(
    Layer.provideMerge(ClusterWorkflowEngine.layer),
    Layer.provide(Runner.layerSingle()),
    Layer.provide(Turns.layerStored),
    Layer.provide(ThreadStore.layerMirror()),
    Layer.provide(Codex.layer(options)),
    Layer.provide([ThreadDirectory.layerSql, ThreadStore.layerSql]),
    Layer.provideMerge(ApprovalInbox.layerSql()),
    Layer.provide(database(folder))
  )

/** What a program for people needs: the database, and no Codex. */
const people = (folder: string) => ApprovalInbox.layerSql().pipe(Layer.provide(database(folder)))
// #endregion

// #region person
/** Shows the oldest open request, and answers it. */
const decide = Effect.gen(function* () {
  const inbox = yield* ApprovalInbox.ApprovalInbox
  const { data } = yield* inbox.list()
  const entry = yield* Effect.fromOption(Option.fromUndefinedOr(data[0]))
  // The lines of an entry are safe to print.
  yield* Effect.forEach(entry.lines, (line) => Console.log(`  ${line}`))
  yield* inbox.answer(entry.id, { choice: "yes", by: "ann@example.com", note: "the notes are fine" })
  return entry.id
})
// #endregion

/** Waits until there is an open request. */
const isAsked = Effect.gen(function* () {
  const inbox = yield* ApprovalInbox.ApprovalInbox
  yield* Effect.map(inbox.list(), ({ data }) => data.length).pipe(
    Effect.tap(Effect.sleep("50 millis")),
    Effect.repeat({ until: (count) => count > 0 })
  )
})

const program = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const fs = yield* FileSystem.FileSystem
  const model = yield* MockModel.MockModel
  // A program of yours has a fixed folder.
  const folder = yield* fs.makeTempDirectoryScoped()
  const inNewProcess = <A, E>(effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof live>>>) =>
    Effect.scoped(
      Effect.flatMap(Homes.make, (options) => Effect.provide(effect, live(options, folder), { local: true }))
    )

  yield* inNewProcess(Effect.andThen(Release.execute({ version: "2.0" }, { discard: true }), isAsked))
  yield* Console.log("Everything is stopped. A person looks into the inbox:")
  const entryId = yield* Effect.provide(decide, people(folder), { local: true })
  yield* Console.log("The program starts again:")
  yield* inNewProcess(
    Effect.gen(function* () {
      yield* Console.log(Printable.text(yield* Release.execute({ version: "2.0" })))
      const inbox = yield* ApprovalInbox.ApprovalInbox
      const { data } = yield* inbox.history({ entryId })
      for (const { by, detail, note, type } of data) {
        if (Option.isNone(by)) continue
        const words = [type, `by ${by.value}:`, text(detail), `(${text(note)})`]
        yield* Console.log(Printable.line(words.join(" ")))
      }
    })
  )
  yield* Console.log(`The model was asked ${(yield* model.requests).length} times.`)
})

program.pipe(
  Effect.scoped,
  Effect.provide(
    Homes.layer({
      fallback: (request) =>
        MockModel.reply(
          request.lastUserText?.startsWith("Write") === true
            ? "Faster imports.\nFewer bugs."
            : request.texts("user").join(" ").includes("release notes of 2.0")
              ? "2.0 is out!"
              : "What was released?"
        )
    })
  ),
  Effect.provide(NodeServices.layer),
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
