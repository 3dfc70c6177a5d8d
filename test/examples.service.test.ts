/** The tests that `examples/21` shows, run with the others. */
import "../examples/21-testing-your-program.test.ts"
