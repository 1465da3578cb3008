// Clients put pressure on a server with few descriptors; pressure.gate.ts is the long version.
import '../support/descriptors.ts'
import { testPressure } from './pressure.ts'

testPressure([64], 40)
