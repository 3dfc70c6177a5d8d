/**
 * Tenants for tests of a pool on the real binary: a home, a model name, a rule and a key for each, and one mock model.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import type * as CodexPool from "../../src/CodexPool.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

export interface Tenant {
  readonly key: string
  readonly apiKey: Redacted.Redacted<string>
  readonly model: string
  readonly rule: string
  readonly options: Codex.Options
}

/** Creates a tenant whose home is removed when the scope closes. */
export const tenant = Effect.fnUntraced(function* (key: string) {
  const model = yield* MockModel.MockModel
  const name = `model-of-${key}`
  const home = yield* CodexTest.makeHome(model.configToml({ model: name, requiresOpenaiAuth: true }))
  const rule = `Rule of ${key}.`
  writeFileSync(join(home.codexHome, "AGENTS.md"), rule)
  const options: Codex.Options = {
    codexHome: home.codexHome,
    cwd: home.workspace,
    env: home.env,
    inheritEnv: false
  }
  const made: Tenant = { key, apiKey: Redacted.make(`sk-of-${key}`), model: name, rule, options }
  return made
})

/** The tenants with these keys, and a `lookup` for them that counts the starts. */
export const tenants = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
  const all = new Map<string, Tenant>()
  for (const key of keys) all.set(key, yield* tenant(key))
  const starts: Array<string> = []
  const lookup = (key: string): Codex.Options => {
    starts.push(key)
    return all.get(key)?.options ?? {}
  }
  return { all, starts, lookup }
})

/** Runs one turn on a new thread of a tenant, and returns its answer and the pid of the process. */
export const ask = (pool: CodexPool.CodexPool, key: string, prompt: string) =>
  pool.use(
    key,
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { pid } = yield* AppServer.AppServer
      const thread = yield* codex.startThread()
      const { finalResponse } = yield* thread.run(prompt)
      return { pid, threadId: thread.id, answer: finalResponse }
    })
  )

/** The pid of a tenant's process. */
export const pidOf = (pool: CodexPool.CodexPool, key: string) =>
  pool.use(
    key,
    Effect.map(AppServer.AppServer, ({ pid }) => pid)
  )

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Provides the mock model and Node's services. */
export const onBinary = (model: MockModel.Options = { fallback: () => MockModel.reply("done") }) =>
  Effect.provide(Layer.merge(MockModel.layer(model), NodeServices.layer))
