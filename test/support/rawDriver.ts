/**
 * The app-server driven with nothing but Node: spawn, split on newlines, `JSON.parse`.
 *
 * It tests the mock model without the SDK, and it is the floor for the SDK's speed; so it has no timeouts, checks
 * nothing and decodes nothing.
 */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** A message of the server, as it arrives. */
export interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** A running app-server. */
export interface RawDriver {
  readonly pid: number | undefined
  /** The result, or an `Error` with the server's message. */
  readonly request: (method: string, params: object) => Promise<unknown>
  readonly notify: (method: string, params?: object) => void
  /** Answers a server request. */
  readonly respond: (id: number | string, result: unknown) => void
  /** Receives every notification and server request; returns a function that removes it. */
  readonly onNotification: (listener: (message: Message) => void) => () => void
  /** The next notification of this method that matches. */
  readonly next: (method: string, fits?: (params: unknown) => boolean) => Promise<unknown>
  readonly stderr: () => string
  /** Closes stdin and waits for the exit; kills after two seconds. */
  readonly close: () => Promise<void>
}

/** A temporary home for one test, with TMPDIR beside it, because the server rejects a home inside TMPDIR. */
export interface TestHome {
  readonly root: string
  readonly codexHome: string
  readonly workspace: string
  readonly env: Readonly<Record<string, string>>
  readonly remove: () => void
}

/** The native binary of the installed `@openai/codex`, without the npm shim. */
export const codexBinary = (): string => {
  const shim = createRequire(import.meta.url).resolve("@openai/codex/package.json")
  const name = `codex-${process.platform}-${process.arch}`
  const folder = dirname(createRequire(shim).resolve(`@openai/${name}/package.json`))
  const [target] = readdirSync(join(folder, "vendor"))
  return join(folder, "vendor", target ?? "", "bin", process.platform === "win32" ? "codex.exe" : "codex")
}

/** The value at a path inside a message, or `undefined`. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce((inner: unknown, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value)

/** Creates the folders and writes the `config.toml`. */
export const makeHome = (configToml: string): TestHome => {
  const root = mkdtempSync(join(tmpdir(), "effect-codex-"))
  const folder = (name: string) => {
    mkdirSync(join(root, name))
    return join(root, name)
  }
  const codexHome = folder("codex-home")
  const workspace = folder("workspace")
  writeFileSync(join(codexHome, "config.toml"), configToml)
  return {
    root,
    codexHome,
    workspace,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder("home"),
      TMPDIR: folder("tmp"),
      CODEX_HOME: codexHome,
      CODEX_APP_SERVER_DISABLE_MANAGED_CONFIG: "1",
      RUST_LOG: "warn"
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Starts the server and completes the handshake. */
export const start = async (options: {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly command?: readonly [string, ...ReadonlyArray<string>]
  readonly experimentalApi?: boolean
  /** Receives every message in both directions, in the order of the wire. */
  readonly onMessage?: (direction: ">" | "<", message: object) => void
}): Promise<RawDriver> => {
  const [file, ...args] = options.command ?? [codexBinary(), "app-server"]
  const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] })
  const pending = new Map<
    number | string,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >()
  const listeners = new Set<(message: Message) => void>()
  let nextId = 0
  let stderr = ""
  let rest = ""
  let ended: Error | undefined

  const exited = new Promise<void>((resolve) => {
    const end = (why: string) => {
      ended ??= new Error(`app-server ${why}: ${stderr.slice(-2000)}`)
      for (const call of pending.values()) call.reject(ended)
      pending.clear()
      resolve()
    }
    child.on("error", (error) => end(error.message))
    child.on("close", (code, signal) => end(`ended with ${code ?? signal}`))
  })
  child.stdin.on("error", () => {})
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-64_000)
  })
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    if (!chunk.includes("\n")) {
      rest += chunk
      return
    }
    const lines = (rest + chunk).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      // Type boundary: the envelope is assumed to have the server's shape.
      const message: Message = JSON.parse(line)
      options.onMessage?.("<", message)
      if (message.method !== undefined) {
        for (const listener of listeners) listener(message)
        continue
      }
      const call = message.id === undefined ? undefined : pending.get(message.id)
      if (message.id !== undefined) pending.delete(message.id)
      if (message.error === undefined) call?.resolve(message.result)
      else call?.reject(Object.assign(new Error(message.error.message), message.error))
    }
  })

  const send = (message: object) => {
    options.onMessage?.(">", message)
    child.stdin.write(`${JSON.stringify(message)}\n`)
  }
  const driver: RawDriver = {
    pid: child.pid,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended)
        const id = nextId++
        pending.set(id, { resolve, reject })
        send({ id, method, params })
      }),
    notify: (method, params) => send(params === undefined ? { method } : { method, params }),
    respond: (id, result) => send({ id, result }),
    onNotification: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    next: (method, fits = () => true) =>
      new Promise((resolve) => {
        const off = driver.onNotification((message) => {
          if (message.method !== method || !fits(message.params)) return
          off()
          resolve(message.params)
        })
      }),
    stderr: () => stderr,
    close: async () => {
      child.stdin.end()
      const timer = setTimeout(() => child.kill("SIGKILL"), 2000)
      await exited
      clearTimeout(timer)
    }
  }
  await driver.request("initialize", {
    clientInfo: { name: "effect_codex_raw", title: "Raw driver", version: "0.0.0" },
    capabilities: { experimentalApi: options.experimentalApi ?? true }
  })
  driver.notify("initialized")
  return driver
}
