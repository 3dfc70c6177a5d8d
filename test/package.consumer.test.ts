/**
 * The package in a separate project: resolved through its `exports`, type-checked, and with a turn on the real binary.
 * The short form links what is installed here, and needs no network. `npm run consumer:check` also installs the tarball
 * as from the registry: npm and pnpm, the oldest Node, Bun and Deno, the older TypeScript, and a bundle.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Linked from "./surface/linked.ts"
import { run } from "./surface/linked.ts"
import * as Stage from "./surface/stage.ts"

const full = process.env["CONSUMER"] === "full"

/** A user's program: every kind of import, and a turn. */
const program = `import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Input, retryOnOverload, Thread, Turn } from "effect-codex"
import * as Sandbox from "effect-codex/Sandbox"
import { CodexTest, MockModel } from "effect-codex/testing"

const ask = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* Thread.scoped(codex.startThread({ sandbox: "readOnly" }))
  const result = yield* thread
    .run([Input.text("hi")], { sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }) })
    .pipe(Effect.retry(retryOnOverload))
  yield* Console.log(Option.getOrElse(result.finalResponse, () => "nothing"), Option.isSome(Turn.finalResponse(result.items)))
}).pipe(Effect.scoped)

ask.pipe(
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("hello, consumer") } })),
  NodeRuntime.runMain
)
`

/** Other features that a runtime must have: signals, exit codes, and terminating child processes. */
const endings = `import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Fiber } from "effect"
import { AppServer, Codex } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

const killed = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  process.kill((yield* AppServer.AppServer).pid, "SIGKILL")
  const { reason } = yield* Effect.flip(codex.listModels())
  yield* Console.log(reason._tag === "ConnectionClosed" && reason.end._tag === "Exited" ? reason.end.signal : reason._tag)
}).pipe(Effect.provide(CodexTest.layer()))

const refused = Effect.gen(function* () {
  const command = [process.execPath, "-e", "console.error('no'); process.exit(3)"] as const
  const { reason } = yield* Effect.flip(Effect.scoped(Effect.provide(Codex.Codex, Codex.layer({ command }))))
  yield* Console.log(reason._tag === "ConnectionClosed" && reason.end._tag === "Exited" ? reason.end.exitCode : reason._tag)
}).pipe(Effect.provide(NodeServices.layer))

const ended = Effect.gen(function* () {
  const pid = yield* Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const gate = yield* MockModel.gate
    yield* model.enqueue(MockModel.hold(MockModel.reply("never said"), gate))
    const fiber = yield* Effect.forkChild((yield* (yield* Codex.Codex).startThread()).run("hi"))
    yield* gate.reached
    yield* Fiber.interrupt(fiber)
    return (yield* AppServer.AppServer).pid
  }).pipe(Effect.provide(CodexTest.layer()))
  const isGone = yield* Effect.sync(() => process.kill(pid, 0)).pipe(Effect.as(false), Effect.catchDefect(() => Effect.succeed(true)))
  yield* Console.log(isGone ? "gone" : "still there")
})

killed.pipe(Effect.andThen(refused), Effect.andThen(ended), NodeRuntime.runMain)
`

/** What must not compile. */
const mistakes = `import { Codex } from "effect-codex"
import { Effect } from "effect"

export const wrong = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  // @ts-expect-error no such mode
  yield* codex.startThread({ approvalMode: "always" })
  // @ts-expect-error no such method
  yield* codex.request("thread/begin", {})
})
// @ts-expect-error closed
import * as internal from "effect-codex/internal/settings"
export type Internal = typeof internal
`

const tsconfig = (resolution: "nodenext" | "bundler") =>
  JSON.stringify({
    compilerOptions: {
      target: "es2023",
      lib: ["es2024", "dom", "dom.iterable", "esnext.disposable"],
      module: resolution === "nodenext" ? "nodenext" : "esnext",
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      types: ["node"]
    },
    files: ["program.ts", "endings.ts", "mistakes.ts"]
  })

const writeProject = (folder: string): void => {
  writeFileSync(join(folder, "program.ts"), program)
  writeFileSync(join(folder, "endings.ts"), endings)
  writeFileSync(join(folder, "mistakes.ts"), mistakes)
  writeFileSync(join(folder, "nodenext.json"), tsconfig("nodenext"))
  writeFileSync(join(folder, "bundler.json"), tsconfig("bundler"))
}

const answer = "hello, consumer true\n"
const ends = "SIGKILL\n3\ngone\n"

let stage: Stage.Stage
let tarball: string
let folder: string

/** A separate project. */
const project = (name: string): string => {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, private: true, type: "module" }))
  writeFileSync(join(path, ".npmrc"), readFileSync(join(Stage.root, ".npmrc"), "utf8"))
  writeProject(path)
  return path
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "consumer-")))
  stage = Stage.make()
  tarball = stage.pack()
}, 60_000)

