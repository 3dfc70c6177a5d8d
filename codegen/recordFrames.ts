/**
 * Records what the real binary sends, for the tests of the codecs:
 *
 *     node codegen/recordFrames.ts
 *
 * Plays a few turns against a model on loopback and calls whatever can be read
 * without an account, then writes `test/fixtures/frames.json`: what came, by
 * method, without paths, long texts or repetitions.
 */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as runtimes from "./runtimes.ts"

interface Frame {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export interface Frames {
  /** Results of client requests, params of notifications, params of server requests. */
  readonly results: { readonly [method: string]: ReadonlyArray<unknown> }
  readonly notifications: { readonly [method: string]: ReadonlyArray<unknown> }
  readonly requests: { readonly [method: string]: ReadonlyArray<unknown> }
}

/** What the model says, one list of events for each request it gets; afterwards it only says hello. */
const message = (text: string) => [
  { type: "response.output_item.added", item: { type: "message", role: "assistant", id: "m", content: [] } },
  { type: "response.output_text.delta", delta: text },
  {
    type: "response.output_item.done",
    item: { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text }] }
  }
]

const call = (name: string, args: unknown) => [
  {
    type: "response.output_item.done",
    item: { type: "function_call", call_id: `call-${name}`, name, arguments: JSON.stringify(args) }
  }
]

const reasoning = [
  { type: "response.output_item.added", item: { type: "reasoning", id: "r", summary: [] } },
  { type: "response.reasoning_summary_part.added", summary_index: 0 },
  { type: "response.reasoning_summary_text.delta", delta: "Thinking.", summary_index: 0 },
  {
    type: "response.output_item.done",
    item: { type: "reasoning", id: "r", summary: [{ type: "summary_text", text: "Thinking." }] }
  }
]

const patch = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch\n"

const script = [
  [...reasoning, ...message("Hello.")],
  call("exec_command", { cmd: "touch made-by-command" }),
  message("Done."),
  [
    {
      type: "response.output_item.done",
      item: { type: "custom_tool_call", call_id: "call-patch", name: "apply_patch", input: patch }
    }
  ],
  message("Patched."),
  call("update_plan", { plan: [{ step: "one", status: "in_progress" }] }),
  message("Planned."),
  [
    {
      type: "response.output_item.done",
      item: { type: "web_search_call", id: "w", status: "completed", action: { type: "search", query: "x" } }
    },
    ...message("Found.")
  ],
  400
]

const usage = {
  input_tokens: 1,
  input_tokens_details: null,
  output_tokens: 1,
  output_tokens_details: null,
  total_tokens: 2
}

