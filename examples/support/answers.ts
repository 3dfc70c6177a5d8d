/**
 * What the user says: a line from the keyboard, or a fixed answer where there is no terminal. Not part of what the examples show.
 */
import { Console, Effect, Semaphore } from "effect"
import { type Elicitation, Printable } from "effect-codex"
import { createInterface } from "node:readline"

// Several requests can be open at once, and there is one keyboard.
const keyboard = Semaphore.makeUnsafe(1)

/**
 * Shows a text that others wrote, as one line: nothing in it acts on the terminal, or looks like a line of the
 * program's own.
 */
export const say = (text: string): Effect.Effect<void> => Console.log(Printable.line(text))

/** A line. Empty is no answer: so are Enter alone and the end of the input. */
export const line = (question: string, fixed = ""): Effect.Effect<string> =>
  process.stdin.isTTY ? keyboard.withPermit(typed(question)) : Effect.as(say(`${question} ${fixed}`), fixed)

/** Yes, if that is what is said: nothing else is a yes. */
export const yes = (question: string, fixed: "yes" | "no"): Effect.Effect<boolean> =>
  Effect.map(line(`${question} yes or no?`, fixed), (text) => text === "yes")

/** The answer to a field of a form, as it was typed. Whether it fits, `Elicitation.check` says. */
export const valueOf = ({ type }: Elicitation.Field, text: string): Elicitation.Value => {
  if (type === "number" || type === "integer") return Number(text)
  if (type === "boolean") return text === "yes"
  return type === "multiSelect" ? text.split(",").map((choice) => choice.trim()) : text
}

const typed = (question: string): Effect.Effect<string> =>
  Effect.acquireUseRelease(
    Effect.sync(() => createInterface({ input: process.stdin, output: process.stdout })),
    (readline) =>
      Effect.callback<string>((resume) => {
        readline.once("close", () => resume(Effect.succeed("")))
        // In a terminal Ctrl-C is readline's. It shall end the program.
        readline.once("SIGINT", () => process.kill(process.pid, "SIGINT"))
        readline.question(`${Printable.line(question)} `, (text) => resume(Effect.succeed(text.trim())))
      }),
    (readline) => Effect.sync(() => readline.close())
  )
