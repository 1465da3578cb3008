// The CPU time of 2,000 random requests: the long version of cost.test.ts.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mulberry32 } from '../http/random.ts'
import { CostStage, complaintAbout } from './cost-stage.ts'
import { costly } from './costly.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? Date.now() % 2 ** 31)
const stage = new CostStage()
before(() => stage.start())
after(() => stage[Symbol.asyncDispose]())

test(`the cost of 2,000 random requests grows at most in proportion to their length (EPOLLET_SEED=${seed})`, async () => {
  const random = mulberry32(seed)
  const complaints: string[] = []
  for (let i = 0; i < 2000; i++) {
    const complaint = await complaintAbout(stage, costly(random))
    if (complaint !== null) complaints.push(`number ${i}: ${complaint}`)
  }
  assert.deepEqual(complaints, [])
})
