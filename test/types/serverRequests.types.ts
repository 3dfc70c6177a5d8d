/**
 * What must and must not compile about handlers of the server's requests, and about policies. Checked by `npm run types`; never run.
 */
import { Context, Effect, type FileSystem, type Layer, type Path } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

class Audit extends Context.Service<Audit, { readonly note: (text: string) => Effect.Effect<void> }>()("Audit") {}
class Vault extends Context.Service<Vault, { readonly token: Effect.Effect<string, "locked"> }>()("Vault") {}

// There is an entry for each of the 11 requests, and each is optional.
holds<Equal<keyof ServerRequests.Handlers, ServerRequests.Method>>()
ServerRequests.layer({})

// Params and answers are those of the request.
const handlers = ServerRequests.layer({
  "item/commandExecution/requestApproval": ({ params }) =>
    Effect.gen(function* () {
      yield* (yield* Audit).note(params.command ?? "")
      return { decision: "accept" }
    }),
  "account/chatgptAuthTokens/refresh": ({ params }) =>
    Effect.gen(function* () {
      return { accessToken: yield* (yield* Vault).token, chatgptAccountId: params.previousAccountId ?? "a" }
    }),
  "item/tool/requestUserInput": ({ params }) =>
    Effect.succeed({ answers: Object.fromEntries(params.questions.map(({ id }) => [id, { answers: ["x"] }])) })
})
// What the handlers require shows in the layer, and their failures don't.
holds<Equal<typeof handlers, Layer.Layer<never, never, Audit | Vault>>>()

ServerRequests.layer({
  // @ts-expect-error a word that the request doesn't know
  "item/commandExecution/requestApproval": () => Effect.succeed({ decision: "approved" })
})
ServerRequests.layer({
  // @ts-expect-error the answer of another request
  "item/tool/requestUserInput": () => Effect.succeed({ decision: "accept" })
})
ServerRequests.layer({
  // @ts-expect-error an answer without what it must have
  "item/permissions/requestApproval": () => Effect.succeed({ scope: "turn" })
})
ServerRequests.layer({
  // @ts-expect-error there is no such request
  "item/command/requestApproval": () => Effect.succeed({ decision: "accept" })
})
ServerRequests.layer({
  // @ts-expect-error a request of the client is none of the server
  "thread/start": () => Effect.succeed({})
})

// The option takes what requires nothing.
Codex.layer({ serverRequests: { "item/fileChange/requestApproval": () => Effect.succeed({ decision: "cancel" }) } })
Codex.layer({
  serverRequests: {
    // @ts-expect-error a requirement that nobody gives
    "item/fileChange/requestApproval": () => Effect.as(Audit, { decision: "cancel" as const })
  }
})
Codex.layer({
  // @ts-expect-error a word that the request doesn't know
  serverRequests: { "item/fileChange/requestApproval": () => Effect.succeed({ decision: "yes" }) }
})

// Policies carry what they require, and how they fail.
const policy = Approval.allowCommands(Approval.command.startsWith(["git", "status"])).pipe(
  Approval.orElse(Approval.allowWritesUnder(["/work"])),
  Approval.orElse(
    Approval.ask((question) => Effect.as(Audit, question.type === "command" ? Approval.accept : Approval.decline))
  ),
  Approval.withTimeout("5 minutes")
)
holds<Equal<typeof policy, Approval.Policy<never, FileSystem.FileSystem | Path.Path | Audit>>>()
const ofPolicy = ServerRequests.layer(Approval.handlers(policy))
holds<Equal<typeof ofPolicy, Layer.Layer<never, never, FileSystem.FileSystem | Path.Path | Audit>>>()
Codex.layer({ serverRequests: Approval.handlers(Approval.denyAll) })
// @ts-expect-error it looks at files
Codex.layer({ serverRequests: Approval.handlers(Approval.allowWritesUnder(["/work"])) })
// @ts-expect-error a word is no answer
Approval.ask(() => Effect.succeed("accept"))
