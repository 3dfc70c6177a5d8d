/**
 * Measures turns of the official TypeScript SDK, `@openai/codex-sdk`. This package does not depend on it: without it
 * the rows say how to install it.
 */
import type { Row } from "./measure.ts"
import type { Result } from "./paired.ts"

const find = (): string | undefined => {
  try {
    return import.meta.resolve(process.env["CODEX_SDK"] ?? "@openai/codex-sdk")
  } catch {
    return undefined
  }
}

/** The address of its module, or `undefined` if it is not installed. */
export const installed = find()

/**
 * How many times as long as ours it takes. The target is the ratio of the raw driver, since the rest is the server's
 * own limit. Two hundredths are left for measurement errors.
 */
export const row = (name: string, official: Result | undefined, ours: Result): Row =>
  official === undefined
    ? {
        name,
        unit: "ms",
        note: "not installed: npm install --no-save @openai/codex-sdk, or CODEX_SDK=file:///…/dist/index.js"
      }
    : {
        name,
        unit: "ms",
        value: official.value,
        floor: ours.value,
        ratio: official.value / ours.value,
        target: { of: "ratio", atLeast: Math.floor(official.ratio * 98) / 100 },
        note: `over the raw driver ${official.ratio.toFixed(2)} ×; here the floor is ours`
      }
