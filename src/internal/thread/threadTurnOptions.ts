/**
 * Settings of turns, and what is sent for them: nothing for what is left out. Settings of threads are `threadOptions.ts`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Approval from "../../Approval.ts"
import { CodexError, InvalidOptions } from "../../CodexError.ts"
import type {
  AdditionalContextEntry,
  CollaborationModeParam,
  PersonalityParam,
  ReasoningEffort,
  ReasoningSummaryParam,
  TurnStartParams
} from "../../generated/types.ts"
import * as Input from "../../Input.ts"
import * as Sandbox from "../../Sandbox.ts"
import * as runtimeGate from "../client/runtimeGate.ts"
import * as settings from "../settings.ts"
import { checkCwd, type Connection } from "./threadConnection.ts"
import * as threadFiles from "../input/threadFiles.ts"
import { type LimitOptions, limitNames, limits } from "../turn/limitOptions.ts"

/**
 * Settings of a turn. Nothing is sent for what is left out, and the thread's own settings apply.
 *
 * **Gotchas**
 *
 * All but `additionalContext`, `outputSchema`, `source`, `turnServiceTier` and the limits stay in force for the thread's
 * later turns. An effort can't be cleared again.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnOptions extends LimitOptions {
  /**
   * Facts for the model beside the prompt, by ids of your own: from the application, or `untrusted`, which the model reads as
   * the output of a tool. Experimental: needs `experimentalApi`.
   */
  readonly additionalContext?: { readonly [id: string]: AdditionalContextEntry } | undefined
  /**
   * Who decides about what goes beyond the sandbox: `auto_review`, `deny_all`, `ask` or `inherit`, as on a thread. Default: as the thread has it.
   */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /**
   * Plan mode, or back to the default one: `{ mode: "plan", settings: { model } }`. It goes before `model` and `effort`.
   * Experimental: needs `experimentalApi`.
   */
  readonly collaborationMode?: CollaborationModeParam | undefined
  /** The working folder. It must exist, if the server runs on this machine. */
  readonly cwd?: string | undefined
  /** How hard the model thinks: `"low"`, `"medium"`, `"high"` …; which there are depends on the model, and the server doesn't check. */
  readonly effort?: ReasoningEffort | undefined
  /** Where commands run, the first by default; `[]` means that they cannot. Experimental: needs `experimentalApi`. */
  readonly environments?: TurnStartParams["environments"]
  /** The model, by its id: see `codex.models`. */
  readonly model?: string | undefined
  /** JSON Schema that the answer is asked to have, for this turn only. The server doesn't check the answer. */
  readonly outputSchema?: { readonly [key: string]: unknown } | undefined
  /**
   * Fields of the protocol that have no option here, such as `responsesapiClientMetadata`. They are sent as they are,
   * unchecked, and go before the options. Default: none.
   */
  readonly params?: Partial<Omit<TurnStartParams, "threadId" | "input">> | undefined
  /** A permission profile by its id, as `permissionProfile/list` has them. Experimental: needs `experimentalApi`. */
  readonly permissions?: string | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /** What Codex may touch without asking. Not together with `permissions`. Default: as the thread has it. */
  readonly sandbox?: Sandbox.TurnSandbox | undefined
  /** `null` is the standard tier. */
  readonly serviceTier?: string | null | undefined
  /** What caused the turn, for a turn that nobody asked for; sent as `turnTrigger`, for this turn only. Needs codex 0.151.0. */
  readonly source?: string | undefined
  /** How reasoning is summarised. */
  readonly summary?: ReasoningSummaryParam | undefined
  /**
   * What to do while a turn runs on the thread, also one of another client: `queue` waits for its end, and so does the
   * default;
   * `reject` fails with
   * `ThreadBusy`, which names the turn.
   */
  readonly whenBusy?: "queue" | "reject" | undefined
  /** The service tier of this turn only, `"default"` for the standard one; sent as `serviceTierForTurn`. Needs codex 0.151.0. */
  readonly turnServiceTier?: string | undefined
}

/** The names of the settings of a turn. */
export const names: settings.Names<TurnOptions> = {
  ...limitNames,
  additionalContext: true,
  approvalMode: true,
  collaborationMode: true,
  cwd: true,
  effort: true,
  environments: true,
  model: true,
  outputSchema: true,
  params: true,
  permissions: true,
  personality: true,
  sandbox: true,
  serviceTier: true,
  source: true,
  summary: true,
  turnServiceTier: true,
  whenBusy: true
}

// A schema of Effect would be sent as what JSON makes of it: nothing.
const checkSchema = (schema: unknown): Effect.Effect<void, InvalidOptions> => {
  const isOfEffect = Schema.isSchema(schema)
  if (schema === undefined || (!isOfEffect && typeof schema === "object" && schema !== null && !Array.isArray(schema)))
    return Effect.void
  const description = isOfEffect
    ? "expected JSON Schema, got an Effect Schema; use `thread.runAs`, which also decodes the answer"
    : "expected a JSON Schema object"
  return Effect.fail(new InvalidOptions({ option: "outputSchema", description }))
}

/** What is sent for a new turn, and its limits. `cwd` is the thread's, for relative paths. */
export const toStart = Effect.fnUntraced(
  function* (connection: Connection, threadId: string, cwd: string, input: Input.RunInput, options: TurnOptions) {
    const { client, inspectImage } = connection
    yield* settings.known(options, names)
    const checked = yield* limits(options)
    yield* checkSchema(options.outputSchema)
    yield* settings.oneOf("whenBusy", options.whenBusy, ["queue", "reject"])
    const approval = yield* Approval.toParams(options.approvalMode)
    yield* Sandbox.checkAlone(options.sandbox, options.permissions)
    const sandbox = yield* Sandbox.toTurnParams(options.sandbox)
    const given = yield* Input.toTurnInput(input)
    const gated = {
      toolOutput: given.toolOutput,
      turnTrigger: options.source,
      serviceTierForTurn: options.turnServiceTier
    }
    const asked = Object.entries(gated).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    yield* runtimeGate.check(client.metadata.version, asked)
    yield* checkCwd(connection, options)
    const params: TurnStartParams = {
      ...approval,
      ...sandbox,
      ...gated,
      additionalContext: options.additionalContext,
      collaborationMode: options.collaborationMode,
      cwd: options.cwd,
      effort: options.effort,
      environments: options.environments,
      model: options.model,
      outputSchema: options.outputSchema,
      permissions: options.permissions,
      personality: options.personality,
      serviceTier: options.serviceTier,
      summary: options.summary,
      ...options.params,
      threadId,
      input: yield* threadFiles.resolve(given.input, options.params?.cwd ?? options.cwd ?? cwd, inspectImage)
    }
    return { limits: checked, params }
  },
  Effect.mapError((reason) => new CodexError({ method: "turn/start", reason }))
)
