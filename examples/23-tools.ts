/**
 * Provides your own tools: a toolkit that the model calls and this program runs. One tool has no effects, one needs a
 * service and can fail, and one runs only after an approval.
 *
 * Run with: npm run example -- 23
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Context, Effect, Layer, Option, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { Codex, Printable, Thread } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

// #region tools
class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", { article: Schema.String }) {}

const Price = Tool.make("price", {
  description: "The price of some pieces, in cents",
  parameters: Schema.Struct({ pieces: Schema.Int, cents: Schema.Int.annotate({ description: "of one piece" }) }),
  success: Schema.Int
})

const Stock = Tool.make("stock", {
  description: "How many pieces of an article there are, and when the next ones come",
  parameters: Schema.Struct({ article: Schema.String }),
  success: Schema.Struct({ pieces: Schema.Int, next: Schema.DateFromString }),
  // The model may see this failure. Any other error stays in the program's log.
  failure: SoldOut
})

const Order = Tool.make("order", {
  description: "Orders pieces of an article",
  parameters: Schema.Struct({ article: Schema.String, pieces: Schema.Int }),
  success: Schema.String,
  needsApproval: ({ pieces }) => pieces > 10
})

const Shop = Toolkit.make(Price, Stock, Order)
// #endregion

// #region handlers
class Warehouse extends Context.Service<Warehouse, { readonly count: (article: string) => Effect.Effect<number> }>()(
  "Warehouse"
) {}

/** Implements the tools. Only this layer requires what they need. */
const ShopLive = Shop.toLayer(
  Effect.gen(function* () {
    const warehouse = yield* Warehouse
    return Shop.of({
      price: ({ cents, pieces }) => Effect.succeed(pieces * cents),
      stock: Effect.fnUntraced(function* ({ article }) {
        const pieces = yield* warehouse.count(article)
        return pieces === 0 ? yield* new SoldOut({ article }) : { pieces, next: new Date("2030-01-01") }
      }),
      order: ({ article, pieces }) => Effect.as(Console.log(`ordered: ${pieces} ${article}`), "ordered")
    })
  })
)
// #endregion

// #region service
class Clerk extends Context.Service<Clerk, { readonly ask: (question: string) => Effect.Effect<string, Error> }>()(
  "Clerk"
) {}

/** Gets the handlers once. This layer requires them, and its methods require nothing. */
const ClerkLive = Layer.effect(
  Clerk,
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const shop = yield* Shop
    return Clerk.of({
      ask: Effect.fn("Clerk.ask")(function* (question) {
        const thread = yield* Thread.scoped(codex.startThread({ tools: shop, ephemeral: true }))
        const result = yield* thread.run(question)
        return Option.getOrElse(result.finalResponse, () => "(no answer)")
      }, Effect.scoped)
    })
  })
)
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region thread
  // Tools belong to the thread. The `R` of this effect includes their handlers.
  const thread = yield* codex.startThread({
    tools: Shop,
    toolOptions: {
      concurrency: 4,
      perTool: { stock: { timeout: "5 seconds" } },
      approve: ({ arguments: args, tool }) =>
        Effect.as(Console.log(Printable.line(`no: ${tool} ${JSON.stringify(args)}`)), false)
    }
  })
  // #endregion

  for (const question of ["What do 3 lamps cost?", "Are there lamps and chairs?", "Order 2 lamps.", "Order 200."]) {
    const result = yield* thread.run(question)
    yield* Console.log(`${question} ${Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)"))}`)
  }

  // #region resume
  // A thread keeps its tools, so the program that resumes it must answer their calls.
  const later = yield* codex.resumeThread(thread.id, { tools: Shop })
  // #endregion
  const { finalResponse } = yield* later.run("What do 3 lamps cost?")
  yield* Console.log(`Resumed: ${Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))}`)

  const clerk = yield* Clerk
  yield* Console.log(`The clerk: ${Printable.text(yield* clerk.ask("What do 3 lamps cost?"))}`)
})

/** The embedded model calls tools, then reports their results. */
const model: MockModel.Options = {
  fallback: (request) => {
    const question = request.lastUserText ?? ""
    const calls =
      question === "What do 3 lamps cost?"
        ? [MockModel.toolCall({ name: "price", arguments: { pieces: 3, cents: 1999 }, callId: "price" })]
        : question === "Are there lamps and chairs?"
          ? ["lamp", "chair"].map((article) =>
              MockModel.toolCall({ name: "stock", arguments: { article }, callId: article })
            )
          : [
              MockModel.toolCall({
                name: "order",
                arguments: { article: "lamp", pieces: Number(/\d+/.exec(question)?.[0]) },
                callId: question
              })
            ]
    const outputs = calls.map((call) => ("callId" in call ? request.toolOutput(call.callId ?? "") : undefined))
    return outputs.includes(undefined) ? MockModel.response(calls) : MockModel.reply(outputs.join("; "))
  }
}

const warehouse = Layer.succeed(Warehouse, { count: (article) => Effect.succeed(article === "lamp" ? 7 : 0) })

program.pipe(
  // Provided to the whole program, so the tools exist as long as the threads do.
  Effect.provide(
    ClerkLive.pipe(Layer.provideMerge(Layer.provide(ShopLive, warehouse)), Layer.provideMerge(Setup.layer(model)))
  ),
  NodeRuntime.runMain
)
