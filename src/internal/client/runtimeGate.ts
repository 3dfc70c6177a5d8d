/**
 * Whether the server knows the fields that came with codex 0.151.0. An older one would ignore them without a word, so what asks for them is
 * refused here, before anything is sent. Nothing else depends on the version.
 */
import * as Effect from "effect/Effect"
import { RuntimeTooOld } from "../../CodexError.ts"

/** The version that first knows the fields. */
export const required = "0.151.0"

// Anchored at both ends: what is no version is unknown. Build metadata says nothing about order.
const format = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

/**
 * Whether a version is the required one or a later one; prereleases of the required one come before it.
 *
 * `0.0.0` is what a build from source calls itself. It counts as new enough: such a tree is newer than a release that old.
 */
export const isNewEnough = (version: string): boolean => {
  const [, major, minor, patch, prerelease] = format.exec(version) ?? []
  if (major === undefined) return false
  const core = [Number(major), Number(minor), Number(patch)]
  if (core.every((part) => part === 0)) return true
  const order = compare(core, [0, 151, 0])
  return order > 0 || (order === 0 && prerelease === undefined)
}

/** Refuses fields that the runtime doesn't know; says nothing where none is asked for. */
export const check = (version: string, fields: ReadonlyArray<string>): Effect.Effect<void, RuntimeTooOld> =>
  fields.length === 0 || isNewEnough(version)
    ? Effect.void
    : Effect.fail(new RuntimeTooOld({ fields, required, actual: version }))

// internal

const compare = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
