/** The process of one cold start: prints the milliseconds since it started, and its processor time. */
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

const since = (): readonly [millis: number, cpu: number] => {
  const { system, user } = process.cpuUsage()
  return [performance.now(), (user + system) / 1000]
}

const { Effect, NodeServices } = await effects(how === "modules" ? "modules" : "barrels")
if (upTo === "effect") {
  process.stdout.write(JSON.stringify(since()))
} else {
  // Type boundary: the file is the package's entry, or its module Codex.
  const loaded = (await import(file ?? "")) as { readonly Codex: typeof CodexModule } | typeof CodexModule
  const Codex = "Codex" in loaded && "layer" in loaded.Codex ? loaded.Codex : (loaded as typeof CodexModule)
  const layer = Codex.layer({ ...JSON.parse(options ?? "{}"), inheritEnv: false })
  const handshake = Effect.sync(since)
  const found = await Effect.runPromise(handshake.pipe(Effect.provide(layer), Effect.provide(NodeServices.layer)))
  process.stdout.write(JSON.stringify(found))
}
