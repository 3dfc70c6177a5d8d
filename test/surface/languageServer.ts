/**
 * The language server of the installed TypeScript, for what an editor shows. It knows only what the tests ask: a file
 * that is opened once, and hovers.
 */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { tsc } from "./stage.ts"

/** A server for one folder. */
export interface LanguageServer {
  /** Opens a file below the folder. */
  readonly open: (file: string) => void
  /** Returns the code that a hover over a position shows: the first block of it. */
  readonly hover: (file: string, line: number, character: number) => Promise<string>
  /** Ends the server. */
  readonly close: () => void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly items?: ReadonlyArray<unknown> }
  readonly result?: { readonly contents?: { readonly value?: string } } | null
  readonly error?: { readonly message: string }
}

/** Starts a server. */
export const start = async (folder: string): Promise<LanguageServer> => {
  const child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] })
  const waiting = new Map<
    number,
    { readonly done: (message: Message) => void; readonly fail: (error: Error) => void }
  >()
  let nextId = 1

  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const request = (method: string, params: unknown): Promise<Message> =>
    new Promise((done, fail) => {
      const id = nextId++
      waiting.set(id, { done, fail })
      send({ id, method, params })
    })
  const receive = (message: Message): void => {
    const { id } = message
    if (id === undefined) return
    // The server asks for settings, and to watch files.
    if (message.method !== undefined) return send({ id, result: message.params?.items?.map(() => null) ?? null })
    waiting.get(id)?.done(message)
    waiting.delete(id)
  }

  let buffer = Buffer.alloc(0)
  child.stdout.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const from = buffer.indexOf("\r\n\r\n")
      if (from === -1) return
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, from).toString())?.[1])
      const end = from + 4 + length
      if (buffer.length < end) return
      // Type boundary: the language server protocol says so.
      receive(JSON.parse(buffer.subarray(from + 4, end).toString()) as Message)
      buffer = buffer.subarray(end)
    }
  })
  child.on("exit", () => {
    for (const { fail } of waiting.values()) fail(new Error("the language server has ended"))
  })

  const uriOf = (file: string): string => pathToFileURL(join(folder, file)).href
  await request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } }
  })
  send({ method: "initialized", params: {} })

  return {
    open: (file) => {
      const text = readFileSync(join(folder, file), "utf8")
      send({
        method: "textDocument/didOpen",
        params: { textDocument: { uri: uriOf(file), languageId: "typescript", version: 1, text } }
      })
    },
    hover: async (file, line, character) => {
      const params = { textDocument: { uri: uriOf(file) }, position: { line, character } }
      const { error, result } = await request("textDocument/hover", params)
      if (error !== undefined) throw new Error(error.message)
      return /```\w*\n([\s\S]*?)\n```/.exec(result?.contents?.value ?? "")?.[1] ?? ""
    },
    close: () => {
      child.kill()
    }
  }
}
