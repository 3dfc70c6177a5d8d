/**
 * A session of one runtime on the wire: every feature that a client uses first, played once against the mock model,
 * without the SDK. The messages keep their order. Errors of the runtime are part of its session.
 */
import { type Cause, Effect } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as RawDriver from "../support/rawDriver.ts"
import * as Offered from "./offered.ts"

/** One message: what the client sent (`>`) or the server (`<`). */
export type Frame = readonly [direction: ">" | "<", message: RawDriver.Message]

/** A recorded session. */
export interface Session {
  readonly version: string
  readonly frames: ReadonlyArray<Frame>
}

/** Plays the session on a binary. */
export const play = Effect.fnUntraced(function* (version: string, binary: string) {
  const model = yield* MockModel.make({ fallback: () => MockModel.reply("Hello.") })
  const home = yield* Effect.acquireRelease(
    Effect.sync(() =>
      RawDriver.makeHome(
        model.configToml({
          sandboxMode: "workspace-write",
          requiresOpenaiAuth: true,
          features: { default_mode_request_user_input: true, goals: true }
        })
      )
    ),
    (home) => Effect.sync(home.remove)
  )
  const frames: Array<Frame> = []
  const driver = yield* Effect.acquireRelease(
    Effect.promise(() =>
      RawDriver.start({
        cwd: home.workspace,
        env: home.env,
        command: [binary, "app-server"],
        onMessage: (direction, message) => frames.push([direction, message])
      })
    ),
    (driver) => Effect.promise(driver.close)
  )
  let decision = "accept"
  driver.onNotification(({ id, method = "" }) => {
    if (id !== undefined) driver.respond(id, answer(method, decision))
  })

  /** The result, or `undefined` for an error, which the session keeps. */
  const request = (method: string, params: object) =>
    Effect.promise(() => driver.request(method, params).catch(() => undefined)).pipe(Effect.timeout("20 seconds"))
  /** Plays a turn to its end; `during` acts while it runs. */
  const turn = (threadId: unknown, params: object, during: Effect.Effect<unknown, Cause.TimeoutError> = Effect.void) =>
    Effect.gen(function* () {
      const ended = driver.next("turn/completed", (params) => RawDriver.at(params, "threadId") === threadId)
      const reply = yield* request("turn/start", {
        threadId,
        input: [{ type: "text", text: "Do it." }],
        ...params
      })
      if (reply === undefined) return
      yield* during
      yield* Effect.timeout(
        Effect.promise(() => ended),
        "20 seconds"
      )
    }).pipe(Effect.catchTag("TimeoutError", () => Effect.logWarning(`${version}: no end of ${JSON.stringify(params)}`)))
  const say = (...scripts: ReadonlyArray<MockModel.Script>) => model.enqueue(...scripts)

  for (const method of reads) yield* request(method, {})
  yield* request("account/login/start", { type: "apiKey", apiKey: "sk-mock" })
  yield* request("account/read", {})

  const started = yield* request("thread/start", {
    approvalPolicy: "untrusted",
    dynamicTools: [
      { type: "function", name: "price", description: "A price", inputSchema: { type: "object", properties: {} } }
    ]
  })
  const threadId = RawDriver.at(started, "thread", "id")
  yield* say(MockModel.response([MockModel.reasoning("Thinking."), MockModel.message("Hello.")]))
  yield* turn(threadId, {})
  for (const next of ["accept", "decline"]) {
    decision = next
    yield* say(MockModel.execCommand("touch made-by-command"), MockModel.reply("Done."))
    yield* turn(threadId, {})
    yield* say(MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${next}.txt\n+made\n*** End Patch`))
    yield* turn(threadId, {})
  }
  decision = "accept"
  yield* say(
    MockModel.toolCall({ name: "update_plan", arguments: { plan: [{ step: "one", status: "in_progress" }] } }),
    MockModel.reply("Planned.")
  )
  yield* turn(threadId, {})
  yield* say(MockModel.toolCall({ name: "price" }), MockModel.reply("Cheap."))
  yield* turn(threadId, {})
  yield* say(
    MockModel.requestUserInput([
      { id: "q", header: "Tea", question: "Which?", options: [{ label: "Green", description: "Green tea" }] }
    ]),
    MockModel.reply("Green.")
  )
  yield* turn(threadId, {})
  yield* say(
    MockModel.response([
      MockModel.events([
        {
          type: "response.output_item.done",
          item: { type: "web_search_call", id: "w", status: "completed", action: { type: "search", query: "x" } }
        }
      ]),
      MockModel.message("Found.")
    ])
  )
  yield* turn(threadId, {})
  yield* say(Offered.call("spawn_agent", { message: "help" }), MockModel.reply("Helped."))
  yield* turn(threadId, {})
  yield* say(MockModel.reply(`{"answer":1}`))
  yield* turn(threadId, {
    outputSchema: {
      type: "object",
      properties: { answer: { type: "number" } },
      required: ["answer"],
      additionalProperties: false
    }
  })
  yield* say(MockModel.status(400))
  yield* turn(threadId, {})

  for (const [method, params] of [
    ["turn/steer", { input: [{ type: "text", text: "Rather this." }] }],
    ["turn/interrupt", {}]
  ] as const) {
    const gate = yield* MockModel.gate
    const begun = driver.next("turn/started")
    yield* say(MockModel.hold(MockModel.deltas(["One ", "two."]), gate, { after: 3 }))
    yield* turn(
      threadId,
      {},
      Effect.gen(function* () {
        const turnId = RawDriver.at(yield* Effect.promise(() => begun), "turn", "id")
        yield* gate.reached
        yield* request(method, { threadId, turnId, expectedTurnId: turnId, ...params })
        yield* gate.release
      })
    )
  }

  const compacted = driver.next("turn/completed")
  yield* say(MockModel.reply("A summary."))
  if ((yield* request("thread/compact/start", { threadId })) !== undefined) {
    yield* Effect.ignore(
      Effect.timeout(
        Effect.promise(() => compacted),
        "20 seconds"
      )
    )
  }
  yield* request("thread/name/set", { threadId, name: "named" })
  yield* request("thread/goal/set", { threadId, objective: "a goal", status: "paused" })
  yield* request("thread/goal/get", { threadId })
  yield* request("thread/goal/clear", { threadId })
  yield* request("thread/read", { threadId, includeTurns: true })
  yield* request("thread/turns/list", { threadId })
  yield* request("thread/items/list", { threadId })
  yield* request("command/exec", { command: ["echo", "hello"] })
  yield* request("thread/list", {})
  yield* request("thread/loaded/list", {})
  const forked = RawDriver.at(yield* request("thread/fork", { threadId }), "thread", "id")
  yield* turn(forked, {})
  const reviewed = driver.next("turn/completed")
  yield* say(
    MockModel.reply(
      `{"findings":[],"overall_correctness":"patch is correct","overall_explanation":"Fine.","overall_confidence_score":1}`
    )
  )
  if (
    (yield* request("review/start", { threadId: forked, target: { type: "custom", instructions: "Look." } })) !==
    undefined
  ) {
    yield* Effect.ignore(
      Effect.timeout(
        Effect.promise(() => reviewed),
        "20 seconds"
      )
    )
  }
  yield* request("thread/archive", { threadId })
  yield* request("thread/unarchive", { threadId })
  yield* request("thread/resume", { threadId })
  yield* turn(threadId, {})
  yield* request("thread/unsubscribe", { threadId })
  const timed = yield* request("thread/start", {
    config: { features: { current_time_reminder: { enabled: true, clock_source: "external" } } }
  })
  if (timed !== undefined) yield* turn(RawDriver.at(timed, "thread", "id"), {})
  yield* request("account/logout", {})
  yield* request("account/read", {})
  const session: Session = { version, frames: frames.map(cleaner(home.root, version)) }
  return session
}, Effect.scoped)

// internal

const answer = (method: string, decision: string): unknown => {
  switch (method) {
    case "item/tool/call":
      return { success: true, contentItems: [{ type: "inputText", text: "5" }] }
    case "item/tool/requestUserInput":
      return { answers: { q: { answers: ["Green"] } } }
    case "currentTime/read":
      return { currentTimeAt: 1_800_000_000 }
    default:
      return { decision }
  }
}

const reads = [
  "account/read",
  "app/list",
  "collaborationMode/list",
  "config/read",
  "configRequirements/read",
  "experimentalFeature/list",
  "hooks/list",
  "mcpServerStatus/list",
  "model/list",
  "permissionProfile/list",
  "plugin/list",
  "project/list",
  "remoteControl/status/read",
  "server/diagnostics",
  "skills/list",
  "thread/list",
  "windowsSandbox/readiness"
]

/**
 * Removes what depends on the recording machine, and long texts. Ids are numbered and all times are equal, so that two
 * recordings differ only if the runtimes do.
 */
const cleaner = (root: string, version: string) => {
  const ids = new Map<string, string>()
  const numbered = (id: string): string => {
    const known = ids.get(id) ?? `id-${ids.size + 1}`
    ids.set(id, known)
    return known
  }
  const agent = new RegExp(`^(.+/${version.replaceAll(".", "\\.")}) \\(.*$`)
  const text = (value: string): string =>
    value
      .replaceAll(root, "/home/user")
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:80")
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, numbered)
      .replace(agent, "$1 (Linux)")
      .slice(0, 120)
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return text(value)
    if (typeof value === "number" && value > 1e9) return value > 1e12 ? 1_800_000_000_000 : 1_800_000_000
    if (Array.isArray(value)) return value.slice(0, 3).map(clean)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        text(name),
        name === "serverName" || name === "installationId" ? "this-machine" : clean(inner)
      ])
    )
  }
  // Type boundary: only strings and lengths of lists change.
  return <A>(value: A): A => clean(value) as A
}
