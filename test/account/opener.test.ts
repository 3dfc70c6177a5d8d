/**
 * Opens a page: which program starts, and what the user reads if there is none.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Layer } from "effect"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Account from "../../src/Account.ts"

const url = "http://127.0.0.1:1/page?a=1&b=$(touch%20x)"

/** Opens a page with this script as `xdg-open`, and returns the printed lines. */
const open = Effect.fnUntraced(function* (page: string, script: ((folder: string) => string) | undefined) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-codex-test-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )
  if (script !== undefined) {
    writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\n${script(folder)}\n`)
    chmodSync(join(folder, "xdg-open"), 0o755)
  }
  const lines: Array<string> = []
  const console = { ...globalThis.console, log: (...line: ReadonlyArray<unknown>) => void lines.push(line.join(" ")) }
  const path = process.env["PATH"]
  process.env["PATH"] = folder
  yield* Effect.addFinalizer(() => Effect.sync(() => (process.env["PATH"] = path)))
  yield* Effect.flatMap(Account.Browser, (browser) => browser.open(page)).pipe(
    Effect.provide(Account.layerBrowser.pipe(Layer.provide(NodeServices.layer))),
    Effect.provideService(Console.Console, console)
  )
  const told = join(folder, "told")
  return { printed: lines.join("\n"), opened: existsSync(told) ? readFileSync(told, "utf8") : undefined }
})

describe.runIf(process.platform === "linux")("Browser", () => {
  it.live("passes the address to the opener unchanged, without a shell", () =>
    Effect.gen(function* () {
      const { opened, printed } = yield* open(url, (folder) => `printf '%s' "$*" > ${folder}/told`)
      assert.strictEqual(opened, url)
      assert.strictEqual(printed, "")
    }).pipe(Effect.scoped)
  )

  it.live("prints the address if there is no opener, if it fails, and if the address is not a web page", () =>
    Effect.gen(function* () {
      assert.include((yield* open(url, undefined)).printed, url)
      assert.include((yield* open(url, () => "exit 3")).printed, url)
      const { opened, printed } = yield* open("--help", (folder) => `echo > ${folder}/told`)
      assert.isUndefined(opened)
      assert.include(printed, "--help")
    }).pipe(Effect.scoped)
  )

  it.live("does not wait for an opener that is the browser itself", () =>
    Effect.gen(function* () {
      const { printed } = yield* open(url, () => "exec /bin/sleep 3")
      assert.strictEqual(printed, "")
    }).pipe(Effect.scoped)
  )
})
