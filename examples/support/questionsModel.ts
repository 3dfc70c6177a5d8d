/**
 * The embedded model in the example of questions: it asks, requests permissions, and calls the tool of an MCP server.
 * At the end of a turn it repeats what it received.
 */
import { MockModel } from "effect-codex/testing"
import * as Script from "./script.ts"

/** The question that it asks. */
export const question = {
  id: "taste",
  header: "Taste",
  question: "What do you like to read?",
  options: [
    { label: "Novels", description: "long and dark" },
    { label: "Poems", description: "short and bright" }
  ]
}

/** Repeats a part of a tool's output. */
const tell = (callId: string, part: RegExp) =>
  MockModel.respondWith((request) => MockModel.reply(part.exec(request.toolOutput(callId) ?? "")?.[1] ?? "Nothing."))

/** Requests permission to write a folder, then writes into it, whatever the answer is. */
const write = (folder: string) => [
  MockModel.response([
    MockModel.toolCall({
      name: "request_permissions",
      arguments: { permissions: { file_system: { write: [folder] } }, reason: "a note has to go there" }
    })
  ]),
  MockModel.response([
    MockModel.execCommand({ cmd: `echo Poems > ${folder}/taste.txt && echo written || echo refused`, callId: folder })
  ]),
  tell(folder, /\b(written|refused)\b/)
]

export const questionsModel: MockModel.Options = Script.inOrder(
  MockModel.response([
    MockModel.toolCall({ name: "request_user_input", callId: "ask", arguments: { questions: [question] } })
  ]),
  tell("ask", /\["(.*)"\]/),
  ...write("notes"),
  ...write("archive"),
  MockModel.response([
    MockModel.toolCall({ namespace: "mcp__library", name: "borrow", callId: "borrow", arguments: { book: "Emma" } })
  ]),
  tell("borrow", /"text":"([^"]*)"\}\]$/)
)
