/**
 * Answers to the questions of MCP servers to the user, and of Codex before it calls their tools.
 *
 * It creates one handler for `mcpServer/elicitation/request` from one entry per kind of question. `ServerRequests`
 * describes how requests run, and what happens if a handler fails or takes too long.
 *
 * A request with no matching entry is declined. A request is also declined if its entry returns an invalid answer.
 * Codex passes answers on unchecked, so they are checked here, and an answer that does not match its form is never
 * sent.
 *
 * **Gotchas**
 *
 * In the mode `denyAll`, nothing is asked. In `autoReview`, the reviewer decides about tools, but forms and pages
 * are still sent to this program.
 *
 * Codex does not ask about a tool that declares itself read-only (`readOnlyHint`), or neither destructive nor
 * open-world. It calls such a tool even in `denyAll`. Set `default_tools_approval_mode = "prompt"` in the
 * configuration of its MCP server to be asked about every call.
 *
 * **Example** (Answering a form, and approving a tool)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Codex, Elicitation, ServerRequests } from "effect-codex"
 *
 * const elicitation = Elicitation.handler({
 *   form: (question) => Effect.succeed(Elicitation.accept(Elicitation.defaults(question))),
 *   toolApproval: ({ annotations, serverName }) =>
 *     Effect.succeed(
 *       serverName === "calendar" && annotations["destructiveHint"] === false
 *         ? Elicitation.accept()
 *         : Elicitation.decline
 *     )
 * })
 *
 * const live = Codex.layer().pipe(
 *   Layer.provide(ServerRequests.layer({ "mcpServer/elicitation/request": elicitation })),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * @since 0.169.0
 */
export { accept, acceptAlways, acceptForSession, cancel, decline } from "./internal/elicitation/answers.ts"
export type {
  AcceptAlways,
  AcceptForm,
  AcceptForSession,
  AcceptPlain,
  Cancel,
  Decline,
  FormAnswer,
  ToolAnswer,
  UrlAnswer
} from "./internal/elicitation/answers.ts"
export {
  AnswerNotOffered,
  FormAnswerInvalid,
  FormIssue,
  isAnswerNotOffered,
  isFormAnswerInvalid
} from "./internal/elicitation/errors.ts"
export type {
  BooleanField,
  Choice,
  Field,
  MultiSelectField,
  NumberField,
  SingleSelectField,
  TextField,
  Value,
  Values
} from "./internal/elicitation/fields.ts"
export { describeField, fieldSchema } from "./internal/elicitation/fieldSchema.ts"
export { check, defaults } from "./internal/elicitation/form.ts"
export { type Entries, type Failure, handler } from "./internal/elicitation/handler.ts"
export type {
  FormQuestion,
  OtherQuestion,
  ToolApprovalQuestion,
  UrlQuestion
} from "./internal/elicitation/questions.ts"
export { isToolApproval, type ToolApprovalParams } from "./internal/elicitation/toolApproval.ts"
export type { Requirements } from "./internal/serverRequests/types.ts"
