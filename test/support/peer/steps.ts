/**
 * The steps of a script.
 */
import type { DieAfterBytes, Flood, Grandchild, Id, RpcError, Step, Steps, When } from "./script.ts"

/** Answers the request in hand. */
export const reply = (result: unknown): Step => ({ reply: result })

/** Refuses the request in hand. */
export const replyError = (error: RpcError): Step => ({ replyError: error })

/** Answers any id, whether asked or not. */
export const replyTo = (id: Id, answer: { readonly result: unknown } | { readonly error: RpcError }): Step => ({
  replyTo: { id, ...answer }
})

/** Answers the request in hand with its own params. */
export const echo: Step = { echo: true }

/** Keeps the request in hand for `releaseHeld`. */
export const hold: Step = { hold: true }

/** Answers every held request, with its own params in the placeholders, the last one first if `reverse`. */
export const releaseHeld = (result: unknown, options?: { readonly reverse?: boolean }): Step => ({
  releaseHeld: { result, ...options }
})

export const notify = (method: string, params: unknown, times = 1): Step => ({ notify: { method, params, times } })

/** Many notifications in large writes, no faster than the reader takes them. */
export const flood = (options: Flood): Step => ({ flood: options })

/** Asks the client. */
export const request = (
  method: string,
  params: unknown,
  options?: { readonly id?: Id; readonly expectAnswer?: Steps }
): Step => ({ request: { method, params, ...options } })

/** Does these on the side. */
export const fork = (...steps: Steps): Step => ({ fork: steps })

/** Any JSON value on a line, with placeholders: envelopes of any shape. */
export const line = (message: unknown): Step => ({ line: message })

/** This text as it is: no newline is added. */
export const write = (text: string): Step => ({ write: text })

/** These bytes, `pieceBytes` at a time with a turn of the event loop between. */
export const writeBytes = (bytes: string | Uint8Array, pieceBytes?: number): Step => ({
  writeBytes: { base64: Buffer.from(bytes).toString("base64"), ...(pieceBytes !== undefined && { pieceBytes }) }
})

export const stderr = (text: string, times = 1): Step => ({ stderr: { text, times } })

export const closeStdout: Step = { closeStdout: true }

/** Closes the reading end: the client's writes fail. */
export const closeStdin: Step = { closeStdin: true }

/** Reads no more, so that the client's writes pile up. */
export const pauseStdin: Step = { pauseStdin: true }

export const resumeStdin: Step = { resumeStdin: true }

/** Exits once all that was written is out. */
export const exit = (code: number): Step => ({ exit: code })

/** Sends itself a signal once all that was written is out. */
export const kill = (signal: NodeJS.Signals): Step => ({ kill: signal })

/** Lets exactly so many more bytes out, then dies. */
export const dieAfterBytes = (bytes: number, how?: Omit<DieAfterBytes, "bytes">): Step => ({
  dieAfterBytes: { bytes, ...how }
})

/** Starts a process that lingers in the peer's process group, and goes on once its pid is in the file. */
export const spawnGrandchild = (options: Grandchild): Step => ({ spawnGrandchild: options })

/** Writes the peer's pid to a file. */
export const pidFile = (path: string): Step => ({ pidFile: path })

/** Appends every line received from here on to a file, before it is acted on. */
export const log = (path: string): Step => ({ log: path })

export const delay = (ms: number): Step => ({ delay: ms })

/** Waits until a method was received; one that already was counts too, unless `next` or `where` is given. */
export const when = (method: string, options?: Omit<When, "method">): Step => ({ when: { method, ...options } })

/** Goes no further: silence. */
export const never: Step = { never: true }