afterAll(() => {
  stage.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe("a project with the unpacked tarball", () => {
  let linked: string

  beforeAll(() => {
    linked = project("linked")
    Linked.install(linked, tarball)
  })

  it("runs a turn on the real binary", async () => {
    assert.strictEqual(await run(process.execPath, ["program.ts"], linked), answer)
  })

  it("reports how the process ends, and leaves none", async () => {
    assert.strictEqual(await run(process.execPath, ["endings.ts"], linked), ends)
  })

  it.each(["nodenext", "bundler"])(
    "type-checks with moduleResolution %s, declarations included",
    async (resolution) => {
      await run(process.execPath, [Stage.tsc, "-p", `${resolution}.json`], linked)
    }
  )

  it("cannot import internal modules", async () => {
    for (const closed of [
      "internal/settings",
      "internal/settings.js",
      "generated/types",
      "index",
      "modules",
      "testing/CodexTest"
    ]) {
      const script = `import("effect-codex/${closed}").then(() => console.log("open"), (error) => console.log(error.code))`
      assert.strictEqual(
        await run(process.execPath, ["-e", script], linked),
        "ERR_PACKAGE_PATH_NOT_EXPORTED\n",
        `effect-codex/${closed}`
      )
    }
  })

  it("can load every public module, and nothing happens then", async () => {
    const names = stage.files
      .flatMap((file) => /^dist\/(\w+)\.js$/.exec(file)?.[1] ?? [])
      .filter((name) => name !== "index" && name !== "modules")
    assert.isAbove(names.length, 15)
    const script = `
      await import("effect")
      const before = Object.getOwnPropertyNames(globalThis)
      ${names.map((name) => `await import("effect-codex/${name}")`).join("\n")}
      const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name))
      const listeners = process.eventNames().filter((name) => String(name).startsWith("SIG"))
      console.log(JSON.stringify([globals, listeners, process.getActiveResourcesInfo().filter((one) => one === "Timeout")]))`
    assert.strictEqual(await run(process.execPath, ["--input-type=module", "-e", script], linked), "[[],[],[]]\n")
  })
})

describe.skipIf(!full)("a project that installs the tarball", { timeout: 600_000 }, () => {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm"
  const peers = ["effect@4.1.0", "@effect/platform-node@4.1.0"]
  const tools = [
    "@types/node@24",
    "typescript@5.9",
    "typescript-7@npm:typescript@7.0.2",
    "esbuild",
    "node-22@npm:node@22.19.0",
    "bun@1.4",
    "deno@2.9"
  ]
  const node22 = () => join(installed, "node_modules/node-22/bin", process.platform === "win32" ? "node.exe" : "node")
  let installed: string

  beforeAll(async () => {
    installed = project("npm")
    await run(npm, ["install", tarball, ...peers, ...tools], installed)
  }, 600_000)

  it("npm: runs a turn with this Node", async () => {
    assert.strictEqual(await run(process.execPath, ["program.ts"], installed), answer)
  })

  it("npm: runs a turn with Node 22.19", async () => {
    assert.strictEqual(await run(node22(), ["--version"], installed), "v22.19.0\n")
    assert.strictEqual(await run(node22(), ["program.ts"], installed, { NODE_NO_WARNINGS: "1" }), answer)
  })

  for (const [runtime, args] of [
    ["bun", []],
    ["deno", ["run", "--allow-all", "--node-modules-dir=manual"]]
  ] as const) {
    it(`npm: runs a turn with ${runtime}, reports how the process ends, and leaves none`, async () => {
      const binary = join(installed, "node_modules/.bin", process.platform === "win32" ? `${runtime}.cmd` : runtime)
      assert.strictEqual(await run(binary, [...args, "program.ts"], installed), answer)
      assert.strictEqual(await run(binary, [...args, "endings.ts"], installed), ends)
    })
  }

  for (const typescript of ["typescript", "typescript-7"]) {
    for (const resolution of ["nodenext", "bundler"]) {
      it(`npm: type-checks with ${typescript} and ${resolution}`, async () => {
        const tsc = join(installed, "node_modules", typescript, "bin/tsc")
        await run(process.execPath, [tsc, "-p", `${resolution}.json`], installed)
      })
    }
  }

  /** Bundles a file with esbuild, as ESM for Node. */
  const bundle = async (file: string): Promise<string> => {
    const options = {
      entryPoints: [file],
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
      outfile: "bundle.mjs",
      // Some of the bundled files are CommonJS.
      banner: {
        js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"
      }
    }
    const script = `await (await import("esbuild")).build(${JSON.stringify(options)})`
    await run(process.execPath, ["--input-type=module", "-e", script], installed)
    return readFileSync(join(installed, "bundle.mjs"), "utf8")
  }

  it("npm: runs a turn as a bundle", async () => {
    await bundle("program.ts")
    assert.strictEqual(await run(process.execPath, ["bundle.mjs"], installed), answer)
  })

  it("npm: bundles only what is used", async () => {
    const small = `import { retryOnOverload } from "effect-codex"\nconsole.log(typeof retryOnOverload)\n`
    writeFileSync(join(installed, "small.ts"), small)
    const text = await bundle("small.ts")
    for (const unused of ["thread/backgroundTerminals/list", "account/bedrock/setup"]) assert.notInclude(text, unused)
  })

  it("pnpm: runs a turn, and type-checks", async () => {
    const path = project("pnpm")
    const pnpm = ["--yes", "pnpm@10.34.5"]
    await run(
      process.platform === "win32" ? "npx.cmd" : "npx",
      [...pnpm, "add", tarball, ...peers, "@types/node@24"],
      path
    )
    assert.strictEqual(await run(process.execPath, ["program.ts"], path), answer)
    await run(process.execPath, [Stage.tsc, "-p", "nodenext.json"], path)
  })
})
