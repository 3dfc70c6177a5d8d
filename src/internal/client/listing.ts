/**
 * Pages of threads and of models. The options are the protocol's own. Unknown option names are rejected here, because
 * the server ignores them.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type { ModelListParams, ThreadListParams } from "../../generated/types.ts"
import * as settings from "../settings.ts"

type Client = CodexClient

/** Returns one page of threads. */
export const threads = (client: Client, options: ThreadListParams = {}) =>
  Effect.andThen(known("thread/list", options, paramKeys.ThreadListParams), client.request("thread/list", options))

/** Returns one page of models. */
export const models = (client: Client, options: ModelListParams = {}) =>
  Effect.andThen(known("model/list", options, paramKeys.ModelListParams), client.request("model/list", options))

// internal

const known = (method: string, options: unknown, names: { readonly [name: string]: true }) =>
  Effect.mapError(settings.known(options, names), (reason) => new CodexError({ method, reason }))
