/**
 * Asks the user what the chat asks besides approvals of commands and files: questions of the model, and requests of
 * MCP servers and their tools.
 */
import { Effect, Option } from "effect"
import { Elicitation, UserInput } from "effect-codex"
import * as Answers from "./answers.ts"
import * as Terminal from "./terminal.ts"

const choices = { yes: Elicitation.accept(), no: Elicitation.decline }

/** Questions of the model. A number chooses an option, any other text is the answer, and an empty line is no answer. */
export const answering = UserInput.handler(({ questions }) =>
  Effect.gen(function* () {
    const terminal = yield* Terminal.Terminal
    const answers: Record<string, UserInput.Answer> = {}
    for (const { id, isSecret, options, question } of questions) {
      // It would be visible on the screen, and the server saves it unencrypted.
      if (isSecret) continue
      const shown = options.map(({ description, label }, index) => `  ${index + 1}. ${label}: ${description}`)
      const text = yield* terminal.ask([question, ...shown], "number or answer")
      if (text !== "") answers[id] = options[Number(text) - 1]?.label ?? text
    }
    return answers
  })
)

/**
 * Tools of MCP servers, and the servers' own requests. The names are from the configuration; the servers wrote the
 * rest.
 */
export const elicitation = Elicitation.handler({
  toolApproval: ({ arguments: given, message, serverName }) =>
    Terminal.Terminal.use((terminal) =>
      terminal.choose(
        [`${serverName}: ${message}`, ...Option.toArray(given).map((value) => `  with ${JSON.stringify(value)}`)],
        choices,
        Elicitation.decline
      )
    ),
  // If the answer does not match, it is asked again, at most twice. An empty first field declines.
  form: (question) =>
    Effect.gen(function* () {
      const terminal = yield* Terminal.Terminal
      yield* terminal.line(`${question.serverName}: ${question.message}`)
      const values: Record<string, Elicitation.Value> = {}
      for (const [index, field] of question.fields.entries()) {
        const text = yield* terminal.ask([], `${field.title} (${Elicitation.describeField(field)})`)
        if (text === "" && index === 0) return Elicitation.decline
        if (text !== "") values[field.name] = Answers.valueOf(field, text)
      }
      return Elicitation.accept(yield* Elicitation.check(question, values))
    }).pipe(
      Effect.tapErrorTag("FormAnswerInvalid", ({ issues }) =>
        Terminal.Terminal.use((terminal) =>
          terminal.line(issues.map(({ expected, field }) => `${field}: ${expected}`).join("; "))
        )
      ),
      Effect.retry({ times: 2 })
    ),
  // A yes means that the user will visit the page. This program opens nothing.
  url: ({ host, message, serverName, url }) =>
    Terminal.Terminal.use((terminal) =>
      terminal.choose([`${serverName}: ${message}`, `  ${url} (at ${host})`], choices, Elicitation.decline)
    )
})
