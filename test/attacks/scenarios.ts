/**
 * Every attack, in the order of its group.
 */
import type { Scenario } from "../scoreboard/scenario.ts"
import * as escapes from "./approvals/escapes.ts"
import * as ownPaths from "./approvals/ownPaths.ts"
import * as requests from "./approvals/requests.ts"
import * as commands from "./approvals/commands.ts"
import * as commandFields from "./approvals/commandFields.ts"
import * as guarded from "./approvals/guarded.ts"
import * as changes from "./approvals/changes.ts"

export const scenarios: ReadonlyArray<Scenario> = [ownPaths, escapes, guarded, changes, commands, commandFields, requests].flatMap(({ scenarios }) => scenarios)
