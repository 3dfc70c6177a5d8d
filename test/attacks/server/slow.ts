/**
 * Text that makes a careless pattern slow, at two sizes: the ratio of the times shows quadratic work.
 * `test/linear.test.ts` checks every single pattern; this file checks whole functions.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { cpuUsage } from "node:process"
import * as Approval from "../../../src/Approval.ts"
import { words } from "../../../src/internal/approval/commandLine.ts"
import { isGuarded } from "../../../src/internal/approval/guardedNames.ts"
import { read } from "../../../src/internal/client/metadata.ts"
import { classify } from "../../../src/internal/errors/classify.ts"
import { withoutControls } from "../../../src/internal/process/controls.ts"
import { makeMask } from "../../../src/internal/process/mask.ts"
import { inVariables } from "../../../src/internal/process/secrets.ts"
import * as stderrTail from "../../../src/internal/process/stderrTail.ts"
import * as Permissions from "../../../src/Permissions.ts"
import * as Printable from "../../../src/Printable.ts"
import * as UserInput from "../../../src/UserInput.ts"
import * as Elicitation from "../../../src/Elicitation.ts"
import * as Forms from "../../elicitation/support.ts"
import { file, request as permissionRequest } from "../../permissions/support.ts"
import { onFiles, fileRequest } from "../../serverRequests/policySupport.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Peer from "../../support/peer.ts"
import { check, group, textOf } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"
import { assertLinear } from "../support/ratio.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"

const large = 240_000

/** Runs of characters that patterns are slow on, and some from the seed. */
const units = (seeded: Seeded): ReadonlyArray<string> => [
  " ",
  "\t",
  "\n",
  ".",
  "a",
  "-",
  "0.",
  "Bearer ",
  "Basic ",
  "sk-",
  "eyJ",
  "eyJa.",
  "://",
  "://a:",
  "://a:@",
  "\u001b[",
  "\u001b]",
  "\u001b",
  "\ufe0f",
  "\u200d",
  "👩\u200d",
  "expected one of ",
  "password=",
  '"',
  "\\",
  "'",
  textOf(seeded, [..." .:/@-=\"'\\a0\u001b\n"], 3)
]

const attack = (name: string, title: string, run: (text: string) => void, begins: ReadonlyArray<string> = [""]) => ({
  name,
  title,
  expected: "eight times the text takes about eight times as long",
  within: "60 seconds" as const,
  run: check((seeded: Seeded) => {
    // A few of them in each repetition: all of them at both sizes take a while.
    for (let round = 0; round < 4; round++) {
      const [unit, begin] = [seeded.pick(units(seeded)), seeded.pick(begins)]
      assertLinear(JSON.stringify([begin, unit]), large, (size) =>
        run(begin + unit.repeat(Math.ceil(size / unit.length)))
      )
    }
  })
})

const mask = makeMask(inVariables({ A_TOKEN: "aaaaaaaaaaaa", PROXY: "http://a:bbbbbb@c" }))

