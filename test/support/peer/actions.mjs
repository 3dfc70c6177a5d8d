/**
 * What a peer does that takes more than one write: floods, pieces, processes of its own.
 */
import { flushed, isClosed, outDrained } from "./output.mjs"
import { render, settle } from "./templates.mjs"

/** Lets stdin and signals have their turn. */
export const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve))

export async function flood(parts, context, count, batchBytes, head) {
  const settled = settle(parts, context)
  const constant = settled.every((part) => typeof part === "string")
  let sent = 0
  while (sent < count) {
    if (isClosed()) return
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

export async function spawnGrandchild({
  pidFile,
  ignoreSigterm = false,
  inheritStdout = false,
  ownSession = false,
  lifetime = 60_000
}) {
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
  const child = spawn(process.execPath, ["-e", code], { stdio, detached: ownSession })
  child.unref()
  await new Promise((resolve) => child.stdio[3].once("data", resolve).once("end", resolve))
  child.stdio[3].destroy()
}

export async function writePieces(bytes, pieceBytes) {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await outDrained(bytes.subarray(from, from + pieceBytes))
    await flushed()
    await turnOfLoop()
  }
}

export const writeStderr = async (text, times) => {
  const perWrite = Math.max(1, Math.ceil(65_536 / Math.max(1, text.length)))
  for (let sent = 0; sent < times; sent += perWrite) {
    await new Promise((resolve) => process.stderr.write(text.repeat(Math.min(perWrite, times - sent)), resolve))
  }
}
