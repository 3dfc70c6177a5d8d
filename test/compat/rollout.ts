/**
 * A thread as a runtime writes it into its home: two turns, each with a step and an answer, without the parts for the
 * model only.
 */
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as RawDriver from "../support/rawDriver.ts"

/** Lets a runtime write the thread, and returns the lines of its file. */
export const write = Effect.fnUntraced(function* (binary: string) {
  const model = yield* MockModel.make()
  const home = yield* Effect.acquireRelease(
    Effect.sync(() => RawDriver.makeHome(model.configToml())),
    (home) => Effect.sync(home.remove)
  )
  yield* Effect.scoped(
    Effect.gen(function* () {
      const driver = yield* Effect.acquireRelease(
        Effect.promise(() => RawDriver.start({ cwd: home.workspace, env: home.env, command: [binary, "app-server"] })),
        (driver) => Effect.promise(driver.close)
      )
      const started = yield* Effect.promise(() => driver.request("thread/start", {}))
      const threadId = RawDriver.at(started, "thread", "id")
      for (const n of [1, 2]) {
        yield* model.enqueue(
          MockModel.response([
            MockModel.message(`step ${n}`, { phase: "commentary" }),
            MockModel.message(`answer ${n}`)
          ])
        )
        const ended = driver.next("turn/completed")
        const input = [{ type: "text", text: `prompt ${n}` }]
        yield* Effect.promise(() => driver.request("turn/start", { threadId, input }))
        yield* Effect.promise(() => ended)
      }
    })
  )
  const sessions = join(home.codexHome, "sessions")
  const [file = ""] = readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl")
  )
  return readFileSync(join(sessions, file), "utf8")
    .replaceAll(home.root, "/home/user")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const parsed: unknown = JSON.parse(line)
      return isForModel(parsed)
        ? []
        : [JSON.stringify(parsed, (key, value) => (key === "base_instructions" ? null : value))]
    })
}, Effect.scoped)

// internal

const isForModel = (line: unknown): boolean => {
  const text = RawDriver.at(line, "payload", "content", 0, "text")
  return (
    RawDriver.at(line, "type") === "world_state" ||
    RawDriver.at(line, "payload", "role") === "developer" ||
    (typeof text === "string" && text.startsWith("<environment_context>"))
  )
}
