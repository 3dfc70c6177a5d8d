/**
 * The other fields of a request for a command: another environment, the network, further permissions, input to a
 * running command, unknown fields, and fields that contradict each other.
 */
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as Approval from "../../../src/Approval.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Asked from "../support/asked.ts"
import { group, mixedCase, textOf, word } from "../support/attack.ts"
import { policy } from "./commands.ts"

const all = Approval.allowCommands(() => true)

const attack = (name: string, title: string, changes: (seeded: Seeded) => ReadonlyArray<object>) => ({
  name,
  title,
  expected: "no policy about words has an answer, so the command is declined",
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const refused = changes(seeded).map((change) => Asked.command({ command: "git status", ...change }))
      const accepted = [Asked.command({ command: "git status" })]
      yield* Asked.assertDecides(policy, { accepted, refused })
      yield* Asked.assertDecides(all, { accepted, refused })
    })
})

const action = (command: string, type = "unknown") => ({ type, command })

/** Fields that a newer server could add to a request. */
const unknownFields = (seeded: Seeded): ReadonlyArray<object> => [
  { runAsUser: "root" },
  { [word(seeded)]: true },
  { [word(seeded)]: { command: "rm -rf x" } },
  { container: "prod" },
  { stdin: "rm x\n" },
  { sandbox: "none" },
  { timeoutMs: 0 },
  { argv: ["rm"] },
  { additional_permissions: { network: { enabled: true } } },
  { Command: "rm x" }
]

