/** What the process table recognizes without reading, and that another process with a known id is read all the same. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, constants, writeFileSync } from "node:fs"
import * as leftovers from "../../../src/internal/process/leftovers.ts"
import * as marks from "../../../src/internal/process/marks.ts"
import * as processTable from "../../../src/internal/process/processTable.ts"
import { linux } from "../../appServer/processes.ts"

/** A process in a session of its own, ended with the scope. */
const sleeper = (variables: { readonly [name: string]: string } = {}) =>
  Effect.acquireRelease(
    Effect.callback<ChildProcess & { readonly pid: number }>((resume) => {
      const child = spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore", env: variables })
      // Type boundary: a process that has started has an id.
      child.once("spawn", () => resume(Effect.succeed(child as ChildProcess & { readonly pid: number })))
    }),
    kill
  )

const kill = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

const writable = (path: string) => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const lastPid = "/proc/sys/kernel/ns_last_pid"

describe.runIf(linux)("the process table", () => {
  it.live("leaves out known processes, and reads the others", () =>
    Effect.gen(function* () {
      const earlier = yield* sleeper()
      const known = yield* processTable.existing
      const later = yield* sleeper()
      const read: Array<number> = []
      const found = yield* processTable.find(({ pid }) => {
        read.push(pid)
        return pid === earlier.pid || pid === later.pid
      }, known)
      assert.deepStrictEqual(
        found?.map(({ pid }) => pid),
        [later.pid]
      )
      assert.notInclude(read, process.pid)
      assert.notInclude(read, earlier.pid)
    })
  )

  it.live("learns the processes that satisfy the predicate, and no other", () =>
    Effect.gen(function* () {
      const known = yield* processTable.existing
      const [one, other] = [yield* sleeper(), yield* sleeper()]
      yield* processTable.learn(known, ({ pid }) => pid === one.pid)
      const found = yield* processTable.find(({ pid }) => pid === one.pid || pid === other.pid, known)
      assert.deepStrictEqual(
        found?.map(({ pid }) => pid),
        [other.pid]
      )
    })
  )

  // Process ids can only be chosen by root, on a kernel that lets it.
  it.live.runIf(writable(lastPid))("does not take a process for a known one that had its id", () =>
    Effect.gen(function* () {
      const earlier = yield* sleeper()
      const known = yield* processTable.existing
      yield* kill(earlier)
      for (let attempt = 0; attempt < 200; attempt++) {
        writeFileSync(lastPid, String(earlier.pid - 1))
        const later = yield* sleeper()
        // Another process of this machine can have been faster.
        if (later.pid !== earlier.pid) {
          yield* kill(later)
          continue
        }
        const found = yield* processTable.find(({ pid }) => pid === later.pid, known)
        assert.lengthOf(found ?? [], 1)
        return
      }
    })
  )
})

describe.runIf(linux && writable(lastPid))("a known process whose id another one has got", () => {
  it.live("is recognized by its id alone only for a moment after the last scan", () =>
    Effect.gen(function* () {
      const earlier = yield* sleeper()
      const known: processTable.Known = new Map()
      yield* processTable.learn(known, ({ pid }) => pid === earlier.pid)
      yield* kill(earlier)
      for (let attempt = 0; attempt < 200; attempt++) {
        writeFileSync(lastPid, String(earlier.pid - 1))
        const later = yield* sleeper()
        if (later.pid !== earlier.pid) {
          yield* kill(later)
          continue
        }
        const isSeen = processTable
          .find(({ pid }) => pid === later.pid, known)
          .pipe(Effect.map((found) => found?.length === 1))
        yield* Effect.repeat(Effect.delay(isSeen, "10 millis"), { until: (seen) => seen }).pipe(
          Effect.timeout("5 seconds")
        )
        return
      }
    })
  )
})

describe.runIf(linux)("what is left of a server", () => {
  it.live("is ended whether it started before or after the processes were read for the first time", () =>
    Effect.gen(function* () {
      const mark = marks.make(undefined)
      const others = yield* processTable.existing
      const variables = { [marks.variable]: mark.value }
      const server = yield* sleeper(variables)
      const exited = { pid: server.pid, start: processTable.read(server.pid)?.start ?? 0, mark, others }
      const before = yield* sleeper(variables)
      const foreign = yield* sleeper({ [marks.variable]: "other" })
      const cleared = yield* sleeper({ A: "1" })
      yield* leftovers.prepare(exited)
      for (const { pid } of [foreign, cleared]) assert.isTrue(others.has(pid))
      assert.isFalse(others.has(before.pid))
      const after = yield* sleeper(variables)
      yield* kill(server)
      yield* leftovers.end(exited, Duration.seconds(1))
      for (const { pid } of [before, after]) assert.isUndefined(processTable.read(pid))
      for (const { pid } of [foreign, cleared]) assert.isDefined(processTable.read(pid))
    })
  )

  it.live("is not taken for foreign while its variables cannot be read", () =>
    Effect.gen(function* () {
      const mark = marks.make(undefined)
      const others = yield* processTable.existing
      const silent = yield* sleeper({})
      const server = { pid: 1, start: 0, mark, others }
      yield* leftovers.prepare(server)
      assert.isFalse(others.has(silent.pid))
      yield* leftovers.prepare({ ...server, mark: undefined })
      assert.isTrue(others.has(silent.pid))
    })
  )
})
