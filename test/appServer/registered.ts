/**
 * Programs of their own with a registered server, which a test can kill: with a scripted peer, or with the real binary
 * and a command of the model.
 */
import { Effect, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { NodeServices } from "@effect/platform-node"
import type * as Peer from "../support/peer.ts"

export interface Given {
  readonly registry: string
  /** A command that runs in a turn, of the real binary. It creates the file `begun` in the workspace. */
  readonly command?: string
  /** The script of a peer instead. */
  readonly script?: Peer.Script
  readonly mcpServer?: string
}

/** What a program says when it is ready. */
export interface Ready {
  readonly server: number
}

/** Starts a program, and waits until it is ready. It is killed with the scope at the latest. */
export const program = Effect.fnUntraced(function* (
  given: Given,
  temporary: string,
  variables: { readonly [name: string]: string } = {}
) {
  const handle = yield* ChildProcess.make(
    process.execPath,
    [
      "--conditions=effect-codex/source",
      "--no-warnings",
      new URL("./registeredProgram.ts", import.meta.url).pathname,
      JSON.stringify(given)
    ],
    {
      env: { PATH: process.env["PATH"], HOME: temporary, TMPDIR: temporary, ...variables },
      extendEnv: false,
      stderr: "inherit",
      killSignal: "SIGKILL"
    }
  )
  const line = yield* handle.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runHead,
    Effect.flatMap(Effect.fromOption)
  )
  // Type boundary: the program prints this.
  const { server } = JSON.parse(line) as Ready
  return {
    pid: handle.pid,
    server,
    kill: Effect.sync(() => process.kill(handle.pid, "SIGKILL")),
    exit: Effect.exit(handle.exitCode)
  }
}, Effect.provide(NodeServices.layer))
