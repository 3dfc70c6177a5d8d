/**
 * Tools of your own for a thread: a `Toolkit` of `effect/ai`, which the model calls and your program runs. Given to `codex.startThread({ tools })`.
 * Tools of an MCP server are not these: they are Codex's configuration.
 *
 * Tools belong to the thread: it gets them when it is started, and keeps them. No other call can add or change them, and sub-agents and reviews
 * don't have them. Who resumes or forks such a thread gives the toolkit again, to answer the calls.
 *
 * **Details**
 *
 * - Arguments are read with the schema of the tool's parameters; the model is told in words what doesn't fit. It sees types, names, choices and
 *   descriptions of that schema; of bounds, patterns, formats and tuples the server doesn't tell it, so put them into descriptions.
 * - A result is given to the model as JSON, and a text as it is. `toModelOutput` of the tool can show it texts and images (bytes, base64 or a data
 *   URL; the server takes no other address) in its place.
 * - A failure that the tool declares (`failure`) is given to the model as JSON, too. Other errors and defects are logged, and the model reads only
 *   that the tool failed. Either way the turn goes on.
 * - When the turn ends, the fibers of its calls are interrupted.
 *
 * Nothing listens on a port: calls come over the connection that is there.
 *
 * **Example** (A tool that needs a service)
 *
 * ```ts
 * const Lookup = Tool.make("lookup_order", {
 *   description: "Finds an order by its number",
 *   parameters: Schema.Struct({ number: Schema.Int }),
 *   success: Order,
 *   failure: OrderNotFound
 * })
 * const Shop = Toolkit.make(Lookup)
 * const ShopHandlers = Shop.toLayer(Effect.gen(function*() {
 *   const orders = yield* Orders
 *   return Shop.of({ lookup_order: ({ number }) => orders.find(number) })
 * }))
 *
 * const thread = yield* codex.startThread({ tools: Shop }) // requires what ShopHandlers provides
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
