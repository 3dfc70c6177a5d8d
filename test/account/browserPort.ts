/**
 * A lock for the port of browser logins. The whole machine has one, and the server takes it from any other login.
 * Without the lock, two runs of these tests in two checkouts would end each other's logins. The holder of the lock
 * listens at a port, and keeps connections open.
 */
import { connect, createServer, type Server, type Socket } from "node:net"

const lockPort = 14_550

/** Takes the lock, and returns a function that releases it. The system also releases it when the process ends. */
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
