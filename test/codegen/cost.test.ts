import { assert, describe, it } from "@effect/vitest"
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { pathToFileURL } from "node:url"
import { afterAll } from "vitest"
import { copyOfRepository, read, removeCopies, tsc } from "./support.ts"

afterAll(removeCopies)

/** A compiled copy of the generated modules, as users get them, and a program that imports them. */
const consumer = (program: string): string => {
  const folder = copyOfRepository()
  const emit = { noEmit: false, outDir: "dist", rootDir: "src", declarationMap: false }
  writeFileSync(
    join(folder, "tsconfig.emit.json"),
    JSON.stringify({ extends: "./tsconfig.json", compilerOptions: emit, include: ["src/generated"] })
  )
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.emit.json"], { cwd: folder })
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...JSON.parse(read("tsconfig.json")), include: ["consumer.ts"] })
  )
  writeFileSync(join(folder, "consumer.ts"), program)
  return folder
}

/** Returns the hover text of an editor over the first occurrence of each of `places` in a file. */
const hovers = async (folder: string, file: string, places: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const server = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] })
  try {
    return await hoversOf(server, folder, file, places)
  } finally {
    server.kill()
  }
}

const hoversOf = async (
  server: ChildProcessByStdio<Writable, Readable, null>,
  folder: string,
  file: string,
  places: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  const waiting = new Map<number, (result: unknown) => void>()
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = waiting.size + 1
      waiting.set(id, resolve)
      send({ id, method, params })
    })
  let bytes = Buffer.alloc(0)
  server.stdout.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const length = /^Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString("latin1"))
      if (length === null) return
      const start = length[0].length
      const end = start + Number(length[1])
      if (bytes.length < end) return
      const message = JSON.parse(bytes.subarray(start, end).toString())
      bytes = bytes.subarray(end)
      if (message.method === undefined) waiting.get(message.id)?.(message.result)
      else if (message.id !== undefined) send({ id: message.id, result: null })
    }
  })
  const uri = pathToFileURL(join(folder, file)).href
  const text = readFileSync(join(folder, file), "utf8")
  await ask("initialize", {
    processId: null,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } }
  })
  send({ method: "initialized", params: {} })
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "typescript", version: 1, text } }
  })
  const found: Array<string> = []
  for (const place of places) {
    const before = text.slice(0, text.indexOf(place)).split("\n")
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    const hover = await ask("textDocument/hover", { textDocument: { uri }, position })
    const shown = /^```\w*\n([^]*?)\n```/.exec(Object(Object(hover).contents).value ?? Object(hover).contents)
    found.push(shown?.[1] ?? JSON.stringify(hover))
  }
  return found
}

describe("the cost for users of the package", () => {
  it("stays small in declaration files and import time", () => {
    const folder = consumer("export {}")
    const out = join(folder, "dist/generated")
    const declarations = readdirSync(out).filter((name) => name.endsWith(".d.ts"))
    const bytes = declarations.reduce((sum, name) => sum + statSync(join(out, name)).size, 0)
    assert.isBelow(bytes, 600_000)

    const script = `
      await import("effect/Schema")
      const start = performance.now()
      await import("./dist/generated/methods.js")
      console.log(performance.now() - start)`
    const time = () =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" }))
    // The best of at most twenty runs: a busy machine makes some of them long, but not all.
    const times = [time()]
    while (Math.min(...times) >= 40 && times.length < 20) times.push(time())
    assert.isBelow(Math.min(...times), 40)
  }, 60_000)

  it("stays small in the editor, which shows names instead of structures", async () => {
    const folder = consumer(`
      import type { Effect } from "effect"
      import type { ClientRequests } from "./dist/generated/methods.js"
      import type * as T from "./dist/generated/types.js"
      declare const request: <M extends keyof ClientRequests>(
        method: M,
        params: ClientRequests[M]["params"]
      ) => Effect.Effect<ClientRequests[M]["result"], Error>
      export const effect = request("thread/read", { threadId: "1" })
      export declare const someItem: T.ThreadItem
    `)
    assert.deepStrictEqual(await hovers(folder, "consumer.ts", ["effect =", "someItem", "ThreadItem"]), [
      "const effect: Effect.Effect<T.ThreadReadResponse, Error, never>",
      "const someItem: T.ThreadItem",
      "type ThreadItem = T.UnknownByType | T.KnownThreadItem"
    ])
  }, 60_000)
})
