/**
 * Paths that mean another place in the process that writes than in this one: those of `/proc`, `/dev/fd`, and links to
 * them. Other ways to leave a folder are in `escapes.ts`.
 */
import { Effect } from "effect"
import { closeSync, mkdirSync, openSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { cwd, pid } from "node:process"
import * as Approval from "../../../src/Approval.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Asked from "../support/asked.ts"
import { group } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"

/** Returns the same path in another spelling: further slashes, dots, and steps down and up again. */
const respelt = (seeded: Seeded, path: string): string =>
  path
    .split("/")
    .map((name, index) =>
      index === 0 ? name : seeded.pick([name, name, `./${name}`, `/${name}`, `nowhere/../${name}`, `${name}/.`])
    )
    .join("/")

/** Opens a descriptor of this process on the folder. */
const opened = (folder: string) =>
  Effect.acquireRelease(
    Effect.sync(() => openSync(folder, "r")),
    (descriptor) => Effect.sync(() => closeSync(descriptor))
  )

const expected = "the policy has no answer, so the change is declined"

export const scenarios = group("approvals", [
  {
    name: "path-proc-cwd",
    title: "A change is asked for through the working folder of a process in /proc",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const here = cwd()
        const paths = [
          "/proc/self/cwd/new",
          "/proc/thread-self/cwd/new",
          `/proc/${pid}/cwd/new`,
          `/proc/self/task/${pid}/cwd/new`
        ]
        yield* Asked.assertDecides(Approval.allowWritesUnder([here]), {
          accepted: [Asked.files("fine", [Asked.added(join(here, "new"))])],
          refused: paths.flatMap((path, index) => [
            Asked.files(`plain-${index}`, [Asked.added(path)]),
            Asked.files(`respelt-${index}`, [Asked.added(respelt(seeded, path))])
          ])
        })
      })
  },
  {
    name: "path-proc-root",
    title: "A change is asked for through the root of a process in /proc",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const roots = [
          "/proc/self/root",
          "/proc/thread-self/root",
          `/proc/${pid}/root`,
          "/proc/self/root/proc/self/root"
        ]
        const paths = roots.map((root) => `${root}${folders.inside}/new`)
        yield* Folders.assertRefused(folders, [...paths, ...paths.map((path) => respelt(seeded, path))], seeded)
      })
  },
  {
    name: "path-descriptors",
    title: "A change is asked for through an open descriptor",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const descriptor = yield* opened(folders.inside)
        const paths = ["/dev/fd", "/proc/self/fd", `/proc/${pid}/fd`, "/dev/../proc/self/fd"].map(
          (place) => `${place}/${descriptor}/new`
        )
        yield* Folders.assertRefused(folders, [...paths, ...paths.map((path) => respelt(seeded, path))], seeded)
      })
  },
  {
    name: "path-standard-streams",
    title: "A change is asked for of a standard stream",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const paths = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/0", "/dev/fd/1", "/DEV/Stdout"]
        // The allowed folder is the root here, so that only the path itself decides.
        const policy = Approval.allowWritesUnder(["/"])
        yield* Folders.assertRefused({ ...folders, policy }, paths, seeded)
      })
  },
  {
    name: "path-everything-below-proc",
    title: "The root is allowed, and a change is asked for in /proc",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const paths = ["/proc/sys/kernel/core_pattern", "/proc/self/mem", "/proc/1/environ", "/PROC/self/mem", "/proc"]
        yield* Folders.assertRefused({ ...folders, policy: Approval.allowWritesUnder(["/"]) }, paths, seeded)
      })
  },
  {
    name: "path-link-to-proc",
    title: "A link in the folder leads to the working folder or the descriptors of a process, at once or in steps",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const at = (...names: ReadonlyArray<string>) => join(folders.inside, ...names)
        const descriptor = yield* opened(folders.inside)
        symlinkSync(respelt(seeded, "/proc/self/cwd"), at("cwd"))
        symlinkSync("cwd", at("again"))
        symlinkSync("/proc/self", at("self"))
        symlinkSync("/proc", at("proc"))
        symlinkSync(`${"../".repeat(seeded.int(12, 30))}dev/fd`, at("descriptors"))
        symlinkSync("/dev", at("sub", "dev"))
        const paths = [
          at("cwd", "new"),
          at("again", "new"),
          at("self", "cwd", "new"),
          `${at("self")}/root${folders.inside}/new`,
          at("proc", "self", "cwd", "new"),
          at("descriptors", String(descriptor), "new"),
          at("sub", "dev", "fd", String(descriptor), "new"),
          at("sub", "dev", "stdout")
        ]
        // A file in the program's own folder would be in the policy's folder if the links of `/proc` were followed
        // here.
        const policy = Approval.allowWritesUnder([folders.inside, cwd()])
        yield* Folders.assertRefused({ ...folders, policy }, paths, seeded)
      })
  },
  {
    name: "path-proc-mounted-elsewhere",
    title: "Something that looks like /proc lies elsewhere, as in a container's folder",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const process = String(seeded.int(2, 99_999))
        const at = (...names: ReadonlyArray<string>) => join(folders.root, "mounted", ...names)
        mkdirSync(at(process, "fd"), { recursive: true })
        mkdirSync(at(process, "fdinfo"))
        symlinkSync(process, at("self"))
        symlinkSync(folders.inside, at(process, "cwd"))
        symlinkSync(folders.inside, at(process, "fd", "3"))
        const paths = [at(process, "cwd", "new"), at("self", "cwd", "new"), at("self", "fd", "3", "new")]
        yield* Folders.assertRefused(folders, paths, seeded)
      })
  },
  {
    name: "path-folder-in-proc",
    title: "The folder that a policy allows is itself a place in /proc",
    expected: "the policy has no answer for anything",
    run: (seeded) =>
      Asked.assertDecides(
        Approval.allowWritesUnder([seeded.pick(["/proc/self/cwd", "/dev/fd/0", "/proc/self/root"])]),
        {
          accepted: [],
          refused: [cwd(), "/proc/self/cwd", "/dev/fd/0", ""].map((folder, index) =>
            Asked.files(`item-${index}`, [Asked.added(`${folder}/new`)])
          )
        }
      )
  }
])
