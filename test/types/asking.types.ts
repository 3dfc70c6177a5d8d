/**
 * What must and must not compile about questions to the user and requests for permissions. Checked by `npm run types`;
 * never run.
 */
import { Context, Effect, type Layer, Redacted } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as Permissions from "../../src/Permissions.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as UserInput from "../../src/UserInput.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

class Person extends Context.Service<Person, { readonly say: (text: string) => Effect.Effect<string, "gone"> }>()(
  "Person"
) {}

// The requirements and failures of the question are those of the handler.
const asking = UserInput.handler(({ questions }) =>
  Effect.gen(function* () {
    const person = yield* Person
    const answers: Record<string, UserInput.Answer> = {}
    for (const { id, isSecret, question } of questions) {
      const text = yield* person.say(question)
      answers[id] = isSecret ? Redacted.make(text) : [text]
    }
    return answers
  })
)
holds<
  Equal<typeof asking, ServerRequests.Handler<"item/tool/requestUserInput", "gone" | UserInput.AnswerRefused, Person>>
>()

const policy = Permissions.allow({ writes: ["/cache"], network: true }).pipe(
  Permissions.orElse(
    Permissions.ask(({ reason, writes }) =>
      Effect.map(
        Effect.flatMap(Person, (person) => person.say(`${reason} ${writes}`)),
        (text) => (text === "yes" ? Permissions.forSession(Permissions.grantPart({ writes })) : Permissions.decline)
      )
    )
  ),
  Permissions.withTimeout("5 minutes")
)
holds<Equal<typeof policy, Permissions.Policy<"gone", Person>>>()

// A combinator is one declaration that serves both kinds, and a result is the policy of its kind.
holds<Equal<typeof Approval.orElse, typeof Permissions.orElse>>()
holds<Equal<typeof Approval.withTimeout, typeof Permissions.withTimeout>>()
holds<Equal<typeof Approval.oneAtATime, typeof Permissions.oneAtATime>>()
declare const asked: Approval.Policy<"gone", Person>
declare const stored: Approval.Policy<"lost", string>
const approving = asked.pipe(Approval.orElse(stored), Approval.withTimeout("1 minute"), Approval.oneAtATime)
holds<Equal<typeof approving, Approval.Policy<"gone" | "lost", Person | string>>>()
const reversed = Approval.orElse(stored, asked)
holds<Equal<typeof reversed, Approval.Policy<"gone" | "lost", Person | string>>>()
const timed = Approval.withTimeout(asked, "1 minute")
holds<Equal<typeof timed, Approval.Policy<"gone", Person>>>()
const single = Permissions.oneAtATime(Permissions.denyAll)
holds<Equal<typeof single, Permissions.Policy>>()
holds<Equal<Approval.Policy<"gone", Person>, Approval.PolicyFor<Approval.Question, Approval.Answer, "gone", Person>>>()
// @ts-expect-error a policy of permissions cannot follow one of approvals
asked.pipe(Approval.orElse(Permissions.denyAll))
// @ts-expect-error a combinator is given a policy
Approval.oneAtATime({ name: "none" })

const permitting = Permissions.handler(policy)
holds<
  Equal<
    typeof permitting,
    ServerRequests.Handler<"item/permissions/requestApproval", "gone" | Permissions.GrantRefused, Person>
  >
>()

// They are in one handlers object with the policies of approvals.
const handlers = ServerRequests.layer({
  ...Approval.handlers(Approval.denyAll),
  "item/permissions/requestApproval": permitting,
  "item/tool/requestUserInput": asking
})
holds<Equal<typeof handlers, Layer.Layer<never, never, Person>>>()
Codex.layer({
  serverRequests: { "item/permissions/requestApproval": Permissions.handler(Permissions.denyAll) }
})
Codex.layer({
  // @ts-expect-error a requirement without a provider
  serverRequests: { "item/tool/requestUserInput": asking }
})
ServerRequests.layer({
  // @ts-expect-error the handler of another request
  "item/tool/requestUserInput": permitting
})

// @ts-expect-error an answer is a text
UserInput.handler(() => Effect.succeed({ color: 5 }))
// @ts-expect-error the protocol's shape is none of ours
UserInput.handler(() => Effect.succeed({ answers: { color: { answers: ["Blue"] } } }))
// @ts-expect-error the answer to an approval grants nothing
Permissions.ask(() => Effect.succeed(Approval.accept))
// @ts-expect-error a policy of approvals is asked something else
Permissions.handler(Approval.denyAll)
// @ts-expect-error nor can the two be combined
Permissions.orElse(Permissions.denyAll, Approval.denyAll)
// @ts-expect-error a grant answers no approval
Approval.ask(() => Effect.succeed(Permissions.grant))
// @ts-expect-error the server refuses a review for the session
Permissions.withReview(Permissions.forSession(Permissions.grant))
// @ts-expect-error nor the other way round
Permissions.forSession(Permissions.withReview(Permissions.grant))
// @ts-expect-error what is no part of a request
Permissions.grantPart({ write: ["/project"] })