export const scenarios = group("server", [
  attack("slow-stderr", "stderr is a run of characters, with and without a line end", (text) => {
    const tail = stderrTail.make(mask)
    for (let at = 0; at < text.length; at += 16_384) tail.push(text.slice(at, at + 16_384))
    tail.push("\n")
    tail.end()
  }),
  attack("slow-mask", "A line that is masked is a run of characters", (text) => void mask(text)),
  attack("slow-controls", "A line with control characters is a run of them", (text) => void withoutControls(text)),
  attack(
    "slow-refusals",
    "The message of a refusal is a run of characters behind the beginning of a known one",
    (text) => void classify({ code: -32600, message: text }),
    [
      "",
      "Invalid request: unknown variant `",
      'Invalid request: invalid type: string "',
      "Invalid request: missing field `",
      "thread ",
      "rollout ",
      "expected active turn id `",
      "Aa a",
      "failed to start login server: Port "
    ]
  ),
  attack(
    "slow-user-agent",
    "The server's own name in the handshake is a run of characters",
    (userAgent) => {
      read({ ...Peer.initializeResponse(), userAgent })
    },
    ["", "codex_app_server/", "a/0.0.0"]
  ),
  attack("slow-command", "A command is a run of characters, alone and in quotes", (text) => void words(text), [
    "git status ",
    'git "',
    "git '",
    "bash -lc '"
  ]),
  attack("slow-printable", "Text for a terminal is a run of characters", (text) => {
    Printable.line(text)
    Printable.text(text)
  }),
  attack("slow-guarded-name", "The name of a file is a run of characters", (text) => void isGuarded(text), [
    "",
    ".git",
    "gi~",
    "agents."
  ]),
  attack("slow-description", "A change of files, its paths and its reason are runs of characters", (text) => {
    let question: Approval.Question | undefined
    const policy = Approval.ask((asked) => Effect.sync(() => ((question = asked), Approval.decline)))
    const request = fileRequest([{ path: text, kind: { type: "add" }, diff: text }], { reason: text })
    Effect.runSync(Approval.handlers(policy)[Test.fileChange](request))
    if (question !== undefined) Approval.describe(question)
  }),
  {
    name: "slow-paths",
    title: "A path has very many names, dots or steps up",
    expected: "eight times the names take about eight times as long",
    within: "60 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, policy } = yield* Folders.make
        const name = seeded.pick([".", "..", "a/..", "", "./."])
        const decide = (count: number) =>
          onFiles(policy, { path: `${inside}/${`${name}/`.repeat(count)}x`, kind: { type: "add" }, diff: "" })
        const took: Array<number> = []
        for (const count of [1000, 1000, 8000]) {
          const before = cpuUsage()
          yield* decide(count)
          took.push(cpuUsage(before).user / 1000)
        }
        const [, small = 0, large = 0] = took
        assert.isBelow(large, Math.max(small, 25) * 24, `${small} ms, then ${large} ms for ${name}`)
      }).pipe(Effect.provide(Folders.services))
  },
  {
    name: "slow-many-questions",
    title: "The model asks very many questions at once",
    expected: "eight times the questions take about eight times as long",
    within: "60 seconds",
    run: check(() =>
      assertLinear("questions", 16_000, (size) => {
        const ids = Array.from({ length: size }, (_, index) => `q${index}`)
        const questions = ids.map((id) => ({
          id,
          header: "",
          question: "",
          options: [{ label: "Red", description: "" }]
        }))
        const answers = Object.fromEntries(ids.map((id) => [id, "Red"]))
        Effect.runSync(
          UserInput.handler(() => Effect.succeed(answers))({
            id: 1,
            method: "item/tool/requestUserInput",
            changes: [],
            offered: [],
            params: { ...Test.ids(), isBlocking: true, questions }
          })
        )
      })
    )
  },
  {
    name: "slow-many-permissions",
    title: "A request asks for very many paths",
    expected: "eight times the paths take about eight times as long",
    within: "60 seconds",
    run: check(() =>
      assertLinear("permissions", 32_000, (size) => {
        const entries = Array.from({ length: size }, (_, index) =>
          file(index % 2 === 0 ? "read" : "write", `/p/${index}`)
        )
        const handler = Permissions.handler(Permissions.ask(() => Effect.succeed(Permissions.grant)))
        Effect.runSync(handler(permissionRequest({ fileSystem: { entries } })))
      })
    )
  },
  {
    name: "slow-many-choices",
    title: "A form has very many fields and choices",
    expected: "eight times the choices take about eight times as long",
    within: "60 seconds",
    run: check(() =>
      assertLinear("choices", 16_000, (size) => {
        const values = Array.from({ length: size }, (_, index) => `v${index}`)
        const wide = Object.fromEntries(values.map((name) => [name, { type: "boolean" }]))
        const request = Forms.formRequest({ ...wide, any: { type: "array", items: { type: "string", enum: values } } })
        Effect.runSync(
          Effect.gen(function* () {
            const { form } = yield* Forms.asForm(request)
            if (form._tag === "Some") yield* Effect.exit(Elicitation.check(form.value, { any: values }))
          })
        )
      })
    )
  },
  {
    name: "slow-many-files",
    title: "A change is of very many files, shown to a person",
    expected: "eight times the files take about eight times as long",
    within: "60 seconds",
    run: check(() =>
      assertLinear("files", 16_000, (size) => {
        const changes = Array.from({ length: size }, (_, index) => ({
          path: `/p/${index}`,
          kind: { type: "update" as const, move_path: `/q/${index}` },
          diff: "x\ny\n"
        }))
        const policy = Approval.ask((question) => Effect.sync(() => (Approval.describe(question), Approval.decline)))
        const exit = Effect.runSyncExit(Approval.handlers(policy)[Test.fileChange](fileRequest(changes)))
        if (Exit.isFailure(exit)) throw new Error("the handler failed")
      })
    )
  }
])
