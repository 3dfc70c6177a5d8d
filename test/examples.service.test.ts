/** The tests in `examples/21`, run with the others. */
await import("../examples/21-testing-your-program.test.ts")
