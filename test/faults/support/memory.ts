/**
 * A process that is played in memory, byte by byte: its output can be cut into any chunks, and can be anything. Without
 * other instructions, it behaves like an orderly server.
 */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { type Cause, Context, Deferred, Effect, Layer, Queue, Sink, Stream } from "effect"
import { ChildProcessSpawner } from "effect/process"
import * as AppServer from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexClient from "../../../src/CodexClient.ts"
import * as Peer from "../../support/peer.ts"

export interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: { readonly [key: string]: unknown }
  readonly result?: unknown
  readonly error?: unknown
}

/** The abilities of the played server. */
export interface Server {
  /** Writes each message on a line. */
  readonly send: (...messages: ReadonlyArray<object>) => void
  /** Writes bytes as they are. */
  readonly write: (bytes: string | Uint8Array) => void
  /** Ends the process. */
  readonly exit: (code: number) => void
  /** Every message of the client so far. */
  readonly received: ReadonlyArray<Message>
}

export interface Options extends Codex.Options {
  /** Handles a message; returns `true` if the message needs nothing else. */
  readonly on?: (message: Message, server: Server) => boolean
  /** Cuts the output into the chunks that arrive. Default: as it is written. */
  readonly cut?: (bytes: Uint8Array) => ReadonlyArray<Uint8Array>
}

/** A client of a played server. */
export const onMemory = Effect.fnUntraced(function* ({
  cut = (bytes) => [bytes],
  on = () => false,
  ...options
}: Options) {
  const stdout = yield* Queue.unbounded<Uint8Array, Cause.Done>()
  const exit = Deferred.makeUnsafe<ChildProcessSpawner.ExitCode>()
  const received: Array<Message> = []
  let turns = 0
  let threads = 0
  const server: Server = {
    send: (...messages) => server.write(messages.map((message) => `${JSON.stringify(message)}\n`).join("")),
    write: (bytes) => void Queue.offerAllUnsafe(stdout, cut(typeof bytes === "string" ? Buffer.from(bytes) : bytes)),
    exit: (code) => {
      Queue.endUnsafe(stdout)
      Deferred.doneUnsafe(exit, Effect.succeed(ChildProcessSpawner.ExitCode(code)))
    },
    received
  }
  const receive = (message: Message): void => {
    received.push(message)
    if (on(message, server)) return
    const { id, method, params } = message
    if (id === undefined || method === undefined) return
    const threadId = String(params?.["threadId"])
    switch (method) {
      case "initialize":
        return server.send({ id, result: Peer.initializeResponse() })
      case "thread/start":
      case "thread/fork":
        return server.send({ id, result: Peer.threadStartResponse(`thread-${++threads}`) })
      case "thread/resume":
        return server.send({ id, result: Peer.threadResumeResponse(threadId) })
      case "thread/read":
        return server.send({ id, result: Peer.threadReadResponse(threadId) })
      case "turn/start": {
        const turnId = `turn-${++turns}`
        return server.send(
          { id, result: Peer.turnStartResponse(turnId) },
          ...Peer.turnEvents({ threadId, turnId, input: params?.["input"] })
        )
      }
      case "turn/interrupt":
        server.send({ id, result: {} })
        return server.send(ended(threadId, String(params?.["turnId"]), "interrupted"))
      default:
        return server.send({ id, result: {} })
    }
  }

  let rest = ""
  const leave = Effect.sync(() => server.exit(0))
  const spawner = ChildProcessSpawner.make(() =>
    Effect.succeed(
      ChildProcessSpawner.makeHandle({
        // No process has this id.
        pid: ChildProcessSpawner.ProcessId(2 ** 30),
        exitCode: Deferred.await(exit),
        isRunning: Effect.map(Deferred.isDone(exit), (done) => !done),
        kill: () => leave,
        stdin: Sink.ensuring(
          Sink.forEach((bytes: Uint8Array) =>
            Effect.sync(() => {
              const lines = (rest + Buffer.from(bytes).toString()).split("\n")
              rest = lines.pop() ?? ""
              // Type boundary: this package writes nothing else.
              for (const line of lines) receive(JSON.parse(line) as Message)
            })
          ),
          leave
        ),
        stdout: Stream.fromQueue(stdout),
        stderr: Stream.empty,
        all: Stream.never,
        getInputFd: () => Sink.drain,
        getOutputFd: () => Stream.never,
        unref: Effect.succeed(Effect.void)
      })
    )
  )
  const services = yield* Layer.build(
    Codex.layer({ command: ["played"], shutdownGrace: "200 millis", ...options })
  ).pipe(
    Effect.provide(
      Layer.mergeAll(
        NodeFileSystem.layer,
        NodePath.layer,
        Layer.succeed(ChildProcessSpawner.ChildProcessSpawner, spawner)
      )
    )
  )
  return {
    codex: Context.get(services, Codex.Codex),
    client: Context.get(services, CodexClient.CodexClient),
    app: Context.get(services, AppServer.AppServer),
    server
  }
})

/** The notification that a turn has started. */
export const started = (threadId: string, turnId: string) => ({
  method: "turn/started",
  params: { threadId, turn: Peer.turnStartResponse(turnId).turn }
})

/** The notification that a turn has ended. */
export const ended = (threadId: string, turnId: string, status = "completed") => ({
  method: "turn/completed",
  params: { threadId, turn: { ...Peer.turnStartResponse(turnId).turn, status } }
})

/** A piece of a message of the model. */
export const delta = (threadId: string, turnId: string, text: string, itemId = "item-1") => ({
  method: "item/agentMessage/delta",
  params: { threadId, turnId, itemId, delta: text }
})
