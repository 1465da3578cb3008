// Clients of a server with few descriptors, in the long form.
import '../support/descriptors.ts'
import { testPressure } from './pressure.ts'

testPressure([64, 128, 256, 512, 1024], 600)
