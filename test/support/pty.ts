/**
 * A program on a pseudo-terminal, with the system's `script`. It needs no installation.
 */
import { spawn, spawnSync } from "node:child_process"

/** Why there are no pseudo-terminals here, or nothing if there are. */
export const missing: string | undefined = (() => {
  if (process.platform !== "linux" && process.platform !== "darwin") return `no \`script\` on ${process.platform}`
  // Both print their usage and fail; only a missing program is an error.
  return spawnSync("script", ["--version"], { stdio: "ignore", input: "" }).error === undefined
    ? undefined
    : "the program `script` is not installed"
})()

/** The time limit of a text: less than that of a test, so that a test that fails says what was shown instead. */
const limitMillis = 20_000

/** A program on a terminal. */
export interface Terminal {
  /** Types on the keyboard. */
  readonly type: (text: string) => void
  /** Waits until this has been shown since the last wait, and returns what was shown until then. */
  readonly shown: (what: string | RegExp) => Promise<string>
  /** Waits for the end. */
  readonly exit: Promise<number | null>
  /** Everything that was shown. */
  readonly screen: () => string
  /** Terminates it, unless it has ended. */
  readonly kill: () => void
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Starts a program on a terminal. */
export const start = (
  command: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }
): Terminal => {
  const args =
    process.platform === "darwin"
      ? ["-q", "/dev/null", ...command]
      : ["-qfec", command.map(quote).join(" "), "/dev/null"]
  const child = spawn("script", args, { ...options, stdio: ["pipe", "pipe", "pipe"] })
  let text = ""
  let seen = 0
  let over = false
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const wake of waiting) wake()
  }
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk
    changed()
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => {
      over = true
      changed()
      resolve(code)
    })
  })
  return {
    type: (keys) => child.stdin.write(keys),
    shown: (what) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`${JSON.stringify(String(what))} was not shown:\n${JSON.stringify(text.slice(seen))}`))
        }, limitMillis)
        const look = () => {
          const rest = text.slice(seen)
          const match = typeof what === "string" ? rest.indexOf(what) : rest.search(what)
          if (match >= 0) {
            const length = typeof what === "string" ? what.length : (what.exec(rest)?.[0].length ?? 0)
            waiting.delete(look)
            clearTimeout(late)
            seen += match + length
            resolve(rest.slice(0, match + length))
          } else if (over) {
            waiting.delete(look)
            clearTimeout(late)
            reject(new Error(`the program ended without showing ${String(what)}:\n${text}`))
          }
        }
        waiting.add(look)
        look()
      }),
    exit,
    screen: () => text,
    kill: () => {
      if (!over) child.kill("SIGTERM")
    }
  }
}
