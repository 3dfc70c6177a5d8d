/** The process of one cold start: prints the milliseconds since it began. */
import type * as CodexModule from "effect-codex/Codex"
import type { How } from "./coldStart.ts"

const [, , how, upTo, file, options] = process.argv

// Type boundary: the bench passes one of these.
const effects = async (how: How) => {
  if (how === "barrels") {
    const { Effect } = await import("effect")
    const { NodeServices } = await import("@effect/platform-node")
    return { Effect, NodeServices }
  }
  return {
    Effect: await import("effect/Effect"),
    NodeServices: await import("@effect/platform-node/NodeServices")
  }
}

const { Effect, NodeServices } = await effects(how === "modules" ? "modules" : "barrels")
if (upTo === "effect") {
  process.stdout.write(String(performance.now()))
} else {
  // Type boundary: the file is the package's entry, or its module Codex.
  const found = (await import(file ?? "")) as { readonly Codex: typeof CodexModule } | typeof CodexModule
  const Codex = "Codex" in found && "layer" in found.Codex ? found.Codex : (found as typeof CodexModule)
  const layer = Codex.layer({ ...JSON.parse(options ?? "{}"), inheritEnv: false })
  const handshake = Effect.sync(() => performance.now())
  const millis = await Effect.runPromise(handshake.pipe(Effect.provide(layer), Effect.provide(NodeServices.layer)))
  process.stdout.write(String(millis))
}
