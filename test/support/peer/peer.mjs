/**
 * A process that plays an app-server from a script: `node peer.mjs '<json>'` or `node peer.mjs @script.json`.
 * The script's types, and constructors for it, are in `../peer.ts`. No dependencies, so that it starts fast.
 */
import * as fs from "node:fs"

const source = process.argv[2] ?? "{}"
const script = JSON.parse(source.startsWith("@") ? fs.readFileSync(source.slice(1), "utf8") : source)

const never = new Promise(() => {})
const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve))

// A peer that was forgotten must not outlive the tests by long.
setTimeout(() => process.exit(97), script.lifetime ?? 600_000)

// stdout ------------------------------------------------------------------------------------------------------------

const stdout = process.stdout
let stdoutClosed = false
let batching = false
let batched = ""
/** Bytes left before the cut that `dieAfterBytes` asked for. */
let budget = Infinity
let death

stdout.on("error", () => {
  stdoutClosed = true
  stdout.emit("drain")
})

/** Writes, and says whether the pipe has room for more. */
const put = (data) => {
  if (stdoutClosed) return true
  if (budget !== Infinity) {
    const bytes = typeof data === "string" ? Buffer.from(data) : data
    if (bytes.length >= budget) {
      const last = bytes.subarray(0, budget)
      budget = Infinity
      stdout.write(last, death)
      stdoutClosed = true
      return true
    }
    budget -= bytes.length
    return stdout.write(bytes)
  }
  return stdout.write(data)
}

const flushBatch = () => {
  if (batched === "") return
  const data = batched
  batched = ""
  put(data)
}

const out = (text) => {
  if (!batching) return void put(text)
  batched += text
  if (batched.length > 65_536) flushBatch()
}

/** Writes and waits for room if there is none. */
const outDrained = (data) => {
  flushBatch()
  if (put(data)) return undefined
  return new Promise((resolve) => stdout.once("drain", resolve))
}

const flushed = () => {
  flushBatch()
  return new Promise((resolve) => (stdoutClosed ? resolve() : stdout.write("", resolve)))
}

// templates ---------------------------------------------------------------------------------------------------------

const codexHome = process.env.CODEX_HOME ?? `${process.env.HOME ?? ""}/.codex`
const counts = new Map()
const answers = []

const roots = {
  id: (context) => context.id,
  method: (context) => context.method,
  params: (context) => context.params,
  call: (context) => context.call,
  answer: (context) => context.answer,
  i: (context) => context.i,
  answers: () => answers,
  counts: () => Object.fromEntries(counts),
  pid: () => process.pid,
  cwd: () => process.cwd(),
  codexHome: () => codexHome,
  now: () => Date.now()
}
const reference = /^\$(id|method|params|call|answers|answer|i|counts|pid|cwd|codexHome|now)((?:\.[^.{}]+)*)$/
const inText = /\$\{(id|method|params|call|answers|answer|i|counts|pid|cwd|codexHome|now)((?:\.[^.{}]+)*)\}/g

const lookUp = (root, path) => {
  const keys = path === "" ? [] : path.slice(1).split(".")
  return (context) => {
    let value = roots[root](context)
    for (const key of keys) {
      value = value !== null && typeof value === "object" && Object.hasOwn(value, key) ? value[key] : undefined
    }
    return value
  }
}
const inner = (text) => JSON.stringify(text).slice(1, -1)

