/**
 * The process of the floor: plain `child_process`, split and `JSON.parse`. It loads neither Effect nor the SDK.
 */
import * as Raw from "../support/rawDriver.ts"
import { type Sample, serve, timed } from "./rounds.ts"
import { counting, deltaMethod, fromArguments, inFlight, smallCall } from "./task.ts"

const task = fromArguments()
const { count, work } = task
const characters = task.characters ?? 0

const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
)

const start = () => Raw.start({ cwd: process.cwd(), env: environment, ...task.server })
const raw = await start()

const startThread = async (): Promise<unknown> => {
  const started = await raw.request("thread/start", { approvalsReviewer: "auto_review" })
  return Raw.at(started, "thread", "id")
}

const turn = async (threadId: unknown) => {
  const completed = raw.next("turn/completed", (params) => Raw.at(params, "threadId") === threadId)
  await raw.request("turn/start", { threadId, input: [{ type: "text", text: "hi", text_elements: [] }] })
  if (Raw.at(await completed, "turn", "status") !== "completed") throw new Error("the turn failed")
}

const flood = async () => {
  const all = new Promise<void>((resolve) => {
    const counter = counting(characters, () => {
      off()
      resolve()
    })
    const off = raw.onNotification(({ method, params }) => {
      if (method === deltaMethod) counter(String(Raw.at(params, "delta")))
    })
  })
  await raw.request("bench/flood", {})
  await all
}

const calls = async (workers: number) => {
  let left = count
  const worker = async () => {
    while (left-- > 0) await raw.request(smallCall, {})
  }
  await Promise.all(Array.from({ length: workers }, worker))
}

const longLine = async () => {
  const reply = await raw.request("bench/longLine", {})
  if (String(Raw.at(reply, "text")).length !== characters) throw new Error("the line is incomplete")
}

const close = async (): Promise<Sample> => {
  const driver = await start()
  return timed(() => driver.close())
}

const round = async (): Promise<() => Promise<Sample>> => {
  switch (work) {
    case "run":
    case "events": {
      const threadId = await startThread()
      return () => timed(() => turn(threadId))
    }
    case "notifications":
    case "eachNotification":
      return () => timed(flood)
    case "sequential":
      return () => timed(() => calls(1))
    case "inFlight":
      return () => timed(() => calls(inFlight))
    case "longLine":
      return () => timed(longLine)
    case "turnsAtOnce": {
      const threads = await Promise.all(Array.from({ length: count }, startThread))
      return () => timed(() => Promise.all(threads.map(turn)))
    }
    case "close":
      return close
    case "threads":
      return () => timed(() => Promise.all(Array.from({ length: count }, startThread)))
  }
}

serve(await round(), () => raw.close())
