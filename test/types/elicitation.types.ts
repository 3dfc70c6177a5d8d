/**
 * What must and must not compile about handlers of elicitations. Checked by `npm run types`; never run.
 */
import { Context, Effect, type Layer } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

class Screen extends Context.Service<
  Screen,
  {
    readonly fill: (fields: ReadonlyArray<Elicitation.Field>) => Effect.Effect<Elicitation.Values, "closed">
  }
>()("Screen") {}
class Audit extends Context.Service<Audit, { readonly note: (text: string) => Effect.Effect<void> }>()("Audit") {}

// The handler has the requirements and failures of its entries, and the ways in which an answer can be invalid.
const handler = Elicitation.handler({
  form: (question) =>
    Effect.gen(function* () {
      return Elicitation.accept(yield* (yield* Screen).fill(question.fields))
    }),
  toolApproval: (question) =>
    Effect.gen(function* () {
      yield* (yield* Audit).note(question.message)
      return question.offers.includes("session") ? Elicitation.acceptForSession : Elicitation.accept()
    })
})
holds<
  Equal<
    typeof handler,
    ServerRequests.Handler<
      "mcpServer/elicitation/request",
      "closed" | Elicitation.FormAnswerInvalid | Elicitation.AnswerNotOffered,
      Screen | Audit
    >
  >
>()
const layer = ServerRequests.layer({ "mcpServer/elicitation/request": handler })
holds<Equal<typeof layer, Layer.Layer<never, never, Screen | Audit>>>()
// @ts-expect-error a requirement without a provider
Codex.layer({ serverRequests: { "mcpServer/elicitation/request": handler } })
Codex.layer({ serverRequests: { "mcpServer/elicitation/request": Elicitation.handler({}) } })

// An entry that may be absent has the same requirements.
declare const sometimes:
  | ((question: Elicitation.UrlQuestion) => Effect.Effect<Elicitation.UrlAnswer, "no", Audit>)
  | undefined
const optional = Elicitation.handler({ url: sometimes })
holds<
  Equal<
    typeof optional,
    ServerRequests.Handler<
      "mcpServer/elicitation/request",
      "no" | Elicitation.FormAnswerInvalid | Elicitation.AnswerNotOffered,
      Audit
    >
  >
>()

Elicitation.handler({
  // @ts-expect-error there is no such kind
  forms: () => Effect.succeed(Elicitation.decline)
})
Elicitation.handler({
  // @ts-expect-error a form is accepted with its values
  form: () => Effect.succeed(Elicitation.accept())
})
Elicitation.handler({
  // @ts-expect-error a form's answer holds once
  form: () => Effect.succeed(Elicitation.acceptForSession)
})
Elicitation.handler({
  // @ts-expect-error a tool takes no values
  toolApproval: () => Effect.succeed(Elicitation.accept({ a: "b" }))
})
Elicitation.handler({
  // @ts-expect-error a page's answer holds once
  url: () => Effect.succeed(Elicitation.acceptAlways)
})
Elicitation.handler({
  // @ts-expect-error a word is no answer
  toolApproval: () => Effect.succeed("accept")
})
Elicitation.handler({
  // @ts-expect-error what is answered raw is in the protocol's own words
  other: () => Effect.succeed(Elicitation.decline)
})

// Values have the types of fields.
Elicitation.accept({ text: "a", number: 1, sure: true, sizes: ["s"], none: undefined })
// @ts-expect-error no field holds an object
Elicitation.accept({ nested: { a: 1 } })
// @ts-expect-error no field holds null
Elicitation.accept({ none: null })

// `switch` on the kind of a field narrows, and covers all.
export const draw = (field: Elicitation.Field): string => {
  switch (field.type) {
    case "text":
      return field.format._tag
    case "number":
    case "integer":
      return field.minimum._tag
    case "boolean":
      return field.title
    case "singleSelect":
    case "multiSelect":
      return field.choices.map(({ title }) => title).join()
  }
}
