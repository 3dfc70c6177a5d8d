/**
 * A separate program, as a user would write one, that ends in the way that its first argument says. Its scenarios are
 * in `hosts.ts`.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Exit, Layer } from "effect"
import { closeSync, openSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../../src/Codex.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { appears } from "../support/codexes.ts"
import { field } from "../support/expect.ts"
import * as usedHome from "../support/usedHome.ts"

const [how = "", folder = "", command = ""] = process.argv.slice(2)

const endBy: { readonly [how: string]: () => void } = {
  exit: () => process.exit(4),
  exception: () =>
    void setImmediate(() => {
      throw new Error("not caught")
    }),
  rejection: () => void Promise.reject(new Error("not handled"))
}

/** Runs a command in a turn, prints that it runs, and then ends, or waits for its end. */
const session = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const model = yield* MockModel.MockModel
  const running = join(folder, "running")
  yield* model.enqueue(MockModel.execCommand({ cmd: `${command} & touch ${running}; wait`, yieldTimeMs: 30_000 }))
  const thread = yield* codex.startThread()
  yield* Effect.forkScoped(Effect.exit(thread.run("go")))
  yield* appears(running)
  yield* Effect.sync(() => writeFileSync(join(folder, "ready"), ""))
  yield* Effect.sync(() => endBy[how]?.())
  return yield* Effect.never
}).pipe(
  Effect.scoped,
  Effect.provide(
    CodexTest.layer({
      codex: ({ codexHome }) => (usedHome.copyTo(codexHome), {}),
      config: { sandboxMode: "danger-full-access" },
      model: { fallback: () => MockModel.reply("done") }
    })
  )
)

/** Uses all but a few descriptors, and prints the kind of the error. */
const withoutDescriptors = Effect.gen(function* () {
  const held: Array<number> = []
  try {
    for (;;) held.push(openSync("/dev/null", "r"))
  } catch {
    for (const descriptor of held.splice(0, 4)) closeSync(descriptor)
  }
  const layer = Codex.layer({ command: ["true"] }).pipe(Layer.provide(NodeServices.layer))
  const exit = yield* Effect.exit(Effect.scoped(Layer.build(layer).pipe(Effect.flip)))
  for (const descriptor of held) closeSync(descriptor)
  const reason = Exit.isSuccess(exit) ? field(exit.value, "reason") : undefined
  writeFileSync(join(folder, "kind"), String(field(reason, "kind")))
})

if (how === "descriptors") await Effect.runPromise(withoutDescriptors)
else NodeRuntime.runMain(session, { disableErrorReporting: true })
