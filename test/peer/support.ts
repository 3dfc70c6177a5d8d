/**
 * Support for the tests of the scripted peer: peers that are read as bytes, and peers that are read line by line.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import * as Peer from "../support/peer.ts"

// Type boundary: what the peer wrote, of which a test reads the fields that it knows.
export type Message = { [key: string]: any } // oxlint-disable-line typescript/no-explicit-any

export const cleanUps: Array<() => void> = []

/** Ends the processes and removes the folders of a test; each file does it after each of its tests. */
export const cleanUp = () => cleanUps.splice(0).forEach((cleanUp) => cleanUp())

export const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-support-"))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const collect = (stream: Readable): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    stream.on("data", (chunk: Buffer) => chunks.push(chunk))
    stream.on("end", () => resolve(Buffer.concat(chunks)))
  })

const isCommand = (peer: Peer.Script | Peer.Command): peer is Peer.Command => Array.isArray(peer)

/** A peer whose bytes are unread. */
export const start = (peer: Peer.Script | Peer.Command) => {
  const [file, ...args] = isCommand(peer) ? peer : Peer.command(peer)
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] })
  cleanUps.push(() => child.kill("SIGKILL"))
  child.stdin.on("error", () => {})
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(code ?? signal))
  )
  const send = (message: Message) => child.stdin.write(JSON.stringify(message) + "\n")
  return { child, exited, send }
}

/** A peer whose lines are read one by one, in order. */
export const talk = (peer: Peer.Script | Peer.Command) => {
  const { child, exited, send } = start(peer)
  const lines: Array<string> = []
  const takers: Array<(line: string) => void> = []
  let rest = ""
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n")
    rest = parts.pop() ?? ""
    for (const line of parts) {
      const taker = takers.shift()
      if (taker === undefined) lines.push(line)
      else taker(line)
    }
  })
  const next = async (): Promise<Message> => {
    const line = lines.shift() ?? (await new Promise<string>((resolve) => takers.push(resolve)))
    return JSON.parse(line) as Message
  }
  const until = async (method: string): Promise<Array<Message>> => {
    const seen: Array<Message> = []
    do seen.push(await next())
    while (seen.at(-1)?.method !== method)
    return seen
  }
  let lastId = 0
  const call = async (method: string, params: unknown = {}): Promise<Message> => {
    send({ id: ++lastId, method, params })
    return next()
  }
  return { child, exited, send, next, until, call }
}
