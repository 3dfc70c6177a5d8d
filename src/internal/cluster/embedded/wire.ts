/**
 * The parts of PostgreSQL's wire protocol (version 3) that are needed to share one session between connections: where
 * messages end, and the few messages that `session.ts` sends itself. Not a client: `@effect/sql-pg` is the client.
 */

/** Types of messages, by their letter. */
export const types = {
  bind: 0x42,
  close: 0x43,
  flush: 0x48,
  functionCall: 0x46,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
  keyData: 0x4b,
  notification: 0x41,
  ready: 0x5a
} as const

/** What a packet before the session begins asks for. */
export const startup = { session: 196608, ssl: 80877103, gss: 80877104, cancel: 80877102 } as const

/** Status of `ready`: no transaction is open. */
export const idle = 0x49

/** The length of the packet at the start of the bytes, or `undefined` if it is not complete. Packets have no type. */
export const packetLength = (bytes: Buffer): number | undefined => complete(bytes, 0)

/** The length of the message at an offset, or `undefined` if it is not complete. */
export const messageLength = (bytes: Buffer, offset = 0): number | undefined => complete(bytes, offset, 1)

const complete = (bytes: Buffer, offset: number, header = 0): number | undefined => {
  if (bytes.length < offset + header + 4) return undefined
  const length = header + bytes.readUInt32BE(offset + header)
  return bytes.length < offset + length ? undefined : length
}

/** The text of a string that ends with a zero byte, and the offset after it. */
export const textAt = (bytes: Buffer, offset: number): readonly [text: string, next: number] => {
  const end = bytes.indexOf(0, offset)
  const stop = end === -1 ? bytes.length : end
  return [bytes.toString("utf8", offset, stop), stop + 1]
}

/** A message. */
export const message = (type: number, ...parts: ReadonlyArray<Uint8Array | string>): Buffer => {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : part)))
  const header = Buffer.alloc(5)
  header.writeUInt8(type, 0)
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

/** A statement without parameters. */
export const query = (sql: string): Buffer => message(types.query, sql)

/** Forgets a prepared statement. */
export const closeStatement = (name: string): Buffer => message(types.close, Buffer.from("S"), name)

/** Ends a batch. */
export const sync = message(types.sync)

/** What begins a session. */
export const startupPacket = (user: string, database: string): Buffer => {
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(body.length + 8, 0)
  header.writeUInt32BE(startup.session, 4)
  return Buffer.concat([header, body])
}

/** The answer to a statement that was cancelled before it ran, outside of a transaction. */
export const cancelled = Buffer.concat([
  message(0x45, "SERROR", "VERROR", "C57014", "Mcanceling statement due to user request", Buffer.from([0])),
  message(types.ready, Buffer.from([idle]))
])
