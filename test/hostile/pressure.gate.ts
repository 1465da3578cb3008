// What clients do to a server with few descriptors: all that matters of it.
import '../support/descriptors.ts'
import { testPressure } from './pressure.ts'

testPressure([64, 128, 256, 512, 1024], 600)
