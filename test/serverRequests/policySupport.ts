/**
 * Support for the tests of policies: requests, and the policies' answers.
 */
import { Effect } from "effect"
import * as Approval from "../../src/Approval.ts"
import type { Request } from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

export type CommandParams = Request<"item/commandExecution/requestApproval">["params"]

const commandRequest = (change: Partial<CommandParams>): Request<"item/commandExecution/requestApproval"> => ({
  id: 1,
  method: Test.command,
  params: { ...Test.ids(), startedAtMs: 1, kind: "command", ...change },
  changes: [],
  offered: []
})

export const fileRequest = (
  changes: Request["changes"],
  change: object = {}
): Request<"item/fileChange/requestApproval"> => ({
  id: 1,
  method: Test.fileChange,
  params: { ...Test.ids(), startedAtMs: 1, ...change },
  changes,
  offered: []
})

export const add = (path: string) => ({ path, kind: { type: "add" as const }, diff: "" })

export const onCommand = <E, R>(policy: Approval.Policy<E, R>, change: Partial<CommandParams> = {}) =>
  Effect.map(Approval.handlers(policy)[Test.command](commandRequest(change)), ({ decision }) => decision)

export const onFiles = <E, R>(policy: Approval.Policy<E, R>, ...changes: Request["changes"]) =>
  Effect.map(Approval.handlers(policy)[Test.fileChange](fileRequest(changes)), ({ decision }) => decision)
