/**
 * The peer's stdout: single writes, or one for all that a chunk of stdin caused; room in the pipe; and a cut at a byte.
 */
const stdout = process.stdout
let stdoutClosed = false
let batching = false
let batched = ""
/** Bytes left before the cut that `dieAfter` asked for. */
let budget = Infinity
let death

/** Whether nothing can be written any more. */
export const isClosed = () => stdoutClosed

/** From here on nothing is written. */
export const close = () => {
  stdoutClosed = true
}

/** Dies when so many more bytes are written. */
export const dieAfter = (bytes, how) => {
  flushBatch()
  death = how
  budget = bytes
}

/** Gathers what is written until `endBatch`. */
export const beginBatch = () => {
  batching = true
}

export const endBatch = () => {
  batching = false
  flushBatch()
}

stdout.on("error", () => {
  stdoutClosed = true
  stdout.emit("drain")
})

/** Writes, and says whether the pipe has room for more. */
const put = (data) => {
  if (stdoutClosed) return true
  if (budget !== Infinity) {
    const bytes = typeof data === "string" ? Buffer.from(data) : data
    if (bytes.length >= budget) {
      const last = bytes.subarray(0, budget)
      budget = Infinity
      stdout.write(last, death)
      stdoutClosed = true
      return true
    }
    budget -= bytes.length
    return stdout.write(bytes)
  }
  return stdout.write(data)
}

const flushBatch = () => {
  if (batched === "") return
  const data = batched
  batched = ""
  put(data)
}

/** Writes. */
export const out = (text) => {
  if (!batching) return void put(text)
  batched += text
  if (batched.length > 65_536) flushBatch()
}

/** Writes and waits for room if there is none. */
export const outDrained = (data) => {
  flushBatch()
  if (put(data)) return undefined
  return new Promise((resolve) => stdout.once("drain", resolve))
}

/** Waits until all is written. */
export const flushed = () => {
  flushBatch()
  return new Promise((resolve) => (stdoutClosed ? resolve() : stdout.write("", resolve)))
}
