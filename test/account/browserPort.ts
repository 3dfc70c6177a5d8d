/**
 * The port of browser logins is one for the whole machine, and the server takes it from whoever has it. So two runs of these tests at once, in two
 * checkouts, would end each other's logins: one waits for the other here. Who holds the lock listens at a port, and keeps whoever connects.
 */
import { connect, createServer, type Server, type Socket } from "node:net"

const lockPort = 14_550

/** Takes the lock, and gives what releases it. The system releases it, too, when the process ends. */
export const lock = async (): Promise<() => void> => {
  for (;;) {
    const held = await listen()
    if (held !== undefined) return held
    await untilReleased()
  }
}

// internal

const listen = () =>
  new Promise<(() => void) | undefined>((resolve, reject) => {
    const waiting = new Set<Socket>()
    const server: Server = createServer((socket) => {
      waiting.add(socket.on("error", () => {}))
    })
    server.on("error", (error) => ("code" in error && error.code === "EADDRINUSE" ? resolve(undefined) : reject(error)))
    server.listen(lockPort, "127.0.0.1", () =>
      resolve(() => {
        server.close()
        for (const socket of waiting) socket.destroy()
      })
    )
  })

const untilReleased = () =>
  new Promise<void>((resolve) => {
    connect(lockPort, "127.0.0.1")
      .on("error", () => {})
      .on("close", () => resolve())
      .resume()
  })