export const scenarios = group("approvals", [
  attack("field-environment", "The command would run in another environment", (seeded) =>
    [
      "prod-7",
      "Local",
      "LOCAL",
      "",
      " local",
      "local ",
      "local\0",
      "loсal",
      mixedCase(seeded, "remote"),
      word(seeded)
    ].map((environmentId) => ({
      environmentId
    }))
  ),
  attack("field-network", "The command would get access to the network", (seeded) => [
    { networkApprovalContext: { host: "example.org", protocol: "https" } },
    { networkApprovalContext: { host: textOf(seeded, [..."abc."], 9), protocol: "http" } },
    { networkApprovalContext: { host: "", protocol: "socks5_tcp" } }
  ]),
  attack("field-permissions", "The command would get further permissions", () => [
    { additionalPermissions: { network: { enabled: true } } },
    { additionalPermissions: { fileSystem: { write: ["/"] } } },
    { additionalPermissions: { fileSystem: { entries: [{ access: "write", path: { type: "path", path: "/" } }] } } },
    { additionalPermissions: {} }
  ]),
  attack("field-kind", "The request is for input to a running command, or of another kind", (seeded) =>
    ["writeStdin", "humanCommand", "Command", "command ", word(seeded)].map((kind) => ({ kind }))
  ),
  attack("field-unknown", "The request has a field that this version doesn't know", unknownFields),
  {
    name: "field-unknown-in-changes",
    title: "A request for changes of files, or one of the changes, has a field that this version doesn't know",
    expected: "the policy about paths has no answer, so the change is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const policy = Approval.allowWritesUnder(["/project"])
        const good = [Asked.added("/project/new")]
        yield* Asked.assertDecides(policy, {
          accepted: [Asked.files("fine", good)],
          refused: [
            ...unknownFields(seeded).map((more, index) => Asked.files(`more-${index}`, good, more)),
            Asked.files("root", good, { grantRoots: ["/"] }),
            Asked.files("environment", good, { environmentId: "prod-7" })
          ]
        })
      })
  },
  {
    name: "field-unknown-is-null",
    title: "A newer server adds fields that say nothing",
    expected: "the policy accepts: nothing more is asked",
    run: (seeded) =>
      Asked.assertDecides(policy, {
        accepted: [
          Asked.command({ command: "git status", [word(seeded)]: null }),
          Asked.command({
            command: "git status",
            environmentId: null,
            networkApprovalContext: null,
            additionalPermissions: null
          }),
          Asked.command({ command: "git status", environmentId: "local" })
        ],
        refused: []
      })
  },
  {
    name: "field-actions-contradict",
    title: "What the server makes of the command is several commands, another one, or nothing that this version reads",
    expected: "it isn't known which would run, so the command is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const readings: ReadonlyArray<ReadonlyArray<object>> = [
          [action("rm -rf x")],
          [action("git status"), action("git status")],
          [action("git status"), action("rm x", "search")],
          [action("git status && rm x")],
          [action("git status; ")],
          [action("git statuſ")],
          [action(`git status ${word(seeded)}`)],
          [action("")],
          [{ type: word(seeded), command: "git status" }],
          [{ type: "newer" }]
        ]
        yield* Asked.assertDecides(policy, {
          accepted: [
            Asked.command({ command: "git status", commandActions: [] }),
            Asked.command({ command: "bash -lc 'git status'", commandActions: [action("git status")] })
          ],
          refused: readings.map((commandActions) => Asked.command({ command: "git status", commandActions }))
        })
      })
  },
  {
    name: "field-undecodable",
    title: "A field of the request is of another type than the protocol has",
    expected: "the request is declined, and no policy is asked",
    run: (seeded) =>
      Effect.gen(function* () {
        const odd: ReadonlyArray<unknown> = [1, true, {}, [], [["git", "status"]], { command: "git status" }]
        const { ask, decisions, peer } = yield* Asked.connect(
          Approval.handlers(Approval.ask(() => Effect.die("no policy is to be asked")))
        )
        const names = ["command", "cwd", "reason", "environmentId", "threadId", "itemId"]
        for (const [id, value] of odd.entries()) {
          yield* ask(id, Test.command, Test.commandParams({ [seeded.pick(names)]: value }))
          assert.deepStrictEqual((yield* peer.receive)["result"], { decision: "decline" })
        }
        assert.deepStrictEqual(new Set(decisions.map(({ rule }) => rule)), new Set(["undecodable"]))
      })
  },
  {
    name: "field-predicate-of-javascript",
    title: "A predicate returns something other than a boolean: a promise, an effect, a string, a number",
    expected: "only `true` accepts, so the command is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const values: ReadonlyArray<unknown> = [
          Promise.resolve(true),
          Effect.succeed(true),
          "true",
          1,
          {},
          [],
          Option.some(true),
          Symbol("yes")
        ]
        // Type boundary: what programs in JavaScript can pass.
        const policies = values.map((value) => Approval.allowCommands(() => value as boolean))
        for (const policy of policies) {
          const line = `git ${textOf(seeded, [..."abc"], 4)}`
          assert.deepStrictEqual(yield* Asked.decisions(policy, [Asked.command({ command: line })]), ["decline"])
        }
      })
  },
  {
    name: "field-described",
    title: "A request asks for more than its line says",
    expected: "a person is shown all that a yes grants",
    run: (seeded) =>
      Effect.gen(function* () {
        const [environmentId, host, path, later] = [word(seeded), word(seeded), word(seeded), word(seeded)]
        let shown = ""
        const policy = Approval.ask((question) =>
          Effect.sync(() => {
            shown = Approval.describe(question).join("\n")
            return Approval.decline
          })
        )
        yield* Asked.decisions(policy, [
          Asked.command({
            command: `git status\n${later}`,
            environmentId,
            kind: "writeStdin",
            networkApprovalContext: { host, protocol: "https" },
            additionalPermissions: { fileSystem: { write: [`/${path}`] } }
          })
        ])
        for (const part of [environmentId, host, path, later, "writeStdin"]) assert.include(shown, part)
        yield* Asked.decisions(policy, [{ ...Asked.files("silent", []), before: [] }])
        assert.include(shown, "does not say which")
        yield* Asked.decisions(policy, [Asked.files("root", [Asked.added("/a")], { grantRoot: `/${path}` })])
        assert.include(shown, path)
      })
  },
  {
    name: "field-rules-described",
    title: "The rule that is proposed is another than the rules that can be chosen",
    expected: "a person is shown those that can be chosen, quoted, and a yes sends no other",
    run: (seeded) =>
      Effect.gen(function* () {
        const [proposed, offered, host] = [word(seeded), word(seeded), word(seeded)]
        let shown = ""
        const policy = Approval.ask((question) =>
          Effect.sync(() => {
            shown = Approval.describe(question).join("\n")
            return question.answers.find(({ _tag }) => _tag === "acceptAndRemember") ?? Approval.decline
          })
        )
        const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git", `${offered} x`] } }
        const decided = yield* Asked.decisions(policy, [
          Asked.command({
            command: "git status",
            proposedExecpolicyAmendment: [proposed],
            availableDecisions: [
              rule,
              { applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow", host } } },
              "decline"
            ]
          })
        ])
        assert.deepStrictEqual(decided, [rule])
        assert.include(shown, `git '${offered} x'`)
        assert.include(shown, host)
        assert.notInclude(shown, proposed)
      })
  }
])
