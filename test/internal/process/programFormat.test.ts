import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AppServer from "../../../src/AppServer.ts"
import type { Platform } from "../../../src/internal/process/platform.ts"
import * as programFormat from "../../../src/internal/process/programFormat.ts"
import { temporary } from "../../appServer/support.ts"
import { codexBinary } from "../../support/rawDriver.ts"

const describeFormat = (head: Uint8Array, platform: Platform) => programFormat.describe(head, platform)?.description

const bytes = (length: number, ...parts: ReadonlyArray<readonly [at: number, ...values: ReadonlyArray<number>]>) => {
  const head = new Uint8Array(length)
  for (const [at, ...values] of parts) head.set(values, at)
  return head
}
const elf = (machine: number) => bytes(64, [0, 0x7f, 0x45, 0x4c, 0x46, 2, 1], [18, machine & 255, machine >> 8])
const machO = (cpu: number) => bytes(64, [0, 0xcf, 0xfa, 0xed, 0xfe, cpu, 0, 0, 1])
const pe = (machine: number) =>
  bytes(256, [0, 0x4d, 0x5a], [60, 128], [128, 0x50, 0x45, 0, 0, machine & 255, machine >> 8])
const text = (content: string) => new TextEncoder().encode(content)

describe("the format of a program", () => {
  const programs = {
    "linux-x64": elf(62),
    "linux-arm64": elf(183),
    "darwin-x64": machO(7),
    "darwin-arm64": machO(12),
    "win32-x64": pe(0x8664),
    "win32-arm64": pe(0xaa64)
  }
  const translated = new Set(["darwin-x64 on darwin-arm64", "win32-x64 on win32-arm64"])

  for (const machine of Object.keys(programs)) {
    const [os = "", arch = ""] = machine.split("-")
    it(`is that of ${machine}, and every other one is rejected with both names`, () => {
      for (const [target, head] of Object.entries(programs)) {
        const problem = describeFormat(head, { os, arch })
        if (target === machine || translated.has(`${target} on ${machine}`)) assert.isUndefined(problem)
        else assert.strictEqual(problem, `built for ${target}, and this machine is ${machine}`)
      }
    })
  }

  it("has the name of each machine", () => {
    const found = (head: Uint8Array) => describeFormat(head, { os: "none", arch: "none" })?.split(",")[0]
    const bigEndian = (machine: number) =>
      bytes(64, [0, 0x7f, 0x45, 0x4c, 0x46, 2, 2], [18, machine >> 8, machine & 255])
    for (const [machine, arch] of [
      [3, "ia32"],
      [40, "arm"],
      [62, "x64"],
      [183, "arm64"],
      [243, "riscv64"],
      [21, "ppc64"],
      [22, "s390x"],
      [258, "loong64"]
    ] as const) {
      assert.strictEqual(found(elf(machine)), `built for linux-${arch}`)
      assert.strictEqual(found(bigEndian(machine)), `built for linux-${arch}`)
    }
    const cpu = (...magic: ReadonlyArray<number>) => bytes(64, [0, ...magic], [4, 7])
    assert.strictEqual(found(cpu(0xce, 0xfa, 0xed, 0xfe)), "built for darwin-ia32")
    assert.strictEqual(found(cpu(0xcf, 0xfa, 0xed, 0xfe)), "built for darwin-ia32")
    for (const last of [0xbe, 0xbf]) assert.strictEqual(found(cpu(0xca, 0xfe, 0xba, last)), "built for darwin")
    assert.strictEqual(found(pe(0x14c)), "built for win32-ia32")
    assert.strictEqual(found(pe(1)), "built for win32")
  })

  it("is told by the least bytes that have its header", () => {
    const found = (head: Uint8Array) => describeFormat(head, { os: "none", arch: "none" })?.split(",")[0]
    const none = "neither a program nor a script that names its interpreter (`#!`)"
    assert.strictEqual(found(elf(62).slice(0, 20)), "built for linux-x64")
    assert.strictEqual(found(elf(62).slice(0, 19)), none)
    const header = pe(0x8664)
    assert.strictEqual(found(header.slice(0, 134)), "built for win32-x64")
    assert.strictEqual(found(header.slice(0, 133)), "built for win32")
    assert.strictEqual(found(header.slice(0, 64)), "built for win32")
    assert.strictEqual(found(header.slice(0, 63)), none)
    assert.isUndefined(found(text("#!")))
    assert.strictEqual(found(text("#?")), none)
    assert.strictEqual(found(bytes(64, [0, 0x4d, 0x5b])), none)
  })

  it("can be one that the machine translates", () => {
    const runs = (head: Uint8Array, os: string, arch: string) => describeFormat(head, { os, arch }) === undefined
    assert.isTrue(runs(elf(3), "linux", "x64"))
    assert.isFalse(runs(elf(62), "linux", "ia32"))
    assert.isFalse(runs(elf(62), "linux", "arm64"))
    assert.isFalse(runs(elf(3), "linux", "arm64"))
    assert.isTrue(runs(elf(183), "linux", "arm64"))
    assert.isTrue(runs(pe(0x14c), "win32", "arm64"))
    assert.isFalse(runs(elf(62), "darwin", "x64"))
    assert.isFalse(runs(elf(62), "win32", "x64"))
    assert.isTrue(runs(elf(62), "android", "x64"))
    assert.isFalse(runs(machO(7), "linux", "x64"))
  })

  it("may be a script with its interpreter, or an unknown one", () => {
    assert.isUndefined(describeFormat(text("#!/bin/sh\n"), { os: "linux", arch: "x64" }))
    assert.isUndefined(describeFormat(elf(62), { os: "freebsd", arch: "x64" }))
    assert.isUndefined(describeFormat(elf(4000), { os: "linux", arch: "x64" }))
    assert.isUndefined(describeFormat(bytes(64, [0, 0xca, 0xfe, 0xba, 0xbe]), { os: "darwin", arch: "arm64" }))
  })

  it("is undefined for an empty file, a text, or the first bytes alone", () => {
    for (const head of [text(""), text("echo hello\n"), text("\u007fELF"), text("MZ"), text("#")]) {
      const problem = programFormat.describe(head, { os: "linux", arch: "x64" })
      assert.include(problem?.description, "neither a program nor a script")
      // A shell can still run it, unlike a program for another machine.
      assert.isFalse(problem?.isForeign)
    }
    assert.isTrue(programFormat.describe(machO(12), { os: "linux", arch: "x64" })?.isForeign)
  })

  it("is right for the pinned binary", () => {
    const head = new Uint8Array(1024)
    readSync(openSync(codexBinary(), "r"), head)
    assert.isUndefined(describeFormat(head, { os: process.platform, arch: process.arch }))
  })
})

