/**
 * Reads the thread id and the turn id from the raw params of a message. There are two functions because they run for
 * each notification, and returning both ids would allocate an object.
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
