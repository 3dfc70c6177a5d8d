/**
 * The thread and the turn that a message names, read from the params as they came. Two functions rather than one that
 * gives both: they run for each notification, and make no object.
 */

/** `params.threadId`, or the id in `params.thread`. */
export const threadIdOf = (params: unknown): string | undefined => {
  if (!isRecord(params)) return undefined
  const { threadId } = params
  return typeof threadId === "string" ? threadId : idIn(params["thread"])
}

/** `params.turnId`, or the id in `params.turn`. */
export const turnIdOf = (params: unknown): string | undefined => {
  if (!isRecord(params)) return undefined
  const { turnId } = params
  return typeof turnId === "string" ? turnId : idIn(params["turn"])
}

// internal

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const idIn = (value: unknown): string | undefined =>
  isRecord(value) && typeof value["id"] === "string" ? value["id"] : undefined
