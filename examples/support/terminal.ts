/**
 * Screen and keyboard as one service, for a program that writes, reads lines and asks questions. While a question is
 * open, all other output and questions wait. Only the reader of the events is blocked by that.
 */
import { Array, Context, Effect, Layer, Logger, Option, Semaphore } from "effect"
import * as Keyboard from "./keyboard.ts"
import * as Screen from "./screen.ts"

/** The choices, and the value of each. */
export type Choices<A> = { readonly [word: string]: A }

export class Terminal extends Context.Service<
  Terminal,
  {
    readonly write: (text: string) => Effect.Effect<void>
    readonly line: (text: string) => Effect.Effect<void>
    /** Shows or replaces the progress line, unless a text or a question is there. */
    readonly progress: (text: string) => Effect.Effect<void>
    /** Shows that a line is expected. */
    readonly prompt: Effect.Effect<void>
    /** The next key that does not answer a question. After the end of the input, it is always the end. */
    readonly key: Effect.Effect<Keyboard.Key>
    readonly isInteractive: boolean
    /**
     * Shows lines, and asks for one of the choices, by its word or its first letter. Returns `otherwise` if no user
     * can be asked. Interrupting it withdraws the question.
     */
    readonly choose: <A>(lines: ReadonlyArray<string>, choices: Choices<A>, otherwise: A) => Effect.Effect<A>
    /** Shows lines, and asks for a line; empty if no user can be asked. Interrupting it withdraws the question. */
    readonly ask: (lines: ReadonlyArray<string>, prompt: string) => Effect.Effect<string>
  }
>()("example/Terminal") {}

/** Logs as lines of the terminal, instead of the default logger, which ignores what is on the screen. */
export const logger: Layer.Layer<never, never, Terminal> = Logger.layer([
  Effect.map(Terminal, ({ line }) =>
    Logger.make(({ fiber, logLevel, message }) => {
      const words = Array.ensure(message).map((part) => (typeof part === "string" ? part : String(part)))
      Effect.runForkWith(fiber.context)(line(`! ${logLevel.toLowerCase()}: ${words.join(" ")}`))
    })
  )
])

/** The terminal that a program runs on. */
export const layer: Layer.Layer<Terminal> = Layer.effect(
  Terminal,
  Effect.suspend(() => make(process.stdin, process.stdout))
)

export const make = Effect.fnUntraced(function* (...[input, output]: Parameters<typeof Keyboard.make>) {
  const keyboard = yield* Keyboard.make(input, output)
  const screen = Screen.make(output)
  const oneAtATime = yield* Semaphore.make(1)

  /** Writes above the bottom line. */
  const above = Effect.fnUntraced(function* (output: Effect.Effect<void>) {
    yield* keyboard.hide
    if (yield* keyboard.isEchoed) yield* screen.write("\n")
    yield* output
    if (yield* screen.isAtStart) yield* keyboard.restore
  })
  const line = (text: string) => above(screen.line(text))

  const chosen = Effect.fnUntraced(function* <A>(choices: Choices<A>, otherwise: A) {
    const words = Object.keys(choices)
    const prompt = words.map((word) => `[${word.slice(0, 1)}]${word.slice(1)}`).join(", ")
    for (;;) {
      const line = yield* keyboard.ask(`${prompt} > `)
      if (Option.isNone(line)) return yield* Effect.as(screen.line(""), otherwise)
      // Accept only the letter or the word. Text that was typed for something else must not count as a yes.
      const typed = line.value.trim().toLowerCase()
      const word = words.find((word) => typed === word || typed === word.slice(0, 1))
      if (word !== undefined) return choices[word] ?? otherwise
    }
  })

  const question = <A>(lines: ReadonlyArray<string>, otherwise: A, answer: Effect.Effect<A>) =>
    oneAtATime.withPermit(
      Effect.gen(function* () {
        yield* Effect.forEach(lines, line)
        if (!keyboard.isInteractive)
          return yield* Effect.as(line("  The input is not a terminal, so you cannot be asked."), otherwise)
        return yield* Effect.onInterrupt(answer, () => line("(not asked any more)"))
      })
    )

  return Terminal.of({
    write: (text) => oneAtATime.withPermit(above(screen.write(text))),
    line: (text) => oneAtATime.withPermit(line(text)),
    progress: (text) =>
      Effect.asVoid(
        oneAtATime.withPermitsIfAvailable(1)(
          Effect.flatMap(screen.isAtStart, (isAtStart) => (isAtStart ? keyboard.progress(text) : Effect.void))
        )
      ),
    prompt: oneAtATime.withPermit(keyboard.prompt),
    key: keyboard.key,
    isInteractive: keyboard.isInteractive,
    choose: (lines, choices, otherwise) => question(lines, otherwise, chosen(choices, otherwise)),
    ask: (lines, prompt) =>
      question(
        lines,
        "",
        Effect.map(keyboard.ask(`${prompt} > `), (line) => Option.getOrElse(line, () => "").trim())
      )
  })
})
