/**
 * Attacks on the start of the process: files that are not programs, or programs for another machine; words that a shell
 * would interpret; variables that a process cannot have.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Account from "../../../src/Account.ts"
import * as AppServer from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as marks from "../../../src/internal/process/marks.ts"
import { describe as problemOf } from "../../../src/internal/process/programFormat.ts"
import * as toml from "../../../src/internal/process/toml.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import { linux } from "../../appServer/processes.ts"
import * as App from "../../appServer/support.ts"
import * as Peer from "../../support/peer.ts"
import { at, codexBinary } from "../../support/rawDriver.ts"
import { assertAbsent, check, group, inserted, textOf, word } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"
import { Console } from "effect"

const script = (path: string) => `#!/bin/sh\ntouch '${path}'\n`

/** Words that a shell reads as commands. */
const shellWords = (mark: string): ReadonlyArray<string> => [
  `; touch ${mark}`,
  `$(touch ${mark})`,
  `\`touch ${mark}\``,
  `| touch ${mark}`,
  `&& touch ${mark}`,
  `\ntouch ${mark}\n`,
  `' touch ${mark} '`,
  `" touch ${mark} "`,
  `%COMSPEC% & touch ${mark}`,
  `> ${mark}`
]

export const scenarios = group("process", [
  {
    name: "start-codex-on-path",
    title: "A program called `codex` lies first on PATH, in the working folder and in its node_modules",
    expected: "the pinned binary is started, and none of them",
    on: "binary",
    within: "30 seconds",
    run: () =>
      Effect.gen(function* () {
        const folder = yield* Folders.temporary
        const mark = join(folder, "ran")
        mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true })
        for (const place of ["codex", "node_modules/.bin/codex", "codex.js"]) {
          writeFileSync(join(folder, place), script(mark), { mode: 0o755 })
        }
        const { settings } = yield* App.ownHome
        const env = {
          ...settings.env,
          PATH: `${folder}:${join(folder, "node_modules/.bin")}:${settings.env.PATH}`,
          NODE_PATH: folder
        }
        const services = yield* Layer.build(Codex.layer({ ...settings, cwd: folder, env })).pipe(
          Effect.provide(NodeServices.layer)
        )
        yield* Effect.provideContext(
          Effect.map(AppServer.AppServer, ({ executable }) => assert.strictEqual(executable, codexBinary())),
          services
        )
        assert.isFalse(existsSync(mark))
      })
  },
  {
    name: "start-no-program",
    title: "The executable is a text without an interpreter, empty, a folder, a pipe, a device or a dangling link",
    expected: "it is refused before it is started: no shell runs its bytes",
    run: (seeded) =>
      Effect.gen(function* () {
        const folder = yield* Folders.temporary
        const mark = join(folder, "ran")
        const file = (name: string, text: string) => {
          writeFileSync(join(folder, name), text, { mode: 0o755 })
          return join(folder, name)
        }
        Folders.inFolder(folder, "mkfifo pipe")
        symlinkSync(join(folder, "nowhere"), join(folder, "dangling"))
        const files = [
          file("text", `touch '${mark}'\n`),
          file("comment", `# sh\ntouch '${mark}'\n`),
          file("blank", ` #!/bin/sh\ntouch '${mark}'\n`),
          file("marked", `\ufeff#!/bin/sh\ntouch '${mark}'\n`),
          file("empty", ""),
          file("odd", textOf(seeded, ["\0", "\u007f", "E", "L", "F", "\n"], seeded.int(1, 2000))),
          join(folder, "pipe"),
          join(folder, "dangling"),
          folder,
          "/dev/null"
        ]
        const { settings } = yield* App.ownHome
        for (const executable of files) {
          const layer = Codex.layer({ ...settings, executable }).pipe(Layer.provide(NodeServices.layer))
          const error = yield* App.failure(Layer.build(layer))
          assert.strictEqual(error.method, "AppServer.layer", executable)
        }
        assert.isFalse(existsSync(mark))
      })
  },
  {
    name: "start-foreign-program",
    title: "The executable is for another machine or system, by its header, cut off or changed anywhere",
    expected: "it is told apart, and no header makes the reader fail",
    run: check((seeded) => {
      const platform = { os: "linux", arch: "x64" } as const
      const elf = (machine: number) => {
        const head = Buffer.alloc(1024)
        head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
        head.writeUInt16LE(2, 16)
        head.writeUInt16LE(machine, 18)
        return head
      }
      assert.isUndefined(problemOf(elf(62), platform))
      for (const machine of [183, 40, 243, 21, 22]) assert.isTrue(problemOf(elf(machine), platform)?.isForeign)
      for (const head of [
        [0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1],
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2],
        [0x4d, 0x5a]
      ]) {
        const bytes = Buffer.alloc(1024)
        bytes.set(head)
        assert.isDefined(problemOf(bytes, platform))
      }
      for (let round = 0; round < 200; round++) {
        const bytes = elf(seeded.int(0, 70_000) % 65_536)
        for (let changes = seeded.int(0, 6); changes > 0; changes--) bytes[seeded.int(0, 1023)] = seeded.int(0, 255)
        problemOf(bytes.subarray(0, seeded.int(0, 1024)), platform)
      }
    })
  },
  {
    name: "start-shell-words",
    title: "The arguments, the working folder, the home and the variables hold words that a shell would run",
    expected: "the process gets them as they are, and nothing runs",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const root = yield* Folders.temporary
        const mark = join(root, "ran")
        const text = seeded.pick(shellWords("ran")).replaceAll("\n", " ")
        const folder = join(root, `w ${text.replaceAll("/", "_")}`)
        mkdirSync(folder)
        const { client } = yield* App.start(
          { on: { initialized: [], where: [Peer.reply({ cwd: "$cwd", home: "$codexHome" })] } },
          { cwd: folder, codexHome: folder, env: { ODD: seeded.pick(shellWords(mark)) } }
        )
        assert.deepStrictEqual(yield* client.requestRaw("where"), { cwd: folder, home: folder })
        assert.isFalse(existsSync(mark))
        assert.isFalse(existsSync(join(folder, "ran")))
      })
  },
  {
    name: "start-configuration-words",
    title: "The keys and values of the configuration hold quotes, line ends, equals signs and dots",
    expected: "each becomes one setting, whose path and value are the ones given",
    run: check((seeded) => {
      const parts = ['"', "'", "\\", "\n", "\r", "=", ".", "[", "]", "#", "\u007f", "\0", "\u2028", '"""', "'''", " "]
      for (let round = 0; round < 20; round++) {
        const [key, value] = [`k${textOf(seeded, parts, 3)}`, textOf(seeded, [...parts, "a"], 8)]
        const lines = toml.lines({ outer: { [key]: value, list: [value, { [key]: value }] } })
        for (const line of lines) {
          assert.isFalse(line.includes("\n") || line.includes("\r") || line.includes("\0"), JSON.stringify(line))
          assert.isTrue(line.startsWith("outer"), line)
        }
      }
    })
  },
  {
    name: "start-configuration-real",
    title: "A value of the configuration ends its quotation and adds a setting of its own",
    expected: "the real server reads it as the one value",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const value = `${inserted(seeded, "abcdef", seeded.pick(['"', "'", "\\", '" # ', '"""', "\n"]))}\nmodel = "evil"\n"""\nsandbox_mode = 'danger-full-access'`
      return Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const read = yield* codex.request("config/read", { includeLayers: false })
        assert.strictEqual(at(at(read, "config"), "developer_instructions"), value)
        assert.notStrictEqual(at(at(read, "config"), "model"), "evil")
        assert.notStrictEqual(at(at(read, "config"), "sandbox_mode"), "danger-full-access")
      }).pipe(Effect.provide(CodexTest.layer({ codex: { config: { developer_instructions: value } } })))
    }
  },
  {
    name: "start-nothing-inherited",
    title: "The program has variables that the server must not get",
    expected: "with `inheritEnv: false` it gets those given, the mark on Linux, and no others",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const name = `EFFECT_CODEX_${word(seeded).toUpperCase()}`
        process.env[name] = "inherited"
        yield* Effect.addFinalizer(() => Effect.sync(() => void delete process.env[name]))
        const { settings } = yield* App.ownHome
        const command = [
          process.execPath,
          "-e",
          "console.error(Object.keys(process.env).sort().join()); process.exit(3)"
        ] as const
        const { reason } = yield* App.failedStart(
          Layer.build(Codex.layer({ ...settings, command, inheritEnv: false, env: { ONLY: "1" } })).pipe(
            Effect.provide(NodeServices.layer)
          )
        )
        const expected = ["CODEX_HOME", ...(linux ? [marks.variable] : []), "ONLY"].sort()
        assert.deepStrictEqual(reason.stderr, [expected.join()])
      })
  },
  {
    name: "start-browser",
    title: "The address of a page is an option, a file or a command, or acts on the terminal",
    expected: "no program is started with it, and what is printed is safe",
    run: (seeded) =>
      Effect.gen(function* () {
        const folder = yield* Folders.temporary
        const mark = join(folder, "ran")
        writeFileSync(join(folder, "xdg-open"), script(mark), { mode: 0o755 })
        const path = process.env["PATH"]
        process.env["PATH"] = folder
        yield* Effect.addFinalizer(() => Effect.sync(() => (process.env["PATH"] = path)))
        const lines: Array<string> = []
        const console = {
          ...globalThis.console,
          log: (...line: ReadonlyArray<unknown>) => void lines.push(line.join(" "))
        }
        const pages = [
          "--help",
          "-version",
          "file:///etc/passwd",
          "javascript:x",
          "/bin/sh",
          "",
          " https://x",
          `x${word(seeded)}\u001b]52;c;AAAA\u0007\u202e`
        ]
        const browser = yield* Effect.provide(
          Account.Browser,
          Account.layerBrowser.pipe(Layer.provide(NodeServices.layer))
        )
        for (const page of pages) yield* browser.open(page).pipe(Effect.provideService(Console.Console, console))
        assert.strictEqual(lines.length, pages.length)
        assert.isFalse(existsSync(mark))
        assertAbsent(lines, ["\u001b", "\u0007", "\u202e"])
      })
  }
])
