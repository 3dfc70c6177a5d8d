/**
 * Screen and keyboard as one service, for a program that writes, is typed at and asks. While a question is open the screen is the question's:
 * everything else waits, other questions included. Nobody is stalled by that but the reader of the events.
 */
import { Context, Effect, Layer, Option, Semaphore } from "effect"
import * as Keyboard from "./keyboard.ts"
import * as Screen from "./screen.ts"

/** What can be said, and what it means. */
export type Choices<A> = { readonly [word: string]: A }

export class Terminal extends Context.Service<
  Terminal,
  {
    readonly write: (text: string) => Effect.Effect<void>
    readonly line: (text: string) => Effect.Effect<void>
    /** Shows or replaces the progress line, unless there is something more important in its place. */
    readonly progress: (text: string) => Effect.Effect<void>
    /** Shows that a line is expected. */
    readonly prompt: Effect.Effect<void>
    /** The next thing that is typed and answers no question. After the end of the input that is the end, however often one asks. */
    readonly key: Effect.Effect<Keyboard.Key>
    readonly isInteractive: boolean
    /**
     * Shows lines, and has one of the choices chosen, by its word or its first letter. Gives `otherwise` where nobody can be asked. Interrupting it
     * takes the question back.
     */
    readonly choose: <A>(lines: ReadonlyArray<string>, choices: Choices<A>, otherwise: A) => Effect.Effect<A>
  }
>()("example/Terminal") {}

/** The terminal that a program runs on. */
export const layer: Layer.Layer<Terminal> = Layer.effect(
  Terminal,
  Effect.suspend(() => make(process.stdin, process.stdout))
)

export const make = Effect.fnUntraced(function* (...[input, output]: Parameters<typeof Keyboard.make>) {
  const keyboard = yield* Keyboard.make(input, output)
  const screen = Screen.make(output)
  const oneAtATime = yield* Semaphore.make(1)

  /** Writes above what is half typed. */
  const above = Effect.fnUntraced(function* (output: Effect.Effect<void>) {
    const isTyping = yield* keyboard.isTyping
    if (isTyping) yield* screen.clear
    yield* output
    if (isTyping && (yield* screen.isAtStart)) yield* keyboard.prompt
  })
  const line = (text: string) => above(screen.line(text))

  const ask = Effect.fnUntraced(function* <A>(choices: Choices<A>, otherwise: A) {
    const words = Object.keys(choices)
    const prompt = words.map((word) => `[${word.slice(0, 1)}]${word.slice(1)}`).join(", ")
    for (;;) {
      const line = yield* keyboard.ask(`${prompt} > `)
      if (Option.isNone(line)) return yield* Effect.as(screen.line(""), otherwise)
      // Nothing but the letter or the word: what is typed for somebody else must not be taken for a yes.
      const typed = line.value.trim().toLowerCase()
      const word = words.find((word) => typed === word || typed === word.slice(0, 1))
      if (word !== undefined) return choices[word] ?? otherwise
    }
  })

  return Terminal.of({
    write: (text) => oneAtATime.withPermit(above(screen.write(text))),
    line: (text) => oneAtATime.withPermit(line(text)),
    progress: (text) =>
      Effect.asVoid(
        oneAtATime.withPermitsIfAvailable(1)(
          Effect.flatMap(keyboard.isTyping, (isTyping) => (isTyping ? Effect.void : screen.progress(text)))
        )
      ),
    prompt: oneAtATime.withPermit(keyboard.prompt),
    key: keyboard.key,
    isInteractive: keyboard.isInteractive,
    choose: (lines, choices, otherwise) =>
      oneAtATime.withPermit(
        Effect.gen(function* () {
          yield* Effect.forEach(lines, line)
          if (!keyboard.isInteractive) return yield* Effect.as(line("  Nobody can be asked here."), otherwise)
          return yield* ask(choices, otherwise).pipe(
            Effect.onInterrupt(() => Effect.andThen(screen.clear, line("(not asked any more)")))
          )
        })
      )
  })
})
