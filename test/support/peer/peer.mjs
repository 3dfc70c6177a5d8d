/**
 * A process that plays an app-server from a script: `node peer.mjs '<json>'` or `node peer.mjs @script.json`.
 * The script's types, and constructors for it, are in `../peer.ts`. No dependencies, so that it starts fast.
 */
import * as fs from "node:fs"
import { beginBatch, endBatch, out } from "./output.mjs"
import { asked, compileHandler, compileList, errorLine, hasClosedStdin, log, replyLine, waiters } from "./steps.mjs"
import { answers, compile, counts, render } from "./templates.mjs"

const source = process.argv[2] ?? "{}"
const script = JSON.parse(source.startsWith("@") ? fs.readFileSync(source.slice(1), "utf8") : source)

// A peer that was forgotten must not outlive the tests by long.
setTimeout(() => process.exit(97), script.lifetime ?? 600_000)

const handlers = new Map(Object.entries(script.on ?? {}).map(([method, value]) => [method, compileHandler(value)]))

// The version of the package is that of the runtime that it pins.
const { version } = JSON.parse(fs.readFileSync(new URL("../../../package.json", import.meta.url), "utf8"))

const initializeResult = compile({
  userAgent: `codex_app_server/${version} (Linux; x86_64) peer`,
  codexHome: "$codexHome",
  platformFamily: process.platform === "win32" ? "windows" : "unix",
  platformOs: { darwin: "macos", win32: "windows" }[process.platform] ?? process.platform
})
if (Array.isArray(script.initialize)) handlers.set("initialize", compileHandler(script.initialize))
else if (!handlers.has("initialize")) {
  handlers.set("initialize", (context) =>
    out(
      context.call === 1
        ? replyLine(context.id, render(initializeResult, context))
        : errorLine(context.id, `{"code":-32600,"message":"Already initialized"}`)
    )
  )
}

const unknownMethod = (context) => {
  const known = [...handlers.keys()].filter((name) => name !== "*").map((name) => `\`${name}\``)
  const message = `Invalid request: unknown variant \`${context.method}\`, expected one of ${known.join(", ")}`
  out(errorLine(context.id, JSON.stringify({ code: -32_600, message })))
}

const receive = (line) => {
  log(line)
  let message
  try {
    message = JSON.parse(line)
  } catch {
    process.stderr.write("Failed to deserialize JSONRPCMessage\n")
    return
  }
  if (message === null || typeof message !== "object" || Array.isArray(message)) return
  if (typeof message.method !== "string") {
    answers.push(message)
    const key = JSON.stringify(message.id)
    const resolve = asked.get(key)
    asked.delete(key)
    resolve?.(message)
    return
  }
  const call = (counts.get(message.method) ?? 0) + 1
  counts.set(message.method, call)
  const context = { id: message.id, method: message.method, params: message.params, call }
  // Those that begin to wait because of this message wait for a later one.
  const waiting = waiters.size === 0 ? [] : [...waiters]
  const handler = handlers.get(message.method)
  if (handler !== undefined) handler(context)
  else if (message.id !== undefined) (handlers.get("*") ?? unknownMethod)(context)
  for (const waiter of waiting) waiter(message)
}

for (const [signal, action] of Object.entries(script.onSignal ?? {})) {
  const list = compileList(action === "ignore" ? [] : action)
  process.on(signal, () => void list({}))
}

void compileList(script.onStart ?? [])({})

const onStdinEnd = compileList(script.onStdinEnd ?? [{ exit: 0 }])
let fragments = []
process.stdin.setEncoding("utf8")
process.stdin.on("error", () => {})
process.stdin.on("end", () => void (hasClosedStdin() || onStdinEnd({})))
process.stdin.on("data", (chunk) => {
  let at = chunk.indexOf("\n")
  if (at === -1) return void fragments.push(chunk)
  beginBatch()
  let from = 0
  while (at !== -1) {
    const line = chunk.slice(from, at)
    if (fragments.length === 0) receive(line)
    else {
      fragments.push(line)
      const whole = fragments.join("")
      fragments = []
      receive(whole)
    }
    from = at + 1
    at = chunk.indexOf("\n", from)
  }
  if (from < chunk.length) fragments.push(chunk.slice(from))
  endBatch()
})
