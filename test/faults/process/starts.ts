/**
 * Programs that are not an app-server, and invalid options: each fails the start with a specific reason, and no process
 * stays.
 */
import { Effect } from "effect"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type * as Codex from "../../../src/Codex.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { connect, folder, onBinary, ownHome } from "../support/codexes.ts"
import { ends } from "../support/expect.ts"

type Prepare = (root: string, random: number) => Codex.Options

const scenario = (name: string, title: string, reason: string, prepare: ReadonlyArray<Prepare>): Scenario => ({
  name,
  group: "process",
  title,
  expected: `The start fails with \`${reason}\``,
  within: "15 seconds",
  on: "peer",
  run: (seeded) =>
    Effect.gen(function* () {
      const options = seeded.pick(prepare)(yield* folder, seeded.int(0, 1000))
      const home = yield* ownHome
      const starting = connect({
        ...home,
        ...options,
        env: { ...home.env, ...options.env }
      })
      yield* ends(Effect.scoped(starting), `CodexError/${reason}`, "the start")
    })
})

const file = (root: string, text: string | Uint8Array, mode = 0o755): string => {
  const path = join(root, "codex")
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** A Linux executable for a machine that runs none of the tests (S/390). */
const foreign = (): Uint8Array => {
  const bytes = new Uint8Array(200)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1, 0])
  bytes.set([0, 2, 0, 22], 16)
  bytes.set(Buffer.from("\ntouch should-not-run\n"), 100)
  return bytes
}

const silent = ["sleep", "tail", "sh"] as const

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "no-executable",
    "`executable` is missing, a folder, a broken link, text, empty or for another machine",
    "RuntimeNotFound",
    [
      (root) => ({ executable: join(root, "missing") }),
      (root) => {
        mkdirSync(join(root, "codex"))
        return { executable: join(root, "codex") }
      },
      (root) => {
        symlinkSync(join(root, "missing"), join(root, "codex"))
        return { executable: join(root, "codex") }
      },
      (root) => ({ executable: file(root, "just text") }),
      (root) => ({ executable: file(root, "") }),
      (root) => ({ executable: file(root, foreign()) })
    ]
  ),
  scenario("no-start", "The program ends before the handshake, by a code or a signal", "ConnectionClosed", [
    () => ({ command: ["true"] }),
    () => ({ command: ["false"] }),
    () => ({ command: ["sh", "-c", "echo hello; exit 7"] }),
    () => ({ command: ["sh", "-c", "kill -9 $$"] })
  ]),
  scenario("no-handshake", "The program runs and never answers", "StartTimeout", [
    (_, random) => ({ startTimeout: "500 millis", command: [silent[0], `${60 + random}`] }),
    () => ({ startTimeout: "500 millis", command: [silent[1], "-f", "/dev/null"] }),
    () => ({ startTimeout: "500 millis", command: [silent[2], "-c", "while read line; do echo no; done"] })
  ]),
  scenario("no-spawn", "The variables are longer than the system takes, or the interpreter is missing", "SpawnFailed", [
    (_, random) => ({ command: ["true"], env: { A: "x".repeat(3_000_000 + random) } }),
    (root) => ({ command: [file(root, "#!/missing/interpreter\n")] }),
    () => ({ command: ["effect-codex-no-such-program"] })
  ]),
  scenario("no-options", "A folder is missing, or an option makes no sense", "InvalidOptions", [
    (root) => ({ command: ["true"], cwd: join(root, "missing") }),
    (root) => ({ command: ["true"], cwd: file(root, "x") }),
    () => ({ command: ["true"], maxInFlight: 0 }),
    () => ({ command: ["true"], shutdownGrace: -1 }),
    () => ({ command: ["true"], maxLineBytes: 2 ** 31 }),
    () => ({ command: ["true"], env: { "A=B": "c" } })
  ]),
  {
    name: "config-malformed",
    group: "process",
    title: "The `config.toml` of the home is malformed or has wrong types",
    expected: "A typed error from the start or from the first thread, never a hang",
    within: "15 seconds",
    on: "binary",
    run: (seeded) =>
      Effect.gen(function* () {
        const extra = seeded.pick(["[[[", "model = 42", 'model_providers = "x"', "sandbox_mode = { a = 1 }"])
        const session = Effect.gen(function* () {
          const { codex, home } = yield* onBinary()
          writeFileSync(join(home.codexHome, "config.toml"), extra)
          yield* codex.startThread()
        })
        yield* ends(Effect.scoped(session), "CodexError/ConfigurationInvalid", "the thread")
      })
  }
]
