/**
 * The real binary, with one mock model for all sides: turns, the close of an idle server, and the official SDK.
 *
 * Most of a turn is the server's own work, so these rows measure what the SDK adds to it.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { MockModel } from "effect-codex/testing"
import * as Raw from "../support/rawDriver.ts"
import { type Row, type Size, times } from "./measure.ts"
import * as official from "./official.ts"
import { against, type Side } from "./paired.ts"
import type { Task, Work } from "./task.ts"

const atOnce = 32

/** Milliseconds of a turn, of 32 concurrent ones, and of a close. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const server = Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => Raw.makeHome(model.configToml())),
        ({ remove }) => Effect.sync(remove)
      ),
      ({ env, workspace }) => ({ cwd: workspace, env })
    )
    const side = (module: Side["module"], work: Work, count: number) =>
      Effect.map(server, (server): Side => ({ module, task: { work, count, server } satisfies Task }))

    /** The SDK over the floor, and the official SDK over the same floor, if it is installed. */
    const compare = (work: Work, count: number) =>
      Effect.gen(function* () {
        const floor = yield* side("./floorSide.ts", work, count)
        const sdk = yield* side("./sdkSide.ts", work, count)
        if (work === "close" || official.installed === undefined) {
          return { ...(yield* against(size, (millis) => millis, floor, { sdk })), official: undefined }
        }
        return yield* against(size, (millis) => millis, floor, {
          sdk,
          official: yield* side("./officialSide.ts", work, count)
        })
      })

    const one = yield* compare("turnsAtOnce", 1)
    const many = yield* compare("turnsAtOnce", times(size, atOnce))
    const close = yield* compare("close", 1)
    return [
      { name: "real binary: a turn", unit: "ms", target: { of: "ratio", atMost: 1.02 }, ...one.sdk },
      { name: `real binary: ${atOnce} turns at once`, unit: "ms", target: { of: "ratio", atMost: 1 }, ...many.sdk },
      { name: "real binary: close of an idle server", unit: "ms", target: { of: "ratio", atMost: 1.1 }, ...close.sdk },
      official.row("official SDK over ours: a turn", one.official, one.sdk),
      official.row(`official SDK over ours: ${atOnce} at once`, many.official, many.sdk)
    ] satisfies ReadonlyArray<Row>
  }).pipe(
    Effect.scoped,
    Effect.provide(MockModel.layer({ fallback: () => Effect.succeed(MockModel.reply("hello")) })),
    Effect.provide(NodeServices.layer)
  )