/** JSON text as a list of literals and of functions of a context; neighbouring literals are one. */
const compile = (value) => {
  const parts = []
  const literal = (text) => {
    if (typeof parts.at(-1) === "string") parts[parts.length - 1] += text
    else parts.push(text)
  }
  const dynamic = (root, render) => parts.push(Object.assign(render, { each: root === "i" }))
  const visitText = (text) => {
    const whole = reference.exec(text)
    if (whole !== null) {
      const get = lookUp(whole[1], whole[2])
      return dynamic(whole[1], (context) => JSON.stringify(get(context)) ?? "null")
    }
    literal('"')
    let from = 0
    for (const match of text.matchAll(inText)) {
      literal(inner(text.slice(from, match.index)))
      const get = lookUp(match[1], match[2])
      dynamic(match[1], (context) => {
        const found = get(context)
        return typeof found === "number" ? String(found) : inner(String(found))
      })
      from = match.index + match[0].length
    }
    literal(inner(text.slice(from)) + '"')
  }
  const visit = (value) => {
    if (typeof value === "string") return visitText(value)
    if (value === null || typeof value !== "object") return literal(JSON.stringify(value) ?? "null")
    if (Array.isArray(value)) {
      literal("[")
      value.forEach((entry, index) => {
        if (index > 0) literal(",")
        visit(entry)
      })
      return literal("]")
    }
    const entries = Object.entries(value)
    if (entries.length === 1 && entries[0][0] === "$repeat") {
      const [text, times] = entries[0][1]
      return dynamic("", () => `"${inner(text).repeat(times)}"`)
    }
    literal("{")
    entries.forEach(([key, entry], index) => {
      literal(`${index > 0 ? "," : ""}${JSON.stringify(key)}:`)
      visit(entry)
    })
    return literal("}")
  }
  visit(value)
  return parts
}

const render = (parts, context) => {
  let text = ""
  for (const part of parts) text += typeof part === "string" ? part : part(context)
  return text
}

/** Resolves all that stays the same over a flood; what depends on `i` stays a function. */
const settle = (parts, context) => {
  const settled = []
  for (const part of parts) {
    const next = typeof part === "string" || part.each ? part : part(context)
    if (typeof next === "string" && typeof settled.at(-1) === "string") settled[settled.length - 1] += next
    else settled.push(next)
  }
  return settled
}

// state -------------------------------------------------------------------------------------------------------------

const held = []
const waiters = new Set()
const asked = new Map()
let nextRequestId = 0
let logFile
let ownStdinEnd = false

const replyLine = (id, body) => `{"id":${JSON.stringify(id)},"result":${body}}\n`
const errorLine = (id, body) => `{"error":${body},"id":${JSON.stringify(id)}}\n`

async function flood(parts, context, count, batchBytes, head) {
  const settled = settle(parts, context)
  const constant = settled.every((part) => typeof part === "string")
  let sent = 0
  while (sent < count) {
    if (stdoutClosed) return
    const tail = `,"emittedAtMs":${Date.now()}}\n`
    let batch = ""
    if (constant) {
      const line = head + settled.join("") + tail
      const lines = Math.min(count - sent, Math.max(1, Math.ceil(batchBytes / line.length)))
      batch = line.repeat(lines)
      sent += lines
    } else {
      const each = { ...context, i: sent }
      for (; sent < count && batch.length < batchBytes; sent++) {
        each.i = sent
        batch += head + render(settled, each) + tail
      }
    }
    const room = outDrained(batch)
    if (room !== undefined) await room
    // The pipe may never be full if its reader is quick: stdin and signals want their turn too.
    await turnOfLoop()
  }
}

async function spawnGrandchild({ pidFile, ignoreSigterm = false, inheritStdout = false, lifetime = 60_000 }) {
  const { spawn } = await import("node:child_process")
  const code = [
    `const fs = require("node:fs")`,
    ignoreSigterm ? `process.on("SIGTERM", () => {})` : "",
    `setTimeout(() => {}, ${lifetime})`,
    `fs.writeFileSync(${JSON.stringify(`${pidFile}.new`)}, String(process.pid))`,
    `fs.renameSync(${JSON.stringify(`${pidFile}.new`)}, ${JSON.stringify(pidFile)})`,
    `fs.writeSync(3, "ready")`,
    `fs.closeSync(3)`
  ].join("\n")
  const stdio = ["ignore", inheritStdout ? "inherit" : "ignore", "ignore", "pipe"]
  const child = spawn(process.execPath, ["-e", code], { stdio })
  child.unref()
  await new Promise((resolve) => child.stdio[3].once("data", resolve).once("end", resolve))
  child.stdio[3].destroy()
}

