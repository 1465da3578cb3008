// What clients do to a server with few descriptors; pressure.gate.ts does more of it.
import '../support/descriptors.ts'
import { testPressure } from './pressure.ts'

testPressure([64], 40)
