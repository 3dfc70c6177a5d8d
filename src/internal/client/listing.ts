/**
 * Pages of threads and of models. The options are the protocol's own, but `pageSize` is its `limit`: most of them are
 * streams of all elements. Unknown option names are rejected here, because the server ignores them.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type { ModelListParams, ThreadListParams } from "../../generated/types.ts"
import * as settings from "../settings.ts"

type Client = CodexClient

/** Options of a list: the params of its method, with `pageSize` for `limit`. */
export type Paged<Params> = Omit<Params, "limit"> & {
  /** The number of elements per page. Default: the server's. */
  readonly pageSize?: number | undefined
}

/** The option names of a list. */
export const pagedNames = <const Names extends { readonly limit: true }>(names: Names) => ({
  ...settings.without(names, "limit"),
  pageSize: true as const
})

/** The params of a list. */
export const toParams = <Options extends { readonly pageSize?: number | undefined }>({
  pageSize,
  ...params
}: Options): Omit<Options, "pageSize"> & { readonly limit?: number | undefined } =>
  pageSize === undefined ? params : { ...params, limit: pageSize }

/** Returns one page of threads. */
export const threads = (client: Client, options: Paged<ThreadListParams> = {}) =>
  Effect.andThen(known("thread/list", options, threadNames), () => client.request("thread/list", toParams(options)))

/** Returns one page of models. */
export const models = (client: Client, options: Paged<ModelListParams> = {}) =>
  Effect.andThen(known("model/list", options, modelNames), () => client.request("model/list", toParams(options)))

// internal

const threadNames = pagedNames(paramKeys.ThreadListParams)

const modelNames = pagedNames(paramKeys.ModelListParams)

const known = (method: string, options: unknown, names: { readonly [name: string]: true }) =>
  Effect.mapError(settings.known(options, names), (reason) => new CodexError({ method, reason }))
