/**
 * Generates messages from a seed and sends them to connections, a few at a time. `main.ts` is the command; a test runs
 * a short form.
 */
import { Cause, Effect, Exit } from "effect"
import * as seededOf from "../scoreboard/seeded.ts"
import * as messages from "./messages.ts"
import * as session from "./session.ts"

export interface Options {
  readonly messages: number
  readonly seed: number
  /** Called after each session. */
  readonly onSession?: ((sent: number) => void) | undefined
}

/** The outcome; a failure says how to repeat it. */
export interface Outcome {
  readonly sent: number
  readonly failure: string | undefined
}

/** Messages of one connection. */
export const perSession = 50

// A client acts on requests and on notifications about threads and turns: each of these occurs that many times in a
// round.
const weight = 5
const acted = /^(?:item|turn|thread|serverRequest|error)\b/

const round = messages.methods.flatMap(([kind, method]) =>
  Array.from(
    { length: kind === "request" || (kind === "notification" && acted.test(method)) ? weight : 1 },
    () => [kind, method] as const
  )
)

/** One connection with the messages of this seed. All methods occur in turn from one seed to the next. */
export const one = (seed: number): Effect.Effect<Exit.Exit<void, unknown>> =>
  Effect.suspend(() => {
    const seeded = seededOf.make(seed)
    const source = messages.make(seeded)
    const samples = Array.from({ length: perSession }, (_, index) => {
      // A step that is coprime to most lengths mixes kinds within a session.
      const [kind, method] = round[((seed * perSession + index) * 7919) % round.length] ?? ["notification", "error"]
      return source.sample(kind, method, session.ids)
    })
    return Effect.exit(session.run(samples))
  })

/** Runs sessions until this number of messages is sent, or one fails. */
export const run = Effect.fnUntraced(function* ({ messages, onSession, seed }: Options): Effect.fn.Return<Outcome> {
  let sent = 0
  for (let current = seed; sent < messages; current++) {
    const exit = yield* one(current)
    sent += perSession
    if (Exit.isFailure(exit)) {
      return { sent, failure: `npm run fuzz -- --seed ${current}\n${Cause.pretty(exit.cause)}` }
    }
    onSession?.(sent)
  }
  return { sent, failure: undefined }
})
