/** The process of the floor's memory: the raw driver at rest, without Effect. Takes the peer's command line as JSON. */
import { setTimeout } from "node:timers/promises"
import type { Command } from "../support/peer.ts"
import * as Raw from "../support/rawDriver.ts"
import { peakMemory } from "./peakMemory.ts"

const command: Command = JSON.parse(process.argv[2] ?? "[]")
const driver = await Raw.start({ cwd: process.cwd(), env: {}, command })
await setTimeout(20)
globalThis.gc?.()
const heap = process.memoryUsage().heapUsed
await driver.close()
process.stdout.write(JSON.stringify({ heap, peak: peakMemory() }))
