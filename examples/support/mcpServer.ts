/**
 * An MCP server, as somebody else might have written it: a library with one tool. It asks the reader itself what only the reader knows. Codex starts
 * it, and speaks with it over stdin and stdout.
 */
import { NodeRuntime, NodeStdio } from "@effect/platform-node"
import { Effect, Layer, Logger, Schema } from "effect"
import { McpProtocol, McpSchema, McpServer, Tool, Toolkit } from "effect/ai"

const Borrow = Tool.make("borrow", {
  description: "Borrows a book in the name of the reader",
  parameters: Schema.Struct({ book: Schema.String }),
  success: Schema.String,
  // Whoever calls it, who can be asked.
  dependencies: [McpSchema.McpServerClient]
})

const Library = Toolkit.make(Borrow)

/** What the reader fills in. */
const Card = Schema.Struct({
  name: Schema.NonEmptyString,
  days: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 28 }))
})

const LibraryLive = Library.toLayer({
  borrow: ({ book }) =>
    McpServer.elicit({ message: `Who borrows ${book}, and for how many days?`, schema: Card }).pipe(
      Effect.map(({ days, name }) => `${name} has ${book} for ${days} days.`),
      Effect.catchTag("ElicitationDeclined", () => Effect.succeed("Nothing is lent without a card."))
    )
})

McpServer.layerStdio({
  name: "library",
  version: "1.0.0",
  protocols: [McpProtocol.v2025_06_18],
  registrations: McpServer.toolkit(Library).pipe(Layer.provide(LibraryLive))
}).pipe(
  Layer.provide(NodeStdio.layer),
  // stdout is the connection.
  Layer.provide(Layer.succeed(Logger.LogToStderr)(true)),
  Layer.launch,
  NodeRuntime.runMain
)
