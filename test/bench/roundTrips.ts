/** Round trips a second of a small typed call, one after the other and 64 at a time. */
import { Effect } from "effect"
import { CodexClient } from "effect-codex"
import * as Peer from "../support/peer.ts"
import { against, elapsed, type Row, type Size, times } from "./measure.ts"
import * as sides from "./sides.ts"

const method = "thread/loaded/list"
const inFlight = 64
const target = { of: "ratio", atLeast: 0.4 } as const

const script: Peer.Script = {
  on: { initialized: [], [method]: [Peer.reply({ data: ["thread-1"], nextCursor: null })] }
}

/** Round trips a second. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const raw = yield* sides.floor(script)
    const client = yield* CodexClient.CodexClient

    const few = times(size, 3000)
    const rawSequential = async () => {
      for (let i = 0; i < few; i++) await raw.request(method, {})
    }
    const sequential = yield* against(size, Effect.promise(rawSequential).pipe(elapsed, rate(few)), {
      sdk: Effect.gen(function* () {
        for (let i = 0; i < few; i++) yield* client.request(method, {})
      }).pipe(Effect.orDie, elapsed, rate(few))
    })

    const many = times(size, 20_000)
    const rawPipelined = async () => {
      let left = many
      const worker = async () => {
        while (left-- > 0) await raw.request(method, {})
      }
      await Promise.all(Array.from({ length: inFlight }, worker))
    }
    const pipelined = yield* against(size, Effect.promise(rawPipelined).pipe(elapsed, rate(many)), {
      sdk: Effect.suspend(() => {
        let left = many
        const worker = Effect.gen(function* () {
          while (left-- > 0) yield* client.request(method, {})
        })
        return Effect.all(
          Array.from({ length: inFlight }, () => worker),
          { concurrency: "unbounded", discard: true }
        )
      }).pipe(Effect.orDie, elapsed, rate(many))
    })
    return [
      { name: "round trips: sequential", unit: "1/s", target, ...sequential.sdk },
      { name: `round trips: ${inFlight} in flight`, unit: "1/s", target, ...pipelined.sdk }
    ] satisfies ReadonlyArray<Row>
  }).pipe(Effect.provide(sides.sdk(script)), Effect.scoped)

const rate = (count: number) => Effect.map((millis: number) => (count / millis) * 1000)
