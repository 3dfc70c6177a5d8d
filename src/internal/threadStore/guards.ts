/**
 * Guards of the error of stores and of its reasons.
 */
import * as Reasons from "./reasons.ts"
import { ThreadStoreError } from "./service.ts"

/**
 * Whether a value is a `ThreadStoreError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadStoreError = (value: unknown): value is ThreadStoreError => value instanceof ThreadStoreError

/**
 * Whether a value is a `Conflict`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isConflict = (value: unknown): value is Reasons.Conflict => value instanceof Reasons.Conflict

/**
 * Whether a value is a `Corrupt`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isCorrupt = (value: unknown): value is Reasons.Corrupt => value instanceof Reasons.Corrupt

/**
 * Whether a value is a `Gap`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGap = (value: unknown): value is Reasons.Gap => value instanceof Reasons.Gap

/**
 * Whether a value is an `InvalidName`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidName = (value: unknown): value is Reasons.InvalidName => value instanceof Reasons.InvalidName

/**
 * Whether a value is a `LocalDiffers`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLocalDiffers = (value: unknown): value is Reasons.LocalDiffers => value instanceof Reasons.LocalDiffers

/**
 * Whether a value is a `LocalFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLocalFailed = (value: unknown): value is Reasons.LocalFailed => value instanceof Reasons.LocalFailed

/**
 * Whether a value is an `OlderSegment`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isOlderSegment = (value: unknown): value is Reasons.OlderSegment => value instanceof Reasons.OlderSegment

/**
 * Whether a value is a `SourceMissing`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isSourceMissing = (value: unknown): value is Reasons.SourceMissing =>
  value instanceof Reasons.SourceMissing

/**
 * Whether a value is a `StoreFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isStoreFailed = (value: unknown): value is Reasons.StoreFailed => value instanceof Reasons.StoreFailed

/**
 * Whether a value is a `ThreadLoaded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadLoaded = (value: unknown): value is Reasons.ThreadLoaded => value instanceof Reasons.ThreadLoaded
