// 100,000 mutated requests, read whole and in pieces by the parser and the body reader. Without sockets, even this many
// take little time. mutants.test.ts sends thousands of them to a server. EPOLLET_SEED=N starts with another seed;
// EPOLLET_ENDLESS=1 continues until one fails.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Body } from '../../lib/http/body.ts'
import { Head } from '../../lib/http/head.ts'
import { droppedBodyBytesMax } from '../../lib/http/limits.ts'
import { COMPLETE, INCOMPLETE, parseHead } from '../../lib/http/parser.ts'
import { cutsOf, mulberry32, mutant, seed } from './mutants.ts'

const mutants = 100_000
const endless = process.env['EPOLLET_ENDLESS'] !== undefined
const statuses = new Set([COMPLETE, INCOMPLETE, 400, 405, 413, 414, 417, 431, 501, 505])
const head = new Head()

/** Reads a connection's bytes as a server does: heads and bodies, until a request is refused. */
class Reading {
  readonly read: string[] = []
  #at = 0
  #body: Body | null = null
  refused = false

  /** Continues reading, up to `end`. */
  feed(bytes: Buffer, end: number): void {
    while (!this.refused) {
      const from = this.#at
      if (this.#body === null) this.#head(bytes, end)
      else this.#bodyOf(this.#body, bytes, end)
      if (this.#at === from) return
    }
  }

  #head(bytes: Buffer, end: number): void {
    const verdict = parseHead(bytes, this.#at, end, head)
    assert.ok(statuses.has(verdict), `verdict ${verdict}`)
    if (verdict === INCOMPLETE) return
    if (verdict !== COMPLETE) return this.#note(verdict, '')
    assert.ok(head.end > this.#at && head.end <= end && head.start >= this.#at)
    const { start, methodEnd, pathStart, pathEnd, targetEnd, contentLength, chunked } = head
    assert.ok(start < methodEnd && methodEnd < targetEnd && targetEnd < head.end)
    assert.ok(methodEnd < pathStart && pathStart <= pathEnd && pathEnd <= targetEnd)
    assert.ok(head.fields(bytes).length <= 100)
    this.#note(verdict, `${bytes.toString('latin1', start, head.end)} ${head.keepAlive}`)
    this.#at = head.end
    if (chunked || contentLength > 0) {
      this.#body = new Body(chunked ? null : contentLength, droppedBodyBytesMax, true)
      if (this.#body.verdict !== INCOMPLETE) this.#note(this.#body.verdict, 'body')
    }
  }

  #bodyOf(body: Body, bytes: Buffer, end: number): void {
    const at = body.feed(bytes, this.#at, end)
    assert.ok(at >= this.#at && at <= end)
    assert.ok(statuses.has(body.verdict), `verdict ${body.verdict}`)
    this.#at = at
    if (body.verdict === INCOMPLETE) return
    this.#note(body.verdict, body.verdict === COMPLETE ? body.take().toString('latin1') : 'body')
    this.#body = null
  }

  #note(verdict: number, what: string): void {
    this.read.push(`${verdict} ${what}`)
    this.refused = verdict !== COMPLETE
  }
}

/** Reads a mutant in pieces. */
function readIn(bytes: Buffer, cuts: readonly number[]): Reading {
  const reading = new Reading()
  for (const cut of cuts) reading.feed(bytes, cut)
  return reading
}

test(`the parser reads ${mutants} mutants the same way whether whole or in pieces`, t => {
  for (let round = 0; round === 0 || endless; round++) {
    const random = mulberry32(seed + round)
    let refused = 0
    for (let i = 0; i < mutants; i++) {
      const bytes = mutant(random)
      const cuts = cutsOf(random, bytes.length)
      const where = `EPOLLET_SEED=${seed + round}, mutant ${i}, cut at ${cuts}`
      try {
        const whole = readIn(bytes, [bytes.length])
        assert.deepEqual(readIn(bytes, cuts).read, whole.read)
        if (whole.refused) refused++
      } catch (error) {
        const text = JSON.stringify(bytes.toString('latin1'))
        throw new Error(`${where}: ${text}`, { cause: error })
      }
    }
    assert.ok(refused > mutants / 4 && refused < mutants * 0.9, `${refused} refused`)
    t.diagnostic(`seed ${seed + round}: ${refused} of ${mutants} refused`)
  }
})