const releaseHeld = (parts, reverse) => {
  const contexts = held.splice(0)
  if (reverse) contexts.reverse()
  for (const context of contexts) out(replyLine(context.id, render(parts, context)))
}

async function writePieces(bytes, pieceBytes) {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await outDrained(bytes.subarray(from, from + pieceBytes))
    await flushed()
    await turnOfLoop()
  }
}

const writeStderr = async (text, times) => {
  const perWrite = Math.max(1, Math.ceil(65_536 / Math.max(1, text.length)))
  for (let sent = 0; sent < times; sent += perWrite) {
    await new Promise((resolve) => process.stderr.write(text.repeat(Math.min(perWrite, times - sent)), resolve))
  }
}

// steps -------------------------------------------------------------------------------------------------------------
// Each is compiled once to a function of the context; one that takes time returns a promise.

const compileSteps = {
  reply: (result) => {
    const parts = compile(result)
    return (context) => out(replyLine(context.id, render(parts, context)))
  },
  replyError: (error) => {
    const parts = compile(error)
    return (context) => out(errorLine(context.id, render(parts, context)))
  },
  replyTo: ({ id, result, error }) => {
    const idParts = compile(id)
    const parts = compile(error ?? result)
    const line = error === undefined ? replyLine : errorLine
    return (context) => out(line(JSON.parse(render(idParts, context)), render(parts, context)))
  },
  echo: () => (context) => out(replyLine(context.id, JSON.stringify(context.params ?? null))),
  hold: () => (context) => void held.push(context),
  releaseHeld: ({ result, reverse = false }) => {
    const parts = compile(result)
    return () => releaseHeld(parts, reverse)
  },
  notify: ({ method, params, times = 1 }) => {
    const parts = compile(params)
    const head = `{"method":${JSON.stringify(method)},"params":`
    return times === 1
      ? (context) => out(`${head}${render(parts, context)},"emittedAtMs":${Date.now()}}\n`)
      : (context) => flood(parts, context, times, 65_536, head)
  },
  flood: ({ method, params, count, batchBytes = 65_536 }) => {
    const parts = compile(params)
    return (context) => flood(parts, context, count, batchBytes, `{"method":${JSON.stringify(method)},"params":`)
  },
  request: ({ id, method, params, expectAnswer }) => {
    const parts = compile(params)
    const idParts = id === undefined ? undefined : compile(id)
    const head = `"method":${JSON.stringify(method)},`
    const after = expectAnswer === undefined ? undefined : compileList(expectAnswer)
    return (context) => {
      const wireId = idParts === undefined ? nextRequestId++ : JSON.parse(render(idParts, context))
      out(`{${head}"id":${JSON.stringify(wireId)},"params":${render(parts, context)}}\n`)
      if (after === undefined) return undefined
      return new Promise((resolve) => asked.set(JSON.stringify(wireId), resolve)).then((answer) =>
        after({ ...context, answer })
      )
    }
  },
  fork: (steps) => {
    const list = compileList(steps)
    return (context) => void list(context)
  },
  line: (message) => {
    const parts = compile(message)
    return (context) => out(`${render(parts, context)}\n`)
  },
  write: (text) => () => out(text),
  writeBytes: ({ base64, pieceBytes }) => {
    const bytes = Buffer.from(base64, "base64")
    return () => writePieces(bytes, pieceBytes ?? Math.max(1, bytes.length))
  },
  stderr: ({ text, times = 1 }) => {
    return () => writeStderr(text, times)
  },
  closeStdout: () => () =>
    flushed().then(() => {
      stdoutClosed = true
      fs.closeSync(1)
    }),
  closeStdin: () => () => {
    ownStdinEnd = true
    process.stdin.destroy()
    // libuv leaves the descriptors of stdio open.
    return turnOfLoop().then(() => fs.closeSync(0))
  },
  pauseStdin: () => () => void process.stdin.pause(),
  resumeStdin: () => () => void process.stdin.resume(),
  exit: (code) => () => flushed().then(() => process.exit(code)),
  kill: (signal) => () =>
    flushed().then(() => {
      process.kill(process.pid, signal)
      return never
    }),
  dieAfterBytes:
    ({ bytes, code = 1, signal }) =>
    () => {
      flushBatch()
      death = () => (signal === undefined ? process.exit(code) : process.kill(process.pid, signal))
      budget = bytes
      if (bytes > 0) return undefined
      return flushed().then(() => {
        death()
        return never
      })
    },
  spawnGrandchild: (options) => () => spawnGrandchild(options),
  pidFile: (path) => () => {
    fs.writeFileSync(`${path}.new`, String(process.pid))
    fs.renameSync(`${path}.new`, path)
  },
  log: (path) => () => {
    logFile = fs.openSync(path, "a")
  },
  delay: (ms) => () => new Promise((resolve) => setTimeout(resolve, ms)),
  when: ({ method, next = false, count = 1, where }) => {
    const parts = where === undefined ? undefined : Object.entries(where).map(([key, value]) => [key, compile(value)])
    return (context) => {
      const wanted = parts?.map(([key, value]) => [lookUp("params", `.${key}`), render(value, context)])
      let missing = count - (next || wanted !== undefined ? 0 : (counts.get(method) ?? 0))
      if (missing <= 0) return undefined
      return new Promise((resolve) => {
        const waiter = (message) => {
          if (message.method !== method) return
          if (wanted?.some(([get, json]) => JSON.stringify(get(message)) !== json)) return
          missing -= 1
          if (missing > 0) return
          waiters.delete(waiter)
          resolve()
        }
        waiters.add(waiter)
      })
    }
  },
  never: () => () => never
}

