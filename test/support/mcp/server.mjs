/**
 * A stdio MCP server for tests, without a library: JSON-RPC 2.0, one message on a line. Its tools write notes into its working folder.
 *
 * - `elicit {params, note}` asks its client `elicitation/create` with these params as they are; what comes back goes into the note and to the model.
 * - `write {note}` writes a note. It says of itself that it destroys, so Codex asks before it calls it.
 * - `look {}` reads the names of the notes. Since lines are worked off in order, everything that was sent before has arrived then.
 *
 * With a port as its argument it does nothing before whoever listens there has closed the connection.
 */
import { readdirSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { argv, stdin, stdout } from "node:process"
import { createInterface } from "node:readline"

const send = (message) => stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
const waiting = new Map()
let serial = 0

const note = (name, value) => writeFileSync(name, JSON.stringify(value))
const content = (value) => ({
  content: [{ type: "text", text: typeof value === "string" ? value : JSON.stringify(value) }]
})

const tools = {
  elicit: {
    annotations: { readOnlyHint: true },
    call: async ({ note: name, params }) => {
      const answer = await new Promise((resolve) => {
        const id = `elicitation-${serial++}`
        waiting.set(id, resolve)
        send({ id, method: "elicitation/create", params })
      })
      note(name, answer)
      return content(answer)
    }
  },
  write: {
    annotations: { destructiveHint: true },
    call: ({ note: name }) => {
      note(name, "written")
      return content("written")
    }
  },
  look: { annotations: { readOnlyHint: true }, call: () => content(readdirSync(".").join()) }
}

const requests = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "scripted", version: "1.0.0" }
  }),
  ping: () => ({}),
  "tools/list": () => ({
    tools: Object.entries(tools).map(([name, { annotations }]) => ({
      name,
      description: `Test tool ${name}`,
      inputSchema: { type: "object", additionalProperties: true },
      annotations
    }))
  }),
  "tools/call": ({ arguments: given = {}, name }) => tools[name].call(given)
}

const [port] = argv.slice(2)
if (port !== undefined)
  await new Promise((resolve) => connect(Number(port), "127.0.0.1").resume().once("close", resolve))

for await (const line of createInterface({ input: stdin })) {
  const message = JSON.parse(line)
  if (message.method === undefined) {
    waiting.get(message.id)?.(message.result ?? { error: message.error })
    waiting.delete(message.id)
  } else if (message.id !== undefined) {
    const handle = Object.hasOwn(requests, message.method) ? requests[message.method] : undefined
    if (handle === undefined) send({ id: message.id, error: { code: -32601, message: "Method not found" } })
    else {
      // Not awaited: an elicitation is answered on a later line.
      void Promise.resolve(handle(message.params ?? {})).then((result) => send({ id: message.id, result }))
    }
  }
}
