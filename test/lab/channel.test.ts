// Programs that try to use descriptors that they have not opened: the pipe to a child process, the lab's own, and the
// server's. The tests check the kernel's answers, and the lab's processes from outside.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { matches, parse, Runner } from '../../lib/lab/index.ts'
import {
  filesMax,
  openFilesMax,
  operationBytesMax,
  processesMax,
  threadsMax,
} from '../../lib/lab/limits.ts'
import { mulberry32 } from '../http/random.ts'
import { Outside } from './outside.ts'
import { randomProgram } from './random-program.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_261_130)
const runner = new Runner()
let outside: Outside
before(async () => {
  outside = await Outside.start()
})
after(async () => {
  await runner.close()
  await outside[Symbol.asyncDispose]()
})

function numbered(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n')
}

/** Programs, with the outcome of each line that matters. */
const attempts: Readonly<Record<string, string>> = {
  'closed names whose numbers the pipe to a process now has': `
    ${numbered(5, i => `pipe r${i} w${i}`)}; exhaust; release 60; exhaust; release 60
    ${numbered(5, i => `close r${i}; close w${i}`)}; process P
    ${numbered(5, i => `write w${i} "x" -> EBADF; read r${i} 1 -> EBADF`)}
    in P sleep 1 -> ok; exit P -> 0 or ok`,
  'names that had high numbers, after exhaust and release have reordered the free numbers': `
    exhaust -> EMFILE; release 190; pipe a b; exhaust; release 10; pipe c d; ${numbered(10, i => `eventfd e${i}`)}
    exhaust; release 60; close a; close b; close c; close d; ${numbered(10, i => `close e${i}`)}
    process P; process Q; ${numbered(10, i => `write e${i} "{\\"op\\":\\"process\\",\\"name\\":\\"Z\\",\\"inherits\\":[]}" -> EBADF`)}
    write b "x" -> EBADF; write d "x" -> EBADF; in P sleep 1 -> ok; in Q sleep 1 -> ok`,
  'every operation on a closed name, while the pipes to two processes are open': `
    pair a x; pair n m; listen L; ep E; eventfd e 1; pipe r w; exhaust; release 100; exhaust; release 100
    close a; close L; close E; close e; close r; close w; process P; process Q
    read a 1 -> EBADF; recv a 1 -> EBADF; peek a 1 -> EBADF; recvoob a 1 -> EBADF; write a 1 -> EBADF
    send a 1 -> EBADF; sendoob a 1 -> EBADF; fill a -> 0, then EBADF; drain a -> 0, then EBADF; sendfile a 1 -> EBADF
    queued a -> EBADF; unsent a -> EBADF; error a -> EBADF; set a SNDBUF 1 -> EBADF; setblocking a -> EBADF
    shut a RDWR -> EBADF; dup D a -> EBADF; dup2 a n -> EBADF; close a -> EBADF; rst a -> EBADF
    accept y L -> EBADF; wait E -> EBADF; spin E 1 -> EBADF; add E n IN -> EBADF; mod E n IN -> EBADF
    del E n -> EBADF; poll r w -> r(closed):NVAL, w(closed):NVAL; select r -> EBADF; read e -> EBADF
    thread T read r 1 -> back; join T -> EBADF; thread U write w 1 -> back; join U -> EBADF; process R r -> EBADF
    in P read r 1 -> EBADF; in P write w 1 -> EBADF; in Q close r -> EBADF; in P sleep 1 -> ok; in Q sleep 1 -> ok`,
  'dup2 onto the number of a closed name, which the pipe to a process now has': `
    eventfd e 1; ${numbered(30, i => `eventfd f${i}`)}; exhaust; release 130; ${numbered(30, i => `close f${i}`)}
    release 60; process P; process Q; ${numbered(30, i => `dup2 e f${i} -> *`)}; in P sleep 1 -> ok; in Q sleep 1 -> ok`,
  'a thread that reads again after its name was closed': `
    pair a b; dup c a; setblocking a; thread T drain a -> blocked; close a; process P; send b 1 -> 1
    join T 500 -> 1, then EBADF; in P sleep 1 -> ok`,
  'a name that only a child process has opened': `
    process P; in P pipe r w; in P write w 3 -> 3; read r 3 -> EBADF; write w "x" -> EBADF; close r -> EBADF
    in P read r 9 -> 3; exit P; read r 1 -> EBADF`,
  'names that a process did not inherit': `
    ${numbered(20, i => `eventfd e${i} 1`)}; process P e0; ${numbered(20, i => (i === 0 ? '' : `in P read e${i} -> EBADF; in P close e${i} -> EBADF`))}
    in P read e0 -> 1; in P close e0 -> ok; in P read e0 -> EBADF; in P pipe x y; in P read e0 -> EBADF or EAGAIN`,
}

for (const [what, text] of Object.entries(attempts)) {
  test(`${what}: operations fail with EBADF, and the lab keeps working`, async () => {
    const parsed = parse(text)
    if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
    const { steps } = await runner.run(parsed.operations)
    for (const [i, { text: op, expected }] of parsed.operations.entries()) {
      const { outcome } = steps[i]!

      assert.ok(expected === null || matches(expected, outcome), `${op} -> ${outcome}`)
    }
  })
}

test('a program that uses as much of everything as it can stays within the caps', async () => {
  const files = numbered(filesMax, i => `open f${i} file; fill f${i} 4194304`)
  const others = numbered(processesMax, i => `process P${i}`)
  const threads = numbered(threadsMax, i => `thread T${i} wait E 300`)
  const lines = await outside.run(`ep E\n${files}\n${others}\n${threads}\nexhaust; sleep 300`)
  assert.equal(lines.at(-1)!.type, 'end')
  assert.equal(outside.most.processes, 1 + processesMax)
  assert.equal(outside.most.files, filesMax)
  assert.equal(outside.most.descriptors, openFilesMax)
  assert.ok(outside.most.fileBytes >= filesMax * operationBytesMax)
  outside.assertWithin()
})

test('a program that would open one file more than the cap is refused and does not run', async () => {
  const lines = await outside.run(numbered(filesMax + 1, i => `open f${i} file`))
  assert.match(JSON.stringify(lines), /a program may open at most 4 files/)
})

test('25 random programs stay within the caps, and leave no descriptor open in the server', async () => {
  const random = mulberry32(seed)
  await outside.run('ep E')
  const own = outside.ownDescriptors
  for (let i = 0; i < 25; i++) {
    const others = { threads: i % 3 === 0, processes: i % 5 === 0 }
    const text = `${randomProgram(random, 20, others)}\nsleep 20`
    const last = (await outside.run(text)).at(-1)!
    assert.equal(last.type, 'end', `seed ${seed}, program ${i}: ${JSON.stringify(last)}\n${text}`)
    outside.assertWithin()
  }
  assert.equal(outside.ownDescriptors, own)
  assert.equal(outside.started.length, 1)
})
