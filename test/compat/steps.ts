/**
 * All steps, in the order of the table.
 */
import type { Step } from "./step.ts"
import { login } from "./steps/account.ts"
import { asking } from "./steps/asking.ts"
import { connection } from "./steps/connection.ts"
import { goals } from "./steps/goals.ts"
import { keys } from "./steps/keys.ts"
import { threads } from "./steps/threads.ts"
import { turns } from "./steps/turns.ts"

export const steps: ReadonlyArray<Step> = [...connection, ...turns, ...asking, ...threads, ...goals, ...login, ...keys]
