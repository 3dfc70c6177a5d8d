/**
 * Answers for the embedded model of the chat, by the first word of the prompt: `run …` runs a command, `escalate …`
 * runs one outside of the sandbox, `write` and `outside` write a file where that is allowed or not allowed, `both`
 * asks two things at the same time, `question` asks the user, `fail` fails, `think` never ends. Any other prompt is
 * repeated.
 */
import { MockModel } from "effect-codex/testing"
import { question } from "./questionsModel.ts"
import * as Script from "./script.ts"

export const chatConfig: MockModel.ConfigOptions = {
  settings: {
    // The usual sandbox, but without temporary folders, because the workspace is in one.
    sandbox_workspace_write: { exclude_slash_tmp: true, exclude_tmpdir_env_var: true }
  },
  features: { default_mode_request_user_input: true }
}

const patch = (file: string) => MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${file}\n+Hello.\n*** End Patch`)

const escalate = (cmd: string) => MockModel.execCommand({ cmd, escalate: "you told me to leave the sandbox" })

export const chatModel: MockModel.Options = {
  fallback: (request) => {
    // After a tool has answered, report the result and end the turn. The server may have added a note after it.
    const last = request.inputItems().findLast((item) => item["role"] !== "developer")
    if (last?.["type"] === "function_call_output") {
      const output = String(last["output"])
      const told = /"answers":\["(.*?)"\]/.exec(output)?.[1]
      if (told !== undefined) return MockModel.reply(`I see: ${told}`)
      return /rejected|declined|denied/.test(output)
        ? MockModel.reply("Then I won't.")
        : MockModel.deltas(["Done, ", "as you see."])
    }
    const [word = "", ...rest] = (request.lastUserText ?? "").split(" ")
    const command = rest.length === 0 ? "echo from the command" : rest.join(" ")
    switch (word) {
      case "run":
        return MockModel.execCommand(command)
      case "escalate":
        return escalate(command)
      case "write":
        return patch("hello.txt")
      case "outside":
        return patch("../outside.txt")
      case "both":
        return MockModel.response([escalate(command), patch("../outside.txt")])
      case "question":
        return MockModel.response([MockModel.requestUserInput([question])])
      case "fail":
        return MockModel.failed({ message: "the embedded model was told to fail" })
      case "think":
        return Script.endless("Let me think")
      default:
        return MockModel.deltas(["You said: ", request.lastUserText ?? ""])
    }
  }
}
