import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Path, PlatformError } from "effect"
import { spawnSync } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import * as Approval from "../../src/Approval.ts"
import { add, fileRequest, onCommand, onFiles } from "./policySupport.ts"
import * as Test from "./support.ts"

describe("allowWritesUnder", () => {
  const folders = Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const base = yield* fs.makeTempDirectoryScoped()
    const at = (...names: ReadonlyArray<string>) => path.join(base, ...names)
    yield* fs.makeDirectory(at("inside", "sub"), { recursive: true })
    yield* fs.makeDirectory(at("outside"))
    yield* fs.writeFileString(at("outside", "file"), "x")
    yield* fs.symlink(at("outside"), at("inside", "out"))
    yield* fs.symlink("../outside/file", at("inside", "file-out"))
    yield* fs.symlink("../outside/new", at("inside", "dangling"))
    yield* fs.symlink("sub", at("inside", "in"))
    yield* fs.symlink("loop", at("inside", "sub", "loop"))
    yield* fs.symlink(at("outside"), at("inside", "back\\slash"))
    yield* fs.symlink(at("inside"), at("alias"))
    return { fs, at, raw: (text: string) => `${base}/${text}` }
  })

  it.live("accepts only paths that resolve to a path under the folder", () =>
    Effect.gen(function* () {
      const { raw } = yield* folders
      const table: ReadonlyArray<readonly [path: string, accepted: boolean]> = [
        ["inside/new", true],
        ["inside/sub/deep/er/new", true],
        ["inside/sub/../new", true],
        ["inside/./sub//new", true],
        ["inside/in/new", true],
        ["alias/new", true],
        ["inside/missing/../new", true],
        ["inside/.gitignore", true],
        ["inside", false],
        ["inside/", false],
        ["outside/file", false],
        ["inside-not/new", false],
        ["inside/../outside/file", false],
        ["inside/out/file", false],
        ["inside/out/../new", false],
        ["inside/file-out", false],
        ["inside/dangling", false],
        ["inside/sub/loop", false],
        ["inside/sub/loop/new", false],
        ["inside/back\\slash/new", false],
        ["inside/in/../../outside/file", false],
        ["inside/.git/hooks/pre-commit", false],
        ["inside/.GIT/config", false],
        ["inside/sub/.codex/config.toml", false],
        ["inside/AGENTS.md", false],
        ["inside/.git./config", false],
        ["inside/.git /config", false],
        ["inside/GIT~1/config", false],
        ["inside/sub/AGENTS.override.md", false],
        ["inside/.git::$INDEX_ALLOCATION/config", false],
        ["inside/agents.md.txt", true]
      ]
      for (const root of ["inside", "alias", "inside/sub/.."]) {
        const policy = Approval.allowWritesUnder([raw("nowhere"), raw(root)])
        for (const [path, accepted] of table) {
          const decision = yield* onFiles(policy, add(raw(path)))
          assert.strictEqual(decision, accepted ? "accept" : "decline", `${path} under ${root}`)
        }
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("checks every file, and its new path if it is moved", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      const policy = Approval.allowWritesUnder([raw("inside")])
      const move = (to: string) => ({
        path: raw("inside/a"),
        kind: { type: "update" as const, move_path: to },
        diff: ""
      })
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/a")), move(raw("inside/b"))), "accept")
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/a")), add(raw("outside/b"))), "decline")
      assert.strictEqual(yield* onFiles(policy, move(raw("outside/b"))), "decline")
      assert.strictEqual(yield* onFiles(policy, add("inside/a")), "decline")
      assert.strictEqual(yield* onFiles(policy), "decline")
      assert.strictEqual(yield* onFiles(Approval.allowWritesUnder(["."]), add("a")), "decline")
      const unknown = { ...add(raw("inside/a")), kind: { type: "~unknown" as const, raw: { type: "link" } } }
      assert.strictEqual(yield* onFiles(policy, unknown), "decline")
      const granting = Approval.handlers(policy)[Test.fileChange](
        fileRequest([add(raw("inside/a"))], { grantRoot: raw("inside") })
      )
      assert.strictEqual((yield* granting).decision, "decline")
      assert.strictEqual(yield* onCommand(policy, { command: "ls" }), "decline")
      // Only what is in a directory is under it.
      yield* fs.writeFileString(at("inside", "file"), "x")
      const aFile = Approval.allowWritesUnder([raw("inside/file")])
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/file"))), "accept")
      assert.strictEqual(yield* onFiles(aFile, add(raw("inside/file"))), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("accepts nothing behind an unreadable path that may be a link", () =>
    Effect.gen(function* () {
      const { fs, raw } = yield* folders
      const refusal = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "lstat" })
      const blind = {
        ...fs,
        lstat: (path: string) => (path.endsWith("sub") ? Effect.fail(refusal) : fs.lstat(path))
      }
      const decide = (path: string) =>
        onFiles(Approval.allowWritesUnder([raw("inside")]), add(raw(path))).pipe(
          Effect.provideService(FileSystem.FileSystem, blind)
        )
      assert.strictEqual(yield* decide("inside/new"), "accept")
      assert.strictEqual(yield* decide("inside/sub/new"), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("sees a folder that became a link since the last request", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      const policy = Approval.allowWritesUnder([raw("inside")])
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/sub/a"))), "accept")
      yield* fs.remove(at("inside", "sub"), { recursive: true })
      yield* fs.symlink(at("outside"), at("inside", "sub"))
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/sub/a"))), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("abstains for a path that means another place in the process that writes", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      const here = process.cwd()
      const opened = yield* Effect.acquireRelease(
        Effect.sync(() => openSync(at("inside"), "r")),
        (descriptor) => Effect.sync(() => closeSync(descriptor))
      )
      yield* fs.symlink("/proc/self/cwd", at("inside", "cwd"))
      yield* fs.symlink("cwd", at("inside", "cwd-again"))
      yield* fs.symlink("/proc/self", at("inside", "self"))
      yield* fs.symlink("../../../../../../../../../../dev/fd", at("inside", "descriptors"))
      // As `/proc` appears when it is mounted elsewhere, too.
      yield* fs.makeDirectory(at("mounted", "7", "fd"), { recursive: true })
      yield* fs.makeDirectory(at("mounted", "7", "fdinfo"))
      yield* fs.symlink("7", at("mounted", "self"))
      yield* fs.symlink(at("inside"), at("mounted", "7", "cwd"))
      yield* fs.symlink(at("inside"), at("mounted", "7", "fd", "3"))
      const policy = Approval.allowWritesUnder([here, raw("inside")])
      const paths = [
        "/proc/self/cwd/new",
        "/proc/thread-self/cwd/new",
        "/proc//self/./cwd/new",
        "/dev/../proc/self/cwd/new",
        `/proc/${process.pid}/cwd/new`,
        `/proc/self/task/${process.pid}/cwd/new`,
        `/proc/self/root${at("inside")}/new`,
        `/proc/self/fd/${opened}/new`,
        `/dev/fd/${opened}/new`,
        "/dev/stdin",
        "/dev/stdout",
        raw("inside/cwd/new"),
        raw("inside/cwd-again/new"),
        raw("inside/self/cwd/new"),
        raw(`inside/self/root${at("inside")}/new`),
        raw(`inside/descriptors/${opened}/new`),
        raw("mounted/7/cwd/new"),
        raw("mounted/self/cwd/new"),
        raw("mounted/self/fd/3/new")
      ]
      assert.strictEqual(yield* onFiles(policy, add(`${here}/new`)), "accept")
      for (const path of paths) assert.strictEqual(yield* onFiles(policy, add(path)), "decline", path)
      // None of these is the folder either.
      const own = Approval.allowWritesUnder(["/proc/self/cwd"])
      assert.strictEqual(yield* onFiles(own, add(`${here}/new`)), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("abstains behind a path that is too long to be read", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      // Two links, each to a readable path, and together to an unreadable one.
      const deep = Array.from({ length: 12 }, () => "x".repeat(200)).join("/")
      yield* fs.makeDirectory(raw(`inside/${deep}`), { recursive: true })
      yield* fs.symlink(raw(`inside/${deep}`), at("inside", "first"))
      // Node cannot remove a folder with such a long path; the shell can.
      yield* Effect.acquireRelease(
        inFolder(raw(`inside/${deep}`), `mkdir -p ${deep} && ln -s ${at("outside")} ${deep}/out`),
        () => inFolder(at("inside"), "rm -rf x*")
      )
      yield* fs.symlink(deep, raw(`inside/${deep}/second`))
      const path = raw("inside/first/second/out/pwned")
      yield* fs.writeFileString(path, "x")
      assert.isTrue(yield* fs.exists(at("outside", "pwned")))
      assert.strictEqual(yield* onFiles(Approval.allowWritesUnder([raw("inside")]), add(path)), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("abstains for a file with another name, and for anything but a regular file", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      const policy = Approval.allowWritesUnder([raw("inside")])
      yield* fs.writeFileString(at("inside", "plain"), "x")
      yield* fs.writeFileString(at("inside", "linked"), "x")
      yield* inFolder(at("inside"), "mkfifo pipe")
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/plain")), add(raw("inside/linked"))), "accept")
      yield* fs.link(at("inside", "linked"), at("outside", "linked"))
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/plain")), add(raw("inside/linked"))), "decline")
      const move = { ...add(raw("inside/plain")), kind: { type: "update" as const, move_path: raw("inside/linked") } }
      assert.strictEqual(yield* onFiles(policy, move), "decline")
      for (const path of ["inside/pipe", "inside/sub", "inside/in"]) {
        assert.strictEqual(yield* onFiles(policy, add(raw(path))), "decline", path)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("abstains for a Windows path without a drive", () =>
    Effect.gen(function* () {
      const decide = (folder: string, path: string) => onFiles(Approval.allowWritesUnder([folder]), add(path))
      assert.strictEqual(yield* decide("C:\\ws", "C:\\ws\\new"), "accept")
      assert.strictEqual(yield* decide("\\\\host\\share\\ws", "\\\\host\\share\\ws\\new"), "accept")
      for (const path of ["\\ws\\new", "/ws/new", "C:ws\\new"])
        assert.strictEqual(yield* decide("\\ws", path), "decline")
    }).pipe(
      Effect.provide(NodePath.layerWin32),
      Effect.provideService(FileSystem.FileSystem, FileSystem.makeNoop({ lstat: () => Effect.fail(nothing) }))
    )
  )
})

const nothing = PlatformError.systemError({ _tag: "NotFound", module: "FileSystem", method: "lstat" })

/** Runs a shell command in a folder. */
const inFolder = (cwd: string, command: string) =>
  Effect.sync(() => assert.strictEqual(spawnSync("/bin/sh", ["-c", command], { cwd }).status, 0))
