/**
 * The peer's steps, by the names that scripts have for them; `../peer.ts` has their types. Each is compiled once to a function of the context; one
 * that takes time returns a promise.
 */
import * as fs from "node:fs"
import { flood, spawnGrandchild, turnOfLoop, writePieces, writeStderr } from "./actions.mjs"
import * as output from "./output.mjs"
import { flushed, out } from "./output.mjs"
import { compile, counts, lookUp, render } from "./templates.mjs"

const never = new Promise(() => {})
const held = []
/** Who waits for a message of the client. */
export const waiters = new Set()
/** Who waits for an answer of the client, by the id of the request. */
export const asked = new Map()
let nextRequestId = 0
let logFile
let ownStdinEnd = false

/** Keeps a line of the client, where a script wants that. */
export const log = (line) => {
  if (logFile !== undefined) fs.writeSync(logFile, `${line}\n`)
}

/** Whether the peer itself has closed its stdin. */
export const hasClosedStdin = () => ownStdinEnd

export const replyLine = (id, body) => `{"id":${JSON.stringify(id)},"result":${body}}\n`
export const errorLine = (id, body) => `{"error":${body},"id":${JSON.stringify(id)}}\n`

const releaseHeld = (parts, reverse) => {
  const contexts = held.splice(0)
  if (reverse) contexts.reverse()
  for (const context of contexts) out(replyLine(context.id, render(parts, context)))
}

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
      output.close()
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
      const death = () => (signal === undefined ? process.exit(code) : process.kill(process.pid, signal))
      output.dieAfter(bytes, death)
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

/** Steps one after the other. */
export function compileList(steps) {
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
export const compileHandler = (value) => {
  if (!Array.isArray(value[0])) return compileList(value)
  const lists = value.map(compileList)
  return (context) => lists[Math.min(context.call, lists.length) - 1](context)
}
