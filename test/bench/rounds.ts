/**
 * The part of a side's process that talks to the bench: it runs a round on request, and reports its time.
 *
 * It does not know the content of a round, and loads only Node, so that the floor's process stays small.
 */

/** Milliseconds of one round, by the clock and of the processor. */
export interface Sample {
  readonly millis: number
  readonly cpu: number
}

/** How long a round takes. */
export const timed = async (work: () => PromiseLike<unknown>): Promise<Sample> => {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const millis = performance.now() - start
  const { system, user } = process.cpuUsage(before)
  return { millis, cpu: (user + system) / 1000 }
}

/** Does a round for each `"round"`, until `"end"`. */
export const serve = (round: () => Promise<Sample>, close: () => Promise<unknown>): void => {
  const send = (message: Sample | "ready") => void process.send?.(message)
  process.on("message", (message) => {
    const step = async () => {
      if (message === "round") return send(await round())
      await close()
      process.disconnect()
    }
    step().catch((error: unknown) => {
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`)
      process.exit(1)
    })
  })
  send("ready")
}
