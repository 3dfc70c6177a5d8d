/**
 * The steps of a script.
 */
import type { DieAfterBytes, Flood, Grandchild, Id, RpcError, Step, Steps, When } from "./script.ts"

/** Answers the current request. */
export const reply = (result: unknown): Step => ({ reply: result })

/** Rejects the current request. */
export const replyError = (error: RpcError): Step => ({ replyError: error })

/** Answers any id, requested or not. */
export const replyTo = (id: Id, answer: { readonly result: unknown } | { readonly error: RpcError }): Step => ({
  replyTo: { id, ...answer }
})

/** Answers the current request with its own params. */
export const echo: Step = { echo: true }

/** Keeps the current request for `releaseHeld`. */
export const hold: Step = { hold: true }

/** Answers every held request, with its own params in the placeholders, the last one first if `reverse`. */
export const releaseHeld = (result: unknown, options?: { readonly reverse?: boolean }): Step => ({
  releaseHeld: { result, ...options }
})

export const notify = (method: string, params: unknown, times = 1): Step => ({ notify: { method, params, times } })

/** Many notifications in large writes, no faster than the reader takes them. */
export const flood = (options: Flood): Step => ({ flood: options })

/** Sends a request to the client. */
export const request = (
  method: string,
  params: unknown,
  options?: { readonly id?: Id; readonly expectAnswer?: Steps }
): Step => ({ request: { method, params, ...options } })

/** Runs these concurrently. */
export const fork = (...steps: Steps): Step => ({ fork: steps })

/** Any JSON value on a line, with placeholders: envelopes of any shape. */
export const line = (message: unknown): Step => ({ line: message })

/** This text unchanged, without an added newline. */
export const write = (text: string): Step => ({ write: text })

/** These bytes, `pieceBytes` at a time with a turn of the event loop between. */
export const writeBytes = (bytes: string | Uint8Array, pieceBytes?: number): Step => ({
  writeBytes: { base64: Buffer.from(bytes).toString("base64"), ...(pieceBytes !== undefined && { pieceBytes }) }
})

export const stderr = (text: string, times = 1): Step => ({ stderr: { text, times } })

export const closeStdout: Step = { closeStdout: true }

/** Closes the reading end: the client's writes fail. */
export const closeStdin: Step = { closeStdin: true }

/** Stops reading, so that the client's writes pile up. */
export const pauseStdin: Step = { pauseStdin: true }

export const resumeStdin: Step = { resumeStdin: true }

/** Exits after all output is written. */
export const exit = (code: number): Step => ({ exit: code })

/** Sends itself a signal after all output is written. */
export const kill = (signal: NodeJS.Signals): Step => ({ kill: signal })

/** Writes exactly this number of further bytes, then dies. */
export const dieAfterBytes = (bytes: number, how?: Omit<DieAfterBytes, "bytes">): Step => ({
  dieAfterBytes: { bytes, ...how }
})

/** Starts a process that stays in the peer's process group, and continues once its pid is in the file. */
export const spawnGrandchild = (options: Grandchild): Step => ({ spawnGrandchild: options })

/** Writes the peer's pid to a file. */
export const pidFile = (path: string): Step => ({ pidFile: path })

/** Appends every line received from here on to a file, before it is acted on. */
export const log = (path: string): Step => ({ log: path })

export const delay = (ms: number): Step => ({ delay: ms })

/** Waits until a method was received; an earlier one counts, too, unless `next` or `where` is given. */
export const when = (method: string, options?: Omit<When, "method">): Step => ({ when: { method, ...options } })

/** Stops here: silence. */
export const never: Step = { never: true }
