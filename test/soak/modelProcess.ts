/**
 * The model of a soak, in a process of its own: it remembers nothing, so that the memory that is measured is not its
 * own.
 *
 * `MockModel` keeps every request, which is right for a test and too much for ten thousand turns. This one prints its
 * base URL and serves until its standard input ends.
 */
import { Effect } from "effect"
import { Headers } from "effect/http"
import { createServer, type ServerResponse } from "node:http"
import { segmentsOf } from "../../src/testing/modelEvents.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { parseJson } from "../../src/testing/modelRequest.ts"
import * as plan from "./plan.ts"

const words = Array.from({ length: 20 }, (_, index) => `word${index} `)

// It is never released: the answer stops here, until the server hangs up because its turn was interrupted.
const gate = Effect.runSync(MockModel.gate)

/** What the model says: by the output of its call if there is one, and else by the prompt. */
const answer = (request: MockModel.ModelRequest): MockModel.Reply => {
  const planned = plan.read(request.lastUserText ?? "")
  if (planned === undefined) return MockModel.reply("")
  const callId = `call-${planned.number}`
  const output = request.toolOutput(callId)
  if (output !== undefined) return MockModel.reply(`${planned.kind} ${planned.number}: ${output}`)
  switch (planned.kind) {
    case "text":
      return MockModel.deltas([...words, `text ${planned.number}: said`])
    case "tool":
      return MockModel.response([MockModel.toolCall({ name: "double", arguments: { number: planned.number }, callId })])
    case "accepted":
    case "declined":
      return MockModel.response([
        MockModel.execCommand({ cmd: `echo ${planned.kind} $((${planned.number} + 1))`, escalate: "a soak", callId })
      ])
    case "interrupted":
    case "left":
      return MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
    case "failed":
      return MockModel.failed({ message: "the soak wants this" })
  }
}

const write = (response: ServerResponse, reply: MockModel.Reply, serial: number): void => {
  if (reply._tag !== "StreamReply") throw new TypeError("Only streamed replies are written.")
  response.writeHead(200, { "content-type": "text/event-stream" })
  for (const segment of segmentsOf(reply, serial)) {
    if (segment._tag !== "Text") return
    response.write(segment.text)
  }
  response.end()
}

let serial = 0

const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, response) => {
  const chunks: Array<Buffer> = []
  incoming.on("data", (chunk: Buffer) => void chunks.push(chunk))
  incoming.on("end", () => {
    if (incoming.method !== "POST") {
      response.writeHead(200, { "content-type": "application/json" })
      response.end(JSON.stringify({ object: "list", data: [], models: [] }))
      return
    }
    const request = new MockModel.ModelRequest({
      method: "POST",
      path: incoming.url ?? "",
      headers: Headers.empty,
      body: parseJson(Buffer.concat(chunks).toString("utf8"))
    })
    write(response, answer(request), ++serial)
  })
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address === null || typeof address === "string") throw new TypeError("The model listens on a port.")
  process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`)
})

process.stdin.on("end", () => process.exit(0)).resume()
