/**
 * Reads the user's answers: a line from the keyboard, or a fixed answer without a terminal. Not part of what the
 * examples show.
 */
import { Console, Effect, Semaphore } from "effect"
import { type Elicitation, Printable } from "effect-codex"
import { createInterface } from "node:readline"

// Several requests can be open at the same time, and there is one keyboard.
const keyboard = Semaphore.makeUnsafe(1)

/** Shows text from others as one line. It cannot control the terminal, or look like a line of the program. */
export const say = (text: string): Effect.Effect<void> => Console.log(Printable.line(text))

/** Reads a line. An empty line counts as no answer: Enter alone, or the end of the input. */
export const line = (question: string, fixed = ""): Effect.Effect<string> =>
  process.stdin.isTTY ? keyboard.withPermit(typed(question)) : Effect.as(say(`${question} ${fixed}`), fixed)

/** Whether the answer is yes. Anything else is a no. */
export const yes = (question: string, fixed: "yes" | "no"): Effect.Effect<boolean> =>
  Effect.map(line(`${question} yes or no?`, fixed), (text) => text === "yes")

/** The answer to a field of a form, as typed. `Elicitation.check` validates it. */
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
        // In a terminal readline receives Ctrl-C. It must end the program.
        readline.once("SIGINT", () => process.kill(process.pid, "SIGINT"))
        readline.question(`${Printable.line(question)} `, (text) => resume(Effect.succeed(text.trim())))
      }),
    (readline) => Effect.sync(() => readline.close())
  )
