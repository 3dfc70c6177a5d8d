/**
 * What an editor shows a user of the package, asked of the language server in a project that has the tarball: names
 * that the user can look up, and signatures that can be read at once.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as LanguageServer from "./surface/languageServer.ts"
import * as Linked from "./surface/linked.ts"

/** The body of the program. The hovered name is the last occurrence in its line of what `hovered` names. */
const body = `
const policy = Approval.allowWritesUnder(["/srv"]).pipe(Approval.orElse(Approval.denyAll))
const commands = Approval.allowCommands(Approval.command.startsWith(["git", "status"]))
const permitting = Permissions.allow({ network: true }).pipe(Permissions.orElse(Permissions.denyAll))
const patient = Permissions.ask(() => Effect.succeed(Permissions.grant)).pipe(Permissions.withTimeout("5 minutes"))
const single = Approval.oneAtATime(Approval.ask(() => Effect.succeed(Approval.accept)))
const handlers = ServerRequests.layer(Approval.handlers(policy))
const live = Codex.layer({ cwd: "." }).pipe(Layer.provide(handlers), Layer.provide(NodeServices.layer))
const configured = Codex.layerFromConfig()
const alone = CodexClient.layer().pipe(Layer.provide(AppServer.layer()))
const tests = CodexTest.layer()
const home = CodexHome.layerTemporary()
const sandbox = Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false })
const mail = Input.externalMessage({ toolName: "inbox", content: "hello" })
const pair = Transport.makePair
const asking = UserInput.handler(() => Effect.succeed({}))
export const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread({ sandbox: "readOnly" })
  const resumed = yield* codex.resumeThread(thread.id)
  const result = yield* resumed.run("hi").pipe(Effect.retry(retryOnOverload))
  const turn = yield* thread.turn("hi")
  const events = turn.events
  const text = Turn.textDeltas(thread.stream("hi"))
  const state = yield* turn.state
  const end = yield* turn.result
  yield* turn.steer("and now")
  yield* turn.interrupt()
  const goal = yield* thread.runGoal("done")
  const models = codex.models()
  const items = thread.items()
  const requests = yield* codex.openRequests
  const login = yield* codex.loginApiKey(Redacted.make("key"))
  const { value } = yield* thread.runAs(Schema.Struct({ a: Schema.String }), "hi")
})
type Failure = Turn.Failure
type Event = Turn.TurnEvent
`

const hovered: ReadonlyArray<readonly [line: string, name: string]> = [
  ["const policy", "allowWritesUnder"],
  ["const commands", "allowCommands"],
  ["const commands", "command"],
  ["const commands", "startsWith"],
  ["const policy", "const policy"],
  ["const policy", "orElse"],
  ["const permitting", "const permitting"],
  ["const permitting", "orElse"],
  ["const patient", "const patient"],
  ["const patient", "withTimeout"],
  ["const single", "const single"],
  ["const single", "oneAtATime"],
  ["const handlers", "handlers"],
  ["const handlers =", "const handlers"],
  ["const live", "layer("],
  ["const live", "const live"],
  ["const configured", "layerFromConfig"],
  ["const alone", "CodexClient.layer"],
  ["const alone", "AppServer.layer"],
  ["const tests", "layer"],
  ["const home", "layerTemporary"],
  ["const sandbox", "workspaceWrite"],
  ["const mail", "externalMessage"],
  ["const pair", "makePair"],
  ["const asking", "const asking"],
  ["  const codex", "Codex"],
  ["  const codex", "const codex"],
  ["  const thread", "startThread"],
  ["  const resumed", "resumeThread"],
  ["  const result", "run"],
  ["  const result", "const result"],
  ["  const turn", "turn("],
  ["  const events", "events"],
  ["  const text", "textDeltas"],
  ["  const text", "stream"],
  ["  const state", "state"],
  ["  const end", "result"],
  ["  yield* turn.steer", "steer"],
  ["  yield* turn.interrupt", "interrupt"],
  ["  const goal", "runGoal"],
  ["  const models", "models"],
  ["  const items", "items"],
  ["  const requests", "openRequests"],
  ["  const login", "loginApiKey"],
  ["  const { value }", "const { value"],
  ["type Failure", "Failure"],
  ["type Event", "TurnEvent"]
]

/** The maximum length of a signature, and that of three policies, each with its question and its answer. */
const mostOf = (name: string): number => (name === "orElse" ? 135 : 100)

const effect = `import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Redacted, Schema } from "effect"
`
const modules =
  "Approval AppServer Codex CodexClient CodexHome Input Permissions Sandbox ServerRequests Thread Transport Turn UserInput"

/** The two ways to import the package. */
const imports = {
  barrel: `import { ${modules.replaceAll(" ", ", ")}, retryOnOverload } from "effect-codex"
import { CodexTest } from "effect-codex/testing"
`,
  modules: `${modules
    .split(" ")
    .map((name) => `import * as ${name} from "effect-codex/${name}"`)
    .join("\n")}
import { retryOnOverload } from "effect-codex/Retry"
import { CodexTest } from "effect-codex/testing"
`
}

let project: Linked.Project
let server: LanguageServer.LanguageServer

beforeAll(async () => {
  project = Linked.make()
  for (const [name, lines] of Object.entries(imports)) project.write(`${name}.ts`, `${effect}${lines}${body}`)
  const files = Object.keys(imports).map((name) => `${name}.ts`)
  project.write("tsconfig.json", JSON.stringify({ compilerOptions: Linked.compilerOptions, files }))
  server = await LanguageServer.start(project.folder)
  for (const file of files) server.open(file)
}, 120_000)

afterAll(() => {
  server.close()
  project.remove()
})

/**
 * The signature as the package declares it. Left out is what depends on the program: the name under which it imports
 * a module, the type parameters that a call infers, and what the compiler writes for nothing at all.
 */
const signatureOf = (shown: string): string =>
  shown
    .replaceAll(/\b[A-Z]\w*\.(?=[A-Z])/g, "")
    .replaceAll(/\s+/g, " ")
    .replace(/^\(\w+\) /, "")
    .replace(/^(?:const|type|interface|class) /, "")
    .replaceAll(/(?:, never)+>/g, ">")
    .replaceAll(/<never(?:, never)*>/g, "")
    .replaceAll(/(?<=\w)<[^<>()]*>(?=\()/g, "")
    .replaceAll(/(?<=: )<[^<>()]*>(?=\()/g, "")
    .replaceAll(/(\w+\?: [^,()]*) \| undefined/g, "$1")

describe.each(Object.keys(imports))("a hover in a program that imports by %s", (kind) => {
  const lines = `${effect}${imports[kind === "barrel" ? "barrel" : "modules"]}${body}`.split("\n")

  it.each(hovered)("%s: %s", async (begin, name) => {
    const line = lines.findIndex((each) => each.startsWith(begin))
    assert.isAbove(line, -1)
    const found = (lines[line] ?? "").lastIndexOf(name)
    assert.isAbove(found, -1)
    // The last word of the name.
    const offset = /\w+\W*$/.exec(name)?.index ?? 0
    const shown = await server.hover(`${kind}.ts`, line, found + offset)
    assert.notMatch(shown, /\bany\b|import\(|internal|generated|node_modules/, shown)
    const signature = signatureOf(shown)
    assert.isAbove(signature.length, 0, `nothing is shown for ${name} in ${lines[line]}`)
    assert.isAtMost(signature.length, mostOf(name), `${signature}\n${shown}`)
  })
})
