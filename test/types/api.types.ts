/**
 * What must and must not compile about threads, inputs, approvals and sandboxes. Checked by `npm run types`; never run.
 */
import type { Effect, Scope, Stream } from "effect"
import type * as Codex from "../../src/Codex.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as Input from "../../src/Input.ts"
import * as Sandbox from "../../src/Sandbox.ts"
import * as Thread from "../../src/Thread.ts"
import type { Turn } from "../../src/Turn.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

declare const codex: Codex.Codex
declare const thread: Thread.Thread
declare const turn: Turn
declare const word: string

// Approval modes are exactly these words.
codex.startThread({ approvalMode: "autoReview" })
codex.resumeThread("id", { approvalMode: "denyAll" })
codex.forkThread("id", { approvalMode: "ask" })
thread.run("x", { approvalMode: "inherit" })
// @ts-expect-error a policy of the protocol is no mode
codex.startThread({ approvalMode: "never" })
// @ts-expect-error any text is none either
thread.run("x", { approvalMode: word })
// @ts-expect-error nor is null
codex.resumeThread("id", { approvalMode: null })

// Sandbox presets are exactly these words; a turn's workspace policy has all its fields.
codex.startThread({ sandbox: "workspaceWrite" })
thread.run("x", { sandbox: "readOnly" })
thread.turn("x", { sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }) })
// @ts-expect-error the protocol's word is no preset
codex.startThread({ sandbox: "danger-full-access" })
// @ts-expect-error any text is none either
codex.resumeThread("id", { sandbox: word })
// @ts-expect-error on a turn it would replace the configured network setting without a word
thread.run("x", { sandbox: "workspaceWrite" })
// @ts-expect-error what is spelled out is a turn's
codex.startThread({ sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }) })
// @ts-expect-error both have to be said
Sandbox.workspaceWrite({})

// Inputs: a text, a part, or parts.
thread.run("x")
thread.run(Input.text("x"))
thread.run([
  Input.text("x"),
  Input.image("data:,"),
  Input.localImage("a"),
  Input.skill("n", "p"),
  Input.mention("n", "p")
])
// @ts-expect-error texts in a list are parts
thread.run(["x"])

// An external message, or no input, is the whole input of a new turn.
const message = Input.externalMessage({ toolName: "mail", content: "x" })
thread.run(message)
thread.turn(message)
thread.streamUntilEnd(message)
thread.sendExternal(message)
thread.run(Input.empty)
// @ts-expect-error not among parts
thread.run([Input.text("x"), message])
// @ts-expect-error not into a turn that runs
turn.steer(message)
// @ts-expect-error nor by send, which may steer
thread.send(message)
// @ts-expect-error nothing is no steering
thread.send(Input.empty)
// @ts-expect-error nor this
turn.steer(Input.empty)
// @ts-expect-error only external messages
thread.sendExternal("x")

// Null is accepted only if it has a meaning.
codex.startThread({ serviceTier: null })
thread.run("x", { serviceTier: null })
codex.listThreads({ sectionId: null, projectId: null })
thread.goal.set({ tokenBudget: null })
// @ts-expect-error an effort can't be cleared
thread.run("x", { effort: null })
// @ts-expect-error nor a model
codex.startThread({ model: null })

// A fork's options differ from a resume's.
codex.forkThread("id", { lastTurnId: "t", ephemeral: true })
// @ts-expect-error a resume can't be ephemeral
codex.resumeThread("id", { ephemeral: true })
// @ts-expect-error a start has no history to leave out
codex.startThread({ includeTurns: true })

// The results, and the requirements.
holds<Equal<ReturnType<typeof codex.resumeOrStart>, Effect.Effect<Thread.Thread, CodexError>>>()
holds<Equal<ReturnType<typeof thread.fork>, Effect.Effect<Thread.Thread, CodexError>>>()
holds<Equal<ReturnType<typeof thread.review>, Effect.Effect<Turn, CodexError>>>()
holds<Equal<Stream.Error<ReturnType<typeof codex.threads>>, CodexError>>()
export const scoped: Effect.Effect<Thread.Thread, CodexError, Scope.Scope> = Thread.scoped(codex.startThread())
// @ts-expect-error it needs a scope
export const unscoped: Effect.Effect<Thread.Thread, CodexError> = Thread.scoped(codex.startThread())
