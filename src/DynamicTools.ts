/**
 * Your own tools for a thread: a `Toolkit` of `effect/ai` that the model calls and your program runs.
 *
 * Pass it to `codex.startThread({ tools })`. Tools of an MCP server are not part of this: they belong to Codex's
 * configuration.
 *
 * Tools belong to the thread: a new thread receives them and keeps them. No other call can add or change them, and
 * sub-agents and reviews do not have them. To resume or fork such a thread, pass the toolkit again to answer its
 * calls.
 *
 * **Details**
 *
 * - Arguments are decoded with the schema of the tool's parameters. If they do not match, the model receives a
 *   description of the problem. The server shows the model the types, names, choices and descriptions of that
 *   schema, but not its bounds, patterns, formats and tuples: put these into descriptions.
 * - The model receives a result as JSON, and a string unchanged. `toModelOutput` of the tool can replace it by texts
 *   and images (bytes, base64 or a data URL; the server accepts no other address).
 * - The model receives a declared failure (`failure`) as JSON, too. Other errors and defects are logged, and the
 *   model only learns that the tool failed. In both cases the turn continues.
 * - When the turn ends, the fibers of its calls are interrupted.
 *
 * Tools open no port: calls use the existing connection.
 *
 * **Example** (Defining a tool that needs a service)
 *
 * ```ts
 * import { Context, Effect, Schema } from "effect"
 * import { Tool, Toolkit } from "effect/ai"
 * import { Codex } from "effect-codex"
 *
 * class OrderNotFound extends Schema.TaggedError<OrderNotFound>()("OrderNotFound", { number: Schema.Int }) {}
 *
 * const Order = Schema.Struct({ number: Schema.Int, status: Schema.String })
 *
 * interface Orders {
 *   readonly find: (number: number) => Effect.Effect<typeof Order.Type, OrderNotFound>
 * }
 *
 * const Orders = Context.Service<Orders, Orders>("app/Orders")
 *
 * const Shop = Toolkit.make(
 *   Tool.make("lookup_order", {
 *     description: "Finds an order by its number",
 *     parameters: Schema.Struct({ number: Schema.Int }),
 *     success: Order,
 *     failure: OrderNotFound
 *   })
 * )
 *
 * const ShopHandlers = Shop.toLayer(
 *   Effect.gen(function* () {
 *     const orders = yield* Orders
 *     return Shop.of({ lookup_order: ({ number }) => orders.find(number) })
 *   })
 * )
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   const thread = yield* codex.startThread({ tools: Shop, toolOptions: { timeout: "10 seconds" } })
 *   return yield* thread.run("Where is order 5?")
 * }).pipe(Effect.provide(ShopHandlers))
 * ```
 *
 * @since 0.169.0
 */
export {
  type Call,
  CurrentCall,
  type Limits,
  type Names,
  type Options,
  type Requirements,
  type Tools
} from "./internal/tools/toolTypes.ts"
