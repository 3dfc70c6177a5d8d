/**
 * What runs the turns of workflows: the app-server of this process. The layer decides where threads are, and workflows
 * are the same with each of them.
 *
 * @since 0.171.0
 */
import type * as FileSystem from "effect/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ThreadDirectory } from "../internal/cluster/directory.ts"
import type { Codex } from "../Codex.ts"
import * as durableTurn from "../internal/cluster/durableTurn.ts"
import { make, Turns } from "../internal/workflow/turns.ts"
import type { Mirror, ThreadStore } from "../ThreadStore.ts"

export { Turns } from "../internal/workflow/turns.ts"

/**
 * Runs turns on threads that stay in their Codex home. All processes of the cluster share that home, or there is one
 * process.
 *
 * **Gotchas**
 *
 * After a turn, the server keeps its thread for about a minute. A turn on another live process waits that long. A
 * process that died holds no threads.
 *
 * @category layers
 * @since 0.171.0
 */
export const layer: Layer.Layer<Turns, never, Codex | ThreadDirectory | FileSystem.FileSystem | Path.Path> =
  Layer.effect(Turns, Effect.flatMap(durableTurn.services, make))

/**
 * Runs turns on threads that are stored outside of the Codex home, so that each process can have its own. A turn is
 * stored before its activity completes.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerStored: Layer.Layer<
  Turns,
  never,
  Codex | ThreadDirectory | ThreadStore | Mirror | FileSystem.FileSystem | Path.Path
> = Layer.effect(Turns, Effect.flatMap(durableTurn.storedServices, make))
