/**
 * What must and must not compile about handlers of the server's requests, and about policies. Checked by `npm run
 * types`; never run.
 */
import { Context, Effect, type FileSystem, type Layer, Option, type Path } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as UserInput from "../../src/UserInput.ts"

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
// The layer has the requirements of the handlers, and not their failures.
holds<Equal<typeof handlers, Layer.Layer<never, never, Audit | Vault>>>()
// Handlers that may be missing have the same requirements.
export const perhaps = (some: ServerRequests.Handlers, others: ServerRequests.Handlers<unknown, Audit>) => {
  const none = ServerRequests.layer(some)
  holds<Equal<typeof none, Layer.Layer<never>>>()
  const audited = ServerRequests.layer(others)
  holds<Equal<typeof audited, Layer.Layer<never, never, Audit>>>()
}

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

// The lasting offers for a command can be taken from the request, from the list or by name,
ServerRequests.layer({
  "item/commandExecution/requestApproval": (request) =>
    Effect.succeed({ decision: Option.getOrElse(ServerRequests.offeredForSession(request), () => "accept") })
})
ServerRequests.layer({
  "item/commandExecution/requestApproval": (request) =>
    Effect.succeed({
      decision: ServerRequests.offeredRules(request)[0] ?? ServerRequests.offeredNetworkRules(request)[0] ?? "decline"
    })
})
Codex.layer({
  serverRequests: {
    "item/commandExecution/requestApproval": (request) =>
      Effect.gen(function* () {
        const chosen = request.offered.find((offer) => offer !== "accept")
        return { decision: chosen ?? "cancel" }
      })
  }
})
// and each offer has a different type.
export const shown = (offer: ServerRequests.Offered): string => {
  if (typeof offer !== "string") {
    return "acceptWithExecpolicyAmendment" in offer
      ? offer.acceptWithExecpolicyAmendment.execpolicy_amendment.join(" ")
      : offer.applyNetworkPolicyAmendment.network_policy_amendment.host
  }
  switch (offer) {
    case "accept":
    case "decline":
    case "cancel":
      return offer
    default:
      holds<Equal<typeof offer, ServerRequests.OfferedForSession>>()
      return "for the session"
  }
}
// It cannot be created otherwise: not the session,
ServerRequests.layer({
  // @ts-expect-error Type '"acceptForSession"' is not assignable to type 'Offered'
  "item/commandExecution/requestApproval": () => Effect.succeed({ decision: "acceptForSession" })
})
// not a rule, not even the proposed one,
ServerRequests.layer({
  // @ts-expect-error Property 'offeredByTheRequest' is missing in type '{ acceptWithExecpolicyAmendment: …'
  "item/commandExecution/requestApproval": ({ params }) =>
    Effect.succeed({
      decision: {
        acceptWithExecpolicyAmendment: { execpolicy_amendment: params.proposedExecpolicyAmendment ?? ["touch"] }
      }
    })
})
Codex.layer({
  serverRequests: {
    // @ts-expect-error Property 'offeredByTheRequest' is missing in type '{ applyNetworkPolicyAmendment: …'
    "item/commandExecution/requestApproval": () =>
      Effect.succeed({
        decision: {
          applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow" as const, host: "example.com" } }
        }
      })
  }
})
// not from a narrower one,
export const widened = (rule: ServerRequests.OfferedRule): ServerRequests.CommandAnswer => ({
  // @ts-expect-error Property 'offeredByTheRequest' is missing in type '{ acceptWithExecpolicyAmendment: …'
  decision: { ...rule, acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } }
})
// and not from the list in the params, which contains whatever a newer server sends.
ServerRequests.layer({
  // @ts-expect-error Type 'CommandExecutionApprovalDecision' is not assignable to type 'Offered'
  "item/commandExecution/requestApproval": ({ params }) =>
    Effect.succeed({ decision: params.availableDecisions?.[0] ?? "decline" })
})
// A file change has no such list, and accepts the session's word.
ServerRequests.layer({
  "item/fileChange/requestApproval": () => Effect.succeed({ decision: "acceptForSession" })
})

// The option accepts handlers without requirements.
Codex.layer({ serverRequests: { "item/fileChange/requestApproval": () => Effect.succeed({ decision: "cancel" }) } })
Codex.layer({
  serverRequests: {
    // @ts-expect-error a requirement without a provider
    "item/fileChange/requestApproval": () => Effect.as(Audit, { decision: "cancel" as const })
  }
})
Codex.layer({
  // @ts-expect-error a word that the request doesn't know
  serverRequests: { "item/fileChange/requestApproval": () => Effect.succeed({ decision: "yes" }) }
})

// Policies have their requirements and failures.
const policy = Approval.allowCommands(Approval.command.startsWith(["git", "status"])).pipe(
  Approval.orElse(Approval.allowWritesUnder(["/project"])),
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
Codex.layer({ serverRequests: Approval.handlers(Approval.allowWritesUnder(["/project"])) })
// @ts-expect-error a word is no answer
Approval.ask(() => Effect.succeed("accept"))

// A value that is not a handlers object is rejected where it is, because it would answer nothing.
// @ts-expect-error a policy is made into handlers first
ServerRequests.layer(Approval.denyAll)
// @ts-expect-error a single handler has no name
ServerRequests.layer(UserInput.handler(() => Effect.succeed({})))
// @ts-expect-error nor has an effect
ServerRequests.layer(Effect.succeed({}))
const misspelt = { "item/commandExecution/requestApprovl": () => Effect.succeed({ decision: "accept" as const }) }
// @ts-expect-error also where the record was made elsewhere
ServerRequests.layer(misspelt)
// @ts-expect-error and where other entries are right
ServerRequests.layer({ ...misspelt, ...Approval.handlers(Approval.denyAll) })
// @ts-expect-error the same for the kinds of elicitations
Elicitation.handler({ forms: () => Effect.succeed(Elicitation.decline) })
const forms = { forms: () => Effect.succeed(Elicitation.decline) }
// @ts-expect-error made elsewhere
Elicitation.handler(forms)
