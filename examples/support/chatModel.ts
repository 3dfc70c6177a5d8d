/**
 * What the embedded model of the chat answers, by the first word that it is given: `run`, `write`, `fail`, `think`, and anything else.
 */
import { MockModel } from "effect-codex/testing"
import * as Script from "./script.ts"

const patch = `*** Begin Patch
*** Add File: hello.txt
+Hello.
*** End Patch`

export const chatModel: MockModel.Options = {
  fallback: (request) => {
    // A tool has answered: say so, and end the turn.
    const last = request.inputItems().at(-1)
    if (last?.["type"] === "function_call_output") return MockModel.deltas(["Done, ", "as you see."])
    const [word] = (request.lastUserText ?? "").split(" ", 1)
    switch (word) {
      case "run":
        return MockModel.execCommand("echo from the command")
      case "write":
        return MockModel.applyPatch(patch)
      case "fail":
        return MockModel.failed({ message: "the embedded model was told to fail" })
      case "think":
        return Script.endless("Let me think")
      default:
        return MockModel.deltas(["You said: ", request.lastUserText ?? ""])
    }
  }
}
