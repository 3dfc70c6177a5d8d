/** The process of the official SDK, which starts `codex exec` for each turn; on the binary of this package. */
import * as Raw from "../support/rawDriver.ts"
import * as official from "./official.ts"
import { serve, timed } from "./rounds.ts"
import { fromArguments } from "./task.ts"

/** The part of its surface that is used. */
interface Sdk {
  readonly Codex: new (options: object) => {
    readonly startThread: (options: object) => {
      readonly run: (input: string) => Promise<{ readonly finalResponse: string }>
    }
  }
}

const { count, server } = fromArguments()
if (!("env" in server) || official.installed === undefined) throw new Error("there is nothing to measure")

// Type boundary: the package is not there when this is compiled.
const { Codex } = (await import(official.installed)) as Sdk
const codex = new Codex({ codexPathOverride: Raw.codexBinary(), env: server.env })
const threads = Array.from({ length: count }, () =>
  codex.startThread({ workingDirectory: server.cwd, skipGitRepoCheck: true })
)

const turn = async (thread: (typeof threads)[number]) => {
  const { finalResponse } = await thread.run("hi")
  if (finalResponse === "") throw new Error("the turn gave no answer")
}

serve(
  () => timed(() => Promise.all(threads.map(turn))),
  () => Promise.resolve()
)
