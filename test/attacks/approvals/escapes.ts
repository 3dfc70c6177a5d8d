/**
 * Paths that leave the folder that a policy allows, or that a policy cannot resolve: `..`, links, further names, odd
 * files, and paths that no system opens. Guarded names in the folder are in `guarded.ts`; `/proc` is in `ownPaths.ts`.
 */
import { NodePath } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, FileSystem, PlatformError } from "effect"
import { linkSync, mkdirSync, rmSync, symlinkSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { cwd } from "node:process"
import * as Approval from "../../../src/Approval.ts"
import { add, onFiles } from "../../serverRequests/policySupport.ts"
import * as Asked from "../support/asked.ts"
import { group, mixedCase, textOf } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"

const expected = "the policy has no answer, so the change is declined"

const nothing = PlatformError.systemError({ _tag: "NotFound", module: "FileSystem", method: "lstat" })

export const scenarios = group("approvals", [
  {
    name: "path-dot-dot",
    title: "A path leaves the folder by `..`, from what is there and from what isn't",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const { inside } = folders
        const down = Array.from({ length: seeded.int(1, 6) }, (_, index) => `d${index}`)
        const up = down.map(() => "..").join("/")
        const paths = [
          `${inside}/../outside/new`,
          `${inside}/sub/../../outside/new`,
          `${inside}/${down.join("/")}/${up}/../outside/new`,
          `${inside}//..//outside/new`,
          `${inside}/./.././outside/new`,
          `${inside}/plain/../../outside/new`,
          `${"/..".repeat(seeded.int(1, 9))}${folders.outside}/new`,
          `${inside}/..`,
          `${inside}/sub/..`
        ]
        yield* Folders.assertRefused(folders, paths, seeded)
      })
  },
  {
    name: "path-dot-dot-through-link",
    title: "`..` behind a link means the folder above what the link leads to",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        symlinkSync(join(folders.outside, "sub"), join(folders.inside, "link"))
        symlinkSync("link", join(folders.inside, "sub", "link"))
        symlinkSync("../link", join(folders.inside, "sub", "again"))
        const paths = ["link/../new", "link/../../outside/new", "sub/again/../new", "link/./..//new"]
        yield* Folders.assertRefused(
          folders,
          paths.map((path) => `${folders.inside}/${path}`),
          seeded
        )
      })
  },
  {
    name: "path-link-out",
    title: "A link in the folder leads out of it: absolute, relative, in a chain, to a file, to nothing",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const at = (name: string) => join(folders.inside, name)
        symlinkSync(folders.outside, at("absolute"))
        symlinkSync("../outside", at("relative"))
        symlinkSync(join(folders.outside, "plain"), at("file"))
        symlinkSync(join(folders.outside, "nothing"), at("dangling"))
        const length = seeded.int(2, 38)
        for (let index = 0; index < length; index++) {
          symlinkSync(index === 0 ? "relative" : `chain-${index - 1}`, at(`chain-${index}`))
        }
        const paths = ["absolute/new", "relative/new", "file", "dangling", "dangling/new", `chain-${length - 1}/new`]
        yield* Folders.assertRefused(folders, paths.map(at), seeded)
      })
  },
  {
    name: "path-link-loop",
    title: "Links go round in circles, or are more than a system follows",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const at = (name: string) => join(folders.inside, name)
        symlinkSync("itself", at("itself"))
        symlinkSync("two", at("one"))
        symlinkSync("one", at("two"))
        const length = seeded.int(41, 80)
        for (let index = 0; index < length; index++) {
          symlinkSync(index === 0 ? "sub" : `chain-${index - 1}`, at(`chain-${index}`))
        }
        const paths = ["itself", "itself/new", "one/new", `chain-${length - 1}/new`]
        yield* Folders.assertRefused(folders, paths.map(at), seeded)
      })
  },
  {
    name: "path-link-swapped",
    title: "A folder is replaced by a link after the policy has accepted a change in it",
    expected: "the next change in it is declined",
    run: () =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const asking = Asked.files("item", [Asked.added(join(inside, "sub", "new"))])
        assert.deepStrictEqual(yield* Asked.decisions(policy, [asking]), ["accept"])
        rmSync(join(inside, "sub"), { recursive: true })
        symlinkSync(outside, join(inside, "sub"))
        assert.deepStrictEqual(yield* Asked.decisions(policy, [asking]), ["decline"])
      })
  },
  {
    name: "path-folder-is-link",
    title: "The folder that a policy allows is a link that is turned to another place",
    expected: "the change is judged by where the link leads now",
    run: () =>
      Effect.gen(function* () {
        const { inside, outside, root } = yield* Folders.make
        const link = join(root, "link")
        symlinkSync(inside, link)
        const policy = Approval.allowWritesUnder([link])
        const asking = Asked.files("item", [Asked.added(join(inside, "new"))])
        assert.deepStrictEqual(yield* Asked.decisions(policy, [asking]), ["accept"])
        rmSync(link)
        symlinkSync(outside, link)
        assert.deepStrictEqual(yield* Asked.decisions(policy, [asking]), ["decline"])
      })
  },
  {
    name: "path-like-the-folder",
    title: "A path begins like the folder, or is the folder itself or what is above it",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const { inside, root } = folders
        const other = mixedCase(seeded, basename(inside))
        const paths = [
          `${inside}-new/x`,
          `${inside}.new`,
          `${inside}${textOf(seeded, [..."abc-_ "], 3)}/x`,
          inside,
          `${inside}/`,
          root,
          "/",
          `${inside}\\..\\outside\\new/../../../outside/new`,
          ...(other === basename(inside) ? [] : [join(root, other, "new")])
        ]
        yield* Folders.assertRefused(folders, paths, seeded)
      })
  },
  {
    name: "path-not-absolute",
    title: "A path is relative, a home, an address, or no path at all",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const { inside } = folders
        const paths = [
          "new",
          "./new",
          "",
          ".",
          "~/new",
          `~${inside}/new`,
          `file://${inside}/new`,
          ` ${inside}/new`,
          `\t${inside}/new`,
          relative(cwd(), join(inside, "new")),
          `C:${inside}/new`,
          `\\\\?\\${inside}/new`
        ]
        yield* Folders.assertRefused(folders, paths, seeded)
      })
  },
  {
    name: "path-nul",
    title: "A path has a NUL character, at which a system would cut it",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const { inside, outside } = folders
        const paths = [`${outside}/new\0${inside}/new`, `${inside}/new\0`, `${inside}\0/../outside/new`, `${inside}/\0`]
        yield* Folders.assertRefused(folders, paths, seeded)
      })
  },
  {
    name: "path-too-long",
    title: "Two links lead to a path that is too long to be read at once, and out of the folder behind it",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const { inside, outside } = folders
        const deep = Array.from({ length: 12 }, () => "x".repeat(seeded.int(190, 210))).join("/")
        mkdirSync(join(inside, deep), { recursive: true })
        symlinkSync(join(inside, deep), join(inside, "first"))
        Folders.inFolder(join(inside, deep), `mkdir -p ${deep} && ln -s ${outside} ${deep}/out`)
        symlinkSync(deep, join(inside, deep, "second"))
        const paths = ["first/second/out/new", `${"a/".repeat(seeded.int(17_000, 40_000))}new`]
        yield* Folders.assertRefused(
          folders,
          paths.map((path) => `${inside}/${path}`),
          seeded
        )
      })
  },
  {
    name: "path-hard-link",
    title: "A file in the folder has a second name outside of it",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        const [inside, outside] = [join(folders.inside, "linked"), join(folders.outside, "plain")]
        linkSync(outside, inside)
        yield* Folders.assertRefused(folders, [inside, `${folders.inside}/sub/../linked`], seeded)
      })
  },
  {
    name: "path-no-plain-file",
    title: "A change is asked for of a named pipe, a socket's place, a device or a folder",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const folders = yield* Folders.make
        Folders.inFolder(folders.inside, "mkfifo pipe; ln -s /dev/null null; ln -s /dev/full sub/full")
        const paths = ["pipe", "sub", "sub/", "null", "sub/full"].map((path) => `${folders.inside}/${path}`)
        yield* Folders.assertRefused(folders, [...paths, "/dev/null"], seeded)
      })
  },
  {
    name: "path-unreadable-folder",
    title: "What lies behind a folder can't be looked at",
    expected,
    run: () =>
      Effect.gen(function* () {
        const { inside, policy } = yield* Folders.make
        const refusal = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "lstat" })
        const fs = yield* FileSystem.FileSystem
        const blind = {
          ...fs,
          lstat: (path: string) => (path.includes("/sub") ? Effect.fail(refusal) : fs.lstat(path))
        }
        const decide = (path: string) =>
          onFiles(policy, add(path)).pipe(Effect.provideService(FileSystem.FileSystem, blind))
        assert.strictEqual(yield* decide(join(inside, "new")), "accept")
        assert.strictEqual(yield* decide(join(inside, "sub", "new")), "decline")
      }).pipe(Effect.provide(Folders.services))
  },
  {
    name: "path-windows",
    title: "A path of Windows names no drive, another one, a device or a share",
    expected,
    run: (seeded) =>
      Effect.gen(function* () {
        const decide = (folder: string, path: string) => onFiles(Approval.allowWritesUnder([folder]), add(path))
        const drive = seeded.pick(["C", "D", "Z"])
        assert.strictEqual(yield* decide(`${drive}:\\ws`, `${drive}:\\ws\\new`), "accept")
        assert.strictEqual(yield* decide(`${drive}:\\ws`, `${drive}:/ws/sub/new`), "accept")
        const paths = [
          "\\ws\\new",
          "/ws/new",
          `${drive}:ws\\new`,
          "Q:\\ws\\new",
          `${drive}:\\ws\\..\\new`,
          `${drive}:\\ws/../new`,
          "\\\\host\\ws\\new",
          `\\\\.\\${drive}:\\other\\new`,
          `\\\\?\\${drive}:\\ws\\..\\new`,
          `${drive}:\\ws\\.git\\config`,
          `${drive}:\\ws\\GIT~1\\config`,
          `${drive}:\\ws\\sub\\.GIT.\\config`
        ]
        for (const path of paths) assert.strictEqual(yield* decide(`${drive}:\\ws`, path), "decline", path)
      }).pipe(
        Effect.provide(NodePath.layerWin32),
        Effect.provideService(FileSystem.FileSystem, FileSystem.makeNoop({ lstat: () => Effect.fail(nothing) }))
      )
  }
])