const startModel = async () => {
  const answers = [...script]
  const server = createServer((request, response) => {
    request.resume()
    request.on("end", () => {
      const answer = request.url?.endsWith("/responses") === true ? (answers.shift() ?? message("Hello.")) : 404
      if (typeof answer === "number") {
        response.writeHead(answer, { "content-type": "application/json" }).end('{"error":{"message":"refused"}}')
        return
      }
      response.writeHead(200, { "content-type": "text/event-stream" })
      const events = [
        { type: "response.created", response: { id: "resp" } },
        ...answer,
        { type: "response.completed", response: { id: "resp", usage } }
      ]
      response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // Type boundary: a server that listens on a port has an address of this kind.
  return { server, port: (server.address() as AddressInfo).port }
}

/** Leaves out what belongs to this machine, and what is only long. */
const clean = (value: unknown, folder: string): unknown => {
  if (typeof value === "string") {
    const text = value.replaceAll(folder, "/home/user").replace(/^(.+)\/0\.169\.0 \(.*$/, "$1/0.169.0 (Linux)")
    return text.length > 160 ? text.slice(0, 160) : text
  }
  if (Array.isArray(value)) return value.slice(0, 3).map((item) => clean(item, folder))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      clean(name, folder),
      name === "serverName" || name === "installationId" ? "this-machine" : clean(inner, folder)
    ])
  )
}

const reads = [
  "account/read",
  "app/list",
  "collaborationMode/list",
  "config/read",
  "configRequirements/read",
  "experimentalFeature/list",
  "hooks/list",
  "mcpServerStatus/list",
  "model/list",
  "permissionProfile/list",
  "plugin/installed",
  "plugin/list",
  "project/list",
  "remoteControl/status/read",
  "server/diagnostics",
  "skills/list",
  "thread/list",
  "thread/loaded/list",
  "windowsSandbox/readiness"
]

const table = () => new Map<string, Array<unknown>>()

const sorted = (map: ReadonlyMap<string, ReadonlyArray<unknown>>) =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-frames-"))
  const model = await startModel()
  for (const name of ["home", "cwd", "tmp"]) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, "home", "config.toml"),
    `model_provider = "mock"\n[model_providers.mock]\nname = "mock"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\nbase_url = "http://127.0.0.1:${model.port}/v1"\n`
  )
  const child = spawn(runtimes.pinned(), ["app-server"], {
    cwd: join(folder, "cwd"),
    env: {
      PATH: process.env["PATH"],
      HOME: join(folder, "home"),
      CODEX_HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp")
    },
    stdio: ["pipe", "pipe", "ignore"]
  })

  const found = { results: table(), notifications: table(), requests: table() }
  const keep = (kind: keyof typeof found, method: string, value: unknown): void => {
    const list = found[kind].get(method) ?? []
    // Items differ by their type, so that more of them are worth keeping.
    if (list.length < (method.startsWith("item/") && !method.endsWith("elta") ? 12 : 2)) list.push(clean(value, folder))
    found[kind].set(method, list)
  }

  const pending = new Map<number, { readonly method: string; readonly done: (result: unknown) => void }>()
  let turnEnded: (() => void) | undefined
  const send = (frame: unknown): void => void child.stdin.write(`${JSON.stringify(frame)}\n`)

  createInterface({ input: child.stdout }).on("line", (line) => {
    // Type boundary: what the app-server writes has this envelope.
    const frame = JSON.parse(line) as Frame
    if (frame.method !== undefined && frame.id !== undefined) {
      keep("requests", frame.method, frame.params)
      send({ id: frame.id, result: { decision: "accept" } })
    } else if (frame.method !== undefined) {
      keep("notifications", frame.method, frame.params)
      if (frame.method === "turn/completed") turnEnded?.()
    } else if (frame.id !== undefined) {
      const call = pending.get(frame.id)
      if (call !== undefined && frame.error === undefined) keep("results", call.method, frame.result)
      if (frame.error !== undefined) process.stderr.write(`${call?.method}: ${frame.error.message.slice(0, 120)}\n`)
      call?.done(frame.result)
    }
  })

  let id = 0
  const request = (method: string, params?: unknown): Promise<unknown> =>
    new Promise((done) => {
      id += 1
      pending.set(id, { method, done })
      send({ id, method, params })
    })

  await request("initialize", {
    clientInfo: { name: "frames", title: "frames", version: "0" },
    capabilities: { experimentalApi: true }
  })
  send({ method: "initialized" })
  // Type boundary: the result of thread/start, of which only the id is used.
  const started = (await request("thread/start", { approvalPolicy: "untrusted", sandbox: "workspace-write" })) as {
    readonly thread: { readonly id: string }
  }
  const threadId = started.thread.id
  for (const text of ["Hello", "Run", "Patch", "Plan", "Search", "Fail"]) {
    const ended = new Promise<void>((resolve) => (turnEnded = resolve))
    await request("turn/start", { threadId, input: [{ type: "text", text }] })
    await ended
  }
  await request("thread/read", { threadId, includeTurns: true })
  await request("thread/turns/list", { threadId })
  await request("thread/name/set", { threadId, name: "named" })
  await request("thread/goal/set", { threadId, objective: "a goal" })
  await request("command/exec", { command: ["echo", "hello"] })
  for (const method of reads) await request(method, method.startsWith("configReq") ? undefined : {})
  await request("thread/fork", { threadId })
  await request("thread/archive", { threadId })

  child.stdin.end()
  await new Promise((resolve) => child.on("exit", resolve))
  model.server.close()
  rmSync(folder, { recursive: true, force: true })

  const frames: Frames = {
    results: sorted(found.results),
    notifications: sorted(found.notifications),
    requests: sorted(found.requests)
  }
  const target = new URL("../test/fixtures/frames.json", import.meta.url)
  mkdirSync(new URL("./", target), { recursive: true })
  writeFileSync(target, `${JSON.stringify(frames)}\n`)
  process.stdout.write(`${readFileSync(target).length} bytes\n`)
}

await main()
