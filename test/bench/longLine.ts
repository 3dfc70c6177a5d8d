/** One line of 64 MB, as the reply to a call. */
import { Effect } from "effect"
import { CodexClient } from "effect-codex"
import * as Peer from "../support/peer.ts"
import * as Raw from "../support/rawDriver.ts"
import { against, elapsed, type Row, type Size, times } from "./measure.ts"
import * as sides from "./sides.ts"

const piece = "A line of sixty-four characters, like much that is read and told"

/** Milliseconds from the call to the parsed reply. */
export const run = (size: Size) => {
  const pieces = times(size, 2 ** 20)
  const bytes = pieces * piece.length
  const script: Peer.Script = {
    on: { initialized: [], "bench/longLine": [Peer.reply({ text: { $repeat: [piece, pieces] } })] }
  }
  const whole = (reply: unknown) => {
    if (String(Raw.at(reply, "text")).length !== bytes) throw new Error("the line is incomplete")
  }
  return Effect.gen(function* () {
    const raw = yield* sides.floor(script)
    const client = yield* CodexClient.CodexClient
    const found = yield* against(
      { ...size, rounds: Math.min(size.rounds, 3) },
      elapsed(Effect.promise(async () => whole(await raw.request("bench/longLine", {})))),
      { sdk: elapsed(Effect.map(client.requestRaw("bench/longLine", {}), whole)).pipe(Effect.orDie) }
    )
    return [
      {
        name: `a line of ${Math.round(bytes / 2 ** 20)} MiB`,
        unit: "ms",
        target: { of: "value", atMost: 1000 },
        ...found.sdk
      }
    ] satisfies ReadonlyArray<Row>
  }).pipe(Effect.provide(sides.sdk(script)), Effect.scoped)
}
