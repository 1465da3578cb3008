// Clients put pressure on a server with few descriptors: the long version of pressure.test.ts.
import '../support/descriptors.ts'
import { testPressure } from './pressure.ts'

testPressure([64, 128, 256, 512, 1024], 600)
