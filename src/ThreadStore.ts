/**
 * Stores threads outside of the Codex home, so that another machine can continue them.
 *
 * A thread consists of files in the Codex home. `layerMirror` appends what is new in them to a store after each turn.
 * `resume` writes a stored thread into the Codex home and resumes it there. The store is a folder, a `KeyValueStore`,
 * a SQL database or one of your own.
 *
 * Import it from `effect-codex/ThreadStore`. It is not in the main module, which stays small without it.
 *
 * **Example** (Continuing a thread on another machine)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Codex } from "effect-codex"
 * import * as ThreadStore from "effect-codex/ThreadStore"
 *
 * const stored = ThreadStore.layerMirror().pipe(
 *   Layer.provideMerge(Codex.layer()),
 *   Layer.provideMerge(ThreadStore.layerFolder("/mnt/threads"))
 * )
 * const answer = (threadId: string) =>
 *   Effect.gen(function* () {
 *     const thread = yield* ThreadStore.resume(threadId)
 *     return yield* thread.run("Continue.")
 *   }).pipe(Effect.provide(stored))
 * ```
 *
 * @since 0.171.0
 */
export {
  isConflict,
  isCorrupt,
  isGap,
  isInvalidName,
  isLocalDiffers,
  isLocalFailed,
  isOlderSegment,
  isSourceMissing,
  isStoreFailed,
  isThreadLoaded,
  isThreadStoreError
} from "./internal/threadStore/guards.ts"
export { layerFolder, layerKeyValueStore, layerSql } from "./internal/threadStore/layers.ts"
export { layerMirror, makeMirror, Mirror } from "./internal/threadStore/mirrorLayer.ts"
export type { MirrorOptions } from "./internal/threadStore/mirrorLayer.ts"
export {
  Conflict,
  Corrupt,
  Gap,
  InvalidName,
  LocalDiffers,
  LocalFailed,
  OlderSegment,
  SourceMissing,
  StoreFailed,
  ThreadLoaded
} from "./internal/threadStore/reasons.ts"
export { restore, resume } from "./internal/threadStore/resume.ts"
export { Reason, ThreadStore, ThreadStoreError } from "./internal/threadStore/service.ts"
export type { Segment, SegmentSize } from "./internal/threadStore/service.ts"
