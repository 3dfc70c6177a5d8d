import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import type * as Codex from "../../src/Codex.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Mcp from "./mcp.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

const form = {
  mode: "form",
  message: "Who are you?",
  requestedSchema: {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1 },
      age: { type: "integer", minimum: 0 },
      sizes: { type: "array", items: { anyOf: [{ const: "l", title: "Large" }] } }
    },
    required: ["name"]
  }
}
const url = { mode: "url", message: "Log in", elicitationId: "e", url: "https://a.example/login" }
const values = { name: "Ada", age: 36, sizes: ["l"] }

type Word = "accept" | "decline" | "cancel"

const refusals = { decline: Elicitation.decline, cancel: Elicitation.cancel } as const

/** The request, its answers, and the outcome of each answer: the tool's note, and what the model reads. */
const kinds = [
  {
    name: "a form",
    call: Mcp.elicit(form),
    entries: (answer: Effect.Effect<Word, unknown>): Elicitation.Entries<unknown, never> => ({
      form: () => Effect.map(answer, (word) => (word === "accept" ? Elicitation.accept(values) : refusals[word]))
    }),
    others: {
      url: () => Effect.succeed(Elicitation.accept()),
      toolApproval: () => Effect.succeed(Elicitation.accept())
    },
    notes: {
      accept: { action: "accept", content: values },
      decline: { action: "decline" },
      cancel: { action: "cancel" }
    },
    told: { accept: "Ada", decline: "decline", cancel: "cancel" }
  },
  {
    name: "a page",
    call: Mcp.elicit(url),
    entries: (answer: Effect.Effect<Word, unknown>): Elicitation.Entries<unknown, never> => ({
      url: () => Effect.map(answer, (word) => (word === "accept" ? Elicitation.accept() : refusals[word]))
    }),
    others: {
      form: () => Effect.succeed(Elicitation.accept({})),
      toolApproval: () => Effect.succeed(Elicitation.accept())
    },
    // Codex sends an empty object if there is no content.
    notes: {
      accept: { action: "accept", content: {} },
      decline: { action: "decline" },
      cancel: { action: "cancel" }
    },
    told: { accept: "accept", decline: "decline", cancel: "cancel" }
  },
  {
    name: "a tool's approval",
    call: Mcp.write,
    entries: (answer: Effect.Effect<Word, unknown>): Elicitation.Entries<unknown, never> => ({
      toolApproval: () => Effect.map(answer, (word) => (word === "accept" ? Elicitation.accept() : refusals[word]))
    }),
    others: { form: () => Effect.succeed(Elicitation.accept({})), url: () => Effect.succeed(Elicitation.accept()) },
    notes: { accept: "written", decline: undefined, cancel: undefined },
    told: { accept: "written", decline: "user rejected MCP tool call", cancel: "user cancelled MCP tool call" }
  }
] as const

const handlers = (entries: Elicitation.Entries<unknown, never>): Codex.Options => ({
  serverRequests: { [Mcp.elicitation]: Elicitation.handler(entries) }
})

for (const { call, entries, name, notes, others, told } of kinds) {
  describe(`${name}, on the real server`, () => {
    const answered = (answer: Effect.Effect<Word, unknown>) => handlers(entries(answer))
    const outcomes: ReadonlyArray<readonly [promise: string, options: Codex.Options, word: Word, rule: string]> = [
      ["if accepted, runs the action", answered(Effect.succeed("accept")), "accept", "handler"],
      [
        "if declined, does not run the action, and the turn continues",
        answered(Effect.succeed("decline")),
        "decline",
        "handler"
      ],
      [
        "if cancelled, does not run the action, and the turn continues",
        answered(Effect.succeed("cancel")),
        "cancel",
        "handler"
      ],
      ["without any handler, does not run the action", {}, "decline", "default"],
      ["with handlers for the other kinds, does not run the action", handlers(others), "decline", "default"],
      ["with a handler that fails, does not run the action", answered(Effect.fail("no")), "decline", "failure"],
      ["with a handler that dies, does not run the action", answered(Effect.die("no")), "decline", "defect"],
      [
        "with a handler that exceeds its timeout, does not run the action",
        { ...answered(Effect.never), serverRequestTimeout: "50 millis" },
        "decline",
        "timeout"
      ]
    ]
    for (const [promise, options, word, rule] of outcomes) {
      it.live(promise, () =>
        Effect.gen(function* () {
          const decisions = yield* Endings.watch
          const model = yield* MockModel.MockModel
          yield* model.enqueue(MockModel.response([call]))
          const thread = yield* Endings.askingThread
          const turn = yield* thread.turn("go")
          yield* turn.result
          assert.strictEqual((yield* turn.state).status, "completed")
          assert.deepStrictEqual(yield* Mcp.note, notes[word])
          assert.include(yield* Mcp.told, told[word])
          assert.deepStrictEqual(decisions.map(Test.short), [`${word} by ${rule}`])
          assert.deepStrictEqual(
            decisions.map(({ threadId, turnId }) => [Option.getOrNull(threadId), Option.getOrNull(turnId)]),
            [[thread.id, turn.id]]
          )
        }).pipe(Effect.scoped, Effect.provide(Mcp.layer(options)), quiet)
      )
    }

    const asking = {
      layer: (answer: Effect.Effect<Word>) => Mcp.layer(answered(answer)),
      script: Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(MockModel.response([call])))
    }

    it.live("ends with its turn: its handler is interrupted, and a late yes changes nothing", () =>
      Endings.endsWithTurn({
        ...asking,
        yes: "accept",
        no: "decline",
        scriptAfter: Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(MockModel.response([Mcp.look]))),
        // Codex itself notified the MCP server.
        check: Effect.map(Mcp.note, (note) => assert.deepStrictEqual(note, notes.cancel))
      })
    )

    it.live("ends with its connection: its handler is interrupted, and the action does not run", () =>
      Endings.losesConnection({ ...asking, check: Effect.map(Mcp.note, (note) => assert.isUndefined(note)) })
    )
  })
}
