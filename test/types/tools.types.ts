/**
 * What must and must not compile about tools of threads. Checked by `npm run types`; never run.
 */
import { Context, Effect, type Layer, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import type * as Codex from "../../src/Codex.ts"
import type { CodexError } from "../../src/CodexError.ts"
import type { Thread } from "../../src/Thread.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

class Orders extends Context.Service<Orders, { readonly count: Effect.Effect<number> }>()("Orders") {}
class Session extends Context.Service<Session, { readonly user: string }>()("Session") {}

declare const codex: Codex.Codex
declare const thread: Thread

const Count = Tool.make("count", { success: Schema.Int })
const Whoami = Tool.make("whoami", { success: Schema.String, dependencies: [Session] })
const Plain = Toolkit.make(Count)
class Shop extends Toolkit.make(Count, Whoami) {}

// Without tools, nothing is required.
holds<Equal<Effect.Services<ReturnType<typeof codex.startThread<never>>>, never>>()
const without = codex.startThread({ ephemeral: true })
holds<Equal<typeof without, Effect.Effect<Thread, CodexError>>>()

// With tools, their handlers are required, and the dependencies of single tools.
const plain = codex.startThread({ tools: Plain })
holds<Equal<typeof plain, Effect.Effect<Thread, CodexError, Tool.Handler<"count">>>>()
const shop = codex.startThread({ tools: Shop })
holds<Equal<Effect.Services<typeof shop>, Tool.Handler<"count"> | Tool.Handler<"whoami"> | Session>>()

// The requirements of the handlers are those of their layer.
const handlers = Plain.toLayer(
  Effect.gen(function* () {
    const orders = yield* Orders
    return Plain.of({ count: () => orders.count })
  })
)
holds<Equal<typeof handlers, Layer.Layer<Tool.Handler<"count">, never, Orders>>>()
const provided = Effect.provide(plain, handlers)
holds<Equal<typeof provided, Effect.Effect<Thread, CodexError, Orders>>>()

// Resolved handlers are no longer a requirement.
export const program = Effect.gen(function* () {
  const found = yield* Plain
  const started = codex.startThread({ tools: found })
  holds<Equal<typeof started, Effect.Effect<Thread, CodexError>>>()
})

// The same applies to threads that have tools and get a toolkit.
const resumed = codex.resumeThread("id", { tools: Plain })
holds<Equal<Effect.Services<typeof resumed>, Tool.Handler<"count">>>()
const either = codex.resumeOrStart(undefined, { tools: Plain, ephemeral: true })
holds<Equal<Effect.Services<typeof either>, Tool.Handler<"count">>>()
const unarchived = codex.unarchiveThread("id", { tools: Plain })
holds<Equal<Effect.Services<typeof unarchived>, Tool.Handler<"count">>>()
const forked = thread.fork({ tools: Plain })
holds<Equal<Effect.Services<typeof forked>, Tool.Handler<"count">>>()

// The limits have the names of the tools.
codex.startThread({ tools: Shop, toolOptions: { concurrency: 4, perTool: { count: { timeout: "5 seconds" } } } })
// @ts-expect-error there is no such tool
codex.startThread({ tools: Shop, toolOptions: { perTool: { counts: { timeout: "5 seconds" } } } })
// @ts-expect-error a list of tools is no toolkit
codex.startThread({ tools: [Count] })
// @ts-expect-error tools are the thread's, not the turn's
thread.run("x", { tools: Plain })
