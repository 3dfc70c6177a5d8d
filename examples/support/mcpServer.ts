/**
 * An MCP server, as another program might provide it: a library with one tool. It asks the reader what only the
 * reader knows. Codex starts it, and communicates with it over stdin and stdout.
 */
import { NodeRuntime, NodeStdio } from "@effect/platform-node"
import { Effect, Layer, Logger, Schema } from "effect"
import { McpProtocol, McpSchema, McpServer, Tool, Toolkit } from "effect/ai"

const Borrow = Tool.make("borrow", {
  description: "Borrows a book in the name of the reader",
  parameters: Schema.Struct({ book: Schema.String }),
  success: Schema.String,
  // The client that calls the tool: the tool can ask it.
  dependencies: [McpSchema.McpServerClient]
})

const Library = Toolkit.make(Borrow)

/** The fields that the reader fills in. */
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
