/** The tests that `examples/21` shows, run with the others. */
await import("../examples/21-testing-your-program.test.ts")
