/**
 * Shares the one session of an embedded PostgreSQL between the connections of a pool. Connections are streams in the
 * memory of this process: there is no socket, so nothing else can connect.
 *
 * A connection has the session from its first message until the server is ready and no transaction is open. The batches
 * of others wait until then, in the order in which they came. So transactions are serial, and the messages of two
 * statements never mix. (`@electric-sql/pglite-socket` queues single messages instead, and so mixes them.)
 *
 * Shared by all connections: settings (`SET`), temporary tables and advisory locks.
 */
import { Duplex } from "node:stream"
import * as Wire from "./wire.ts"

/** What is used of PGlite. */
export interface Backend {
  execProtocolRawStream(message: Uint8Array, options: { onRawData: (data: Uint8Array) => void }): Promise<void>
}

/** The connections of a backend. */
export interface Sessions {
  /** Opens a connection, on which the caller speaks the wire protocol. */
  readonly connect: () => Duplex
  /** Closes all connections, and waits until the backend does nothing more. */
  readonly close: () => Promise<void>
}

/** Starts to share the session of a backend that nothing else uses. */
export const make = async (backend: Backend): Promise<Sessions> => {
  const connections = new Map<number, Connection>()
  let jobs: Array<Job> = []
  let owner: number | undefined
  let isWorking = false
  let worked = Promise.resolve()
  let broken: Error | undefined
  let lastId = 0

  const execute = async (bytes: Uint8Array): Promise<Output> => {
    const chunks: Array<Buffer> = []
    // The bytes are in memory that the backend reuses.
    await backend.execProtocolRawStream(bytes, { onRawData: (data) => chunks.push(Buffer.from(data)) })
    return read(Buffer.concat(chunks))
  }

  const work = async (): Promise<void> => {
    isWorking = true
    let since = performance.now()
    while (broken === undefined) {
      const next = owner === undefined ? 0 : jobs.findIndex((job) => job.connection === owner)
      const [job] = next === -1 ? [] : jobs.splice(next, 1)
      if (job === undefined) break
      try {
        const output = await execute(job.bytes)
        owner = output.idle ? undefined : job.connection
        // It was closed while its statement ran, so it cannot end its transaction.
        if (owner !== undefined && !connections.has(owner)) owner = void (await execute(abandon))
        connections.get(job.connection)?.receive(output.bytes)
        for (const notification of output.notifications) {
          for (const connection of connections.values()) {
            if (connection.listening.size > 0) connection.receive(notification)
          }
        }
      } catch (cause) {
        // The backend itself failed, and not a statement. Its state is unknown.
        broken = new Error("The embedded database has failed. Build its layer again.", { cause })
        jobs = []
        for (const connection of connections.values()) connection.stream.destroy(broken)
      }
      // Each job runs in this thread. Timers and sockets of the program get their turn in between.
      if (performance.now() - since > 5) {
        await new Promise<void>((resolve) => setImmediate(resolve))
        since = performance.now()
      }
    }
    isWorking = false
  }

  const add = (job: Job): void => {
    if (broken !== undefined) return
    jobs.push(job)
    if (!isWorking) worked = work()
  }

  /** The session listens for all connections. An `UNLISTEN` of one must not end it for the others. */
  const restoreListening = (channels: Iterable<string>): void => {
    const wanted = new Set([...connections.values()].flatMap(({ listening }) => [...listening]))
    for (const channel of channels) {
      add({ connection: cleanup, bytes: Wire.query(`${wanted.has(channel) ? "LISTEN" : "UNLISTEN"} ${channel}`) })
    }
  }

  const disconnect = (connection: Connection): void => {
    if (!connections.delete(connection.id)) return
    jobs = jobs.filter((job) => job.connection !== connection.id)
    // Rolls back an open transaction. The connection still owns the session then, so this comes first.
    if (owner === connection.id) add({ connection: connection.id, bytes: abandon })
    const statements = [...connection.statements.keys()].filter((name) => name !== "")
    if (statements.length > 0) {
      add({ connection: cleanup, bytes: Buffer.concat([...statements.map(Wire.closeStatement), Wire.sync]) })
    }
    restoreListening(connection.listening)
  }

  /** Ends statements of a connection that have not begun. Those that have begun cannot be ended. */
  const cancel = (id: number): void => {
    const waiting = jobs.filter((job) => job.connection === id && owner !== id)
    jobs = jobs.filter((job) => !waiting.includes(job))
    for (const _ of waiting) connections.get(id)?.receive(Wire.cancelled)
  }

  const greeting = await execute(Wire.startupPacket("postgres", "postgres"))

  const connect = (): Duplex => {
    const id = ++lastId
    const stream = new Duplex({
      allowHalfOpen: false,
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        take(chunk)
        done()
      },
      final: (done) => {
        disconnect(connection)
        done()
      },
      destroy: (error, done) => {
        disconnect(connection)
        done(error)
      }
    })
    const connection: Connection = {
      id,
      stream,
      statements: new Map(),
      listening: new Set(),
      receive: (bytes) => {
        if (bytes.length > 0 && !stream.destroyed) stream.push(bytes)
      }
    }
    connections.set(id, connection)
    if (broken !== undefined) stream.destroy(broken)

    let input: Buffer = Buffer.alloc(0)
    let batch: Array<Buffer> = []
    const unlistened: Array<string> = []
    let isOpen = false

    const takePacket = (packet: Buffer): void => {
      const request = packet.readUInt32BE(4)
      if (request === Wire.startup.session) {
        isOpen = true
        connection.receive(withKey(greeting.bytes, id))
      } else if (request === Wire.startup.cancel) {
        cancel(packet.readUInt32BE(8))
        stream.end()
        stream.destroy()
      } else {
        // No encryption: the bytes do not leave the process.
        connection.receive(Buffer.from("N"))
      }
    }

    const takeMessage = (message: Buffer): void => {
      const type = message.readUInt8(0)
      if (type === Wire.types.terminate) {
        disconnect(connection)
        stream.push(null)
        return
      }
      batch.push(message)
      const stopped = note(connection, message)
      unlistened.push(...stopped)
      if (!ends.has(type)) return
      add({ connection: id, bytes: Buffer.concat(batch) })
      batch = []
      restoreListening(unlistened.splice(0))
    }

    const take = (chunk: Buffer): void => {
      input = input.length === 0 ? chunk : Buffer.concat([input, chunk])
      for (;;) {
        const length = isOpen ? Wire.messageLength(input) : Wire.packetLength(input)
        if (length === undefined || !connections.has(id)) return
        const message = input.subarray(0, length)
        input = input.subarray(length)
        if (isOpen) takeMessage(message)
        else takePacket(message)
      }
    }
    return stream
  }

  return {
    connect,
    close: async () => {
      for (const { stream } of connections.values()) stream.destroy()
      await worked
    }
  }
}