const compileStep = (step) => {
  const [[name, argument], ...rest] = Object.entries(step)
  if (rest.length > 0 || !Object.hasOwn(compileSteps, name)) throw new Error(`not a step: ${JSON.stringify(step)}`)
  return compileSteps[name](argument)
}

function compileList(steps) {
  const compiled = steps.map(compileStep)
  const from = (index, context) => {
    for (let at = index; at < compiled.length; at++) {
      const pending = compiled[at](context)
      if (pending !== undefined) return pending.then(() => from(at + 1, context))
    }
    return undefined
  }
  return (context) => from(0, context)
}

/** `steps`, or a list of them: one for each call, the last one also for those after it. */
const compileHandler = (value) => {
  if (!Array.isArray(value[0])) return compileList(value)
  const lists = value.map(compileList)
  return (context) => lists[Math.min(context.call, lists.length) - 1](context)
}

// messages ----------------------------------------------------------------------------------------------------------

const handlers = new Map(Object.entries(script.on ?? {}).map(([method, value]) => [method, compileHandler(value)]))

const initializeResult = compile({
  userAgent: "codex_app_server/0.169.0 (Linux; x86_64) peer",
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
  if (logFile !== undefined) fs.writeSync(logFile, `${line}\n`)
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

// life --------------------------------------------------------------------------------------------------------------

for (const [signal, action] of Object.entries(script.onSignal ?? {})) {
  const list = compileList(action === "ignore" ? [] : action)
  process.on(signal, () => void list({}))
}

void compileList(script.onStart ?? [])({})

const onStdinEnd = compileList(script.onStdinEnd ?? [{ exit: 0 }])
let fragments = []
process.stdin.setEncoding("utf8")
process.stdin.on("error", () => {})
process.stdin.on("end", () => void (ownStdinEnd || onStdinEnd({})))
process.stdin.on("data", (chunk) => {
  let at = chunk.indexOf("\n")
  if (at === -1) return void fragments.push(chunk)
  batching = true
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
  batching = false
  flushBatch()
})