const refused = (executable: string) =>
  AppServer.make({ executable }).pipe(Effect.scoped, Effect.flip, Effect.provide(NodeServices.layer))

describe("an executable", () => {
  it.live("is rejected if it is for another machine, and none of its bytes run", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const [file, touched] = [join(root, "codex"), join(root, "touched")]
      const other = process.arch === "arm64" ? 62 : 183
      writeFileSync(file, Buffer.concat([elf(other), text(`\ntouch '${touched}'\n`)]), { mode: 0o755 })
      const error = yield* refused(file)
      assert.strictEqual(error.reason._tag, "RuntimeNotFound")
      assert.include(error.message, ": built for linux-")
      // The same for a command with the file, relative to its working folder, too.
      for (const options of [{ command: [file] as const }, { command: ["./codex"] as const, cwd: root }]) {
        const { reason } = yield* AppServer.make(options).pipe(
          Effect.scoped,
          Effect.flip,
          Effect.provide(NodeServices.layer)
        )
        assert.strictEqual(reason._tag, "InvalidOptions")
        assert.include(reason.message, "the program cannot run on this machine: built for linux-")
      }
      assert.isFalse(existsSync(touched))
    })
  )

  it.live(
    "must be a program: other files are rejected, and so are a folder and a pipe, without waiting for a writer",
    () =>
      Effect.gen(function* () {
        const root = yield* temporary
        const [script, folder, pipe, touched] = ["script", "folder", "pipe", "touched"].map((name) => join(root, name))
        if (script === undefined || folder === undefined || pipe === undefined || touched === undefined) return
        writeFileSync(script, `touch '${touched}'\n`, { mode: 0o755 })
        mkdirSync(folder)
        if (process.platform !== "win32") execFileSync("mkfifo", [pipe])
        assert.include((yield* refused(script)).message, "neither a program nor a script")
        assert.include((yield* refused(folder)).message, ": not a file")
        if (process.platform !== "win32") assert.include((yield* refused(pipe)).message, ": not a file")
        assert.isFalse(existsSync(touched))
      })
  )
})