// internal

interface Connection {
  readonly id: number
  readonly stream: Duplex
  /** Its prepared statements by name. The session keeps them until they are closed. */
  readonly statements: Map<string, string>
  /** Channels, as they were written. */
  readonly listening: Set<string>
  readonly receive: (bytes: Buffer) => void
}

interface Job {
  readonly connection: number
  readonly bytes: Buffer
}

interface Output {
  readonly bytes: Buffer
  /** Notifications, which are for all that listen. */
  readonly notifications: ReadonlyArray<Buffer>
  /** Whether the server is ready, and no transaction is open. */
  readonly idle: boolean
}

/** The connection of jobs that no client waits for. */
const cleanup = 0

const ends: ReadonlySet<number> = new Set([
  Wire.types.query,
  Wire.types.sync,
  Wire.types.flush,
  Wire.types.functionCall
])

/** Ends whatever a connection left open. */
const abandon = Buffer.concat([Wire.sync, Wire.query("ROLLBACK")])

/**
 * Notes what the session will keep for a connection after a message. Returns the channels that an `UNLISTEN` ends.
 */
const note = ({ listening, statements }: Connection, message: Buffer): ReadonlyArray<string> => {
  switch (message.readUInt8(0)) {
    case Wire.types.parse: {
      const [name, next] = Wire.textAt(message, 5)
      statements.set(name, Wire.textAt(message, next)[0])
      return []
    }
    case Wire.types.close: {
      if (message.readUInt8(5) === STATEMENT) statements.delete(Wire.textAt(message, 6)[0])
      return []
    }
    case Wire.types.bind: {
      const [, next] = Wire.textAt(message, 5)
      return noteListening(listening, statements.get(Wire.textAt(message, next)[0]) ?? "")
    }
    case Wire.types.query:
      return noteListening(listening, Wire.textAt(message, 5)[0])
    default:
      return []
  }
}

const noteListening = (listening: Set<string>, sql: string): ReadonlyArray<string> => {
  const [verb = "", ...rest] = sql.trim().split(" ")
  const channel = rest.join(" ")
  if (verb.toUpperCase() === "LISTEN") listening.add(channel)
  if (verb.toUpperCase() !== "UNLISTEN") return []
  const stopped = channel === "*" ? [...listening] : [channel]
  for (const each of stopped) listening.delete(each)
  return stopped
}

/** The kind of what a `close` message closes. */
const STATEMENT = 0x53

/** Reads the answer of the backend. */
const read = (bytes: Buffer): Output => {
  const notifications: Array<Buffer> = []
  const rest: Array<Buffer> = []
  let idle = false
  let from = 0
  let at = 0
  for (;;) {
    const length = Wire.messageLength(bytes, at)
    if (length === undefined) break
    const type = bytes.readUInt8(at)
    if (type === Wire.types.notification) {
      notifications.push(bytes.subarray(at, at + length))
      rest.push(bytes.subarray(from, at))
      from = at + length
    }
    idle = type === Wire.types.ready && bytes.readUInt8(at + 5) === Wire.idle
    at += length
  }
  return {
    bytes: notifications.length === 0 ? bytes : Buffer.concat([...rest, bytes.subarray(from)]),
    notifications,
    idle
  }
}

/** The greeting for a connection: the process that a request to cancel names is the connection. */
const withKey = (greeting: Buffer, id: number): Buffer => {
  const copy = Buffer.from(greeting)
  for (let at = 0, length = Wire.messageLength(copy); length !== undefined; length = Wire.messageLength(copy, at)) {
    if (copy.readUInt8(at) === Wire.types.keyData) copy.writeUInt32BE(id, at + 5)
    at += length
  }
  return copy
}
