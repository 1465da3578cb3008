// Generated programs have the same outcomes as the lab.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { type Language, programOf } from '../../lib/lab/code/index.ts'
import { matches, type Operation, parse, Runner, vocabulary } from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'
import { needs } from '../support/needs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(`${tmpdir()}/epollet-lab-code-`)
// Inside the project, so that `epollet` resolves to the project itself.
const below = mkdtempSync(`${root}build/lab-code-`)
after(() => {
  for (const one of [folder, below]) rmSync(one, { recursive: true })
})

const run = promisify(execFile)
const languages = ['python', 'c', 'typescript'] as const
const lacking = { python: needs('python3'), c: needs('gcc'), typescript: false } as const
const runMs = 20_000

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

let programs = 0

/** Writes and compiles a program. Returns the command that runs it. */
async function command(language: Language, program: string): Promise<string[]> {
  const name = `lab-${++programs}`
  if (language === 'python') {
    writeFileSync(`${folder}/${name}.py`, program)
    return ['python3', `${folder}/${name}.py`]
  }
  if (language === 'c') {
    const file = `${folder}/${name}`
    writeFileSync(`${file}.c`, program)
    await run(
      'gcc',
      `-std=gnu17 -O0 -Wall -Wextra -Werror -pthread -o ${file} ${file}.c`.split(' '),
    )
    return [file]
  }
  const { target, module, verbatimModuleSyntax } = options
  const compilerOptions = { target, module, verbatimModuleSyntax } as ts.CompilerOptions
  writeFileSync(
    `${below}/${name}.mjs`,
    ts.transpileModule(program, { compilerOptions, fileName: `${name}.mts` }).outputText,
  )
  return [process.execPath, `${below}/${name}.mjs`]
}

/** The lines that a program prints. It runs with as few descriptors as in the lab. */
async function linesOf(language: Language, program: string): Promise<string[]> {
  const args = await command(language, program)
  const { stdout, stderr } = await run('sh', ['-c', 'ulimit -n 256; exec "$0" "$@"', ...args], {
    cwd: folder,
    timeout: runMs,
    killSignal: 'SIGKILL',
  })
  assert.equal(stderr, '')
  return stdout.split('\n').slice(0, -1)
}

/** The outcomes that a program prints. Each must follow the text of its operation. */
async function outcomesOf(
  language: Language,
  program: string,
  operations: readonly Operation[],
): Promise<string[]> {
  const lines = await linesOf(language, program)
  const texts = operations.map(({ text }) => text)
  assert.deepEqual(
    lines.map((line, i) => line.slice(0, texts[i]?.length)),
    texts,
  )
  return lines.map((line, i) => /^ * -> (.*)$/.exec(line.slice(texts[i]!.length))?.[1] ?? line)
}

/** The operations whose outcome is not the expected one. */
function surprises(operations: readonly Operation[], outcomes: readonly string[]): string[] {
  return operations.flatMap(({ expected, text }, i) => {
    const outcome = outcomes[i]!
    if (expected !== null)
      return matches(expected, outcome) ? [] : [`${text} -> ${outcome}, not ${expected}`]
    return /^(thread|connect) /.test(text) || outcome === 'ok' ? [] : [`${text} -> ${outcome}`]
  })
}

const experiments = scenarios
  .filter(({ module }) => module === undefined)
  .flatMap(({ id, transcript, fix }) => [
    { name: `${id} as believed`, operations: operationsOf(transcript) },
    { name: `${id} fixed`, operations: operationsOf(fix.transcript) },
  ])

type Program = (typeof experiments)[number]

function experimentTest(language: Language, { name, operations }: Program): void {
  const program = programOf(operations, language)
  if (typeof program === 'string') {
    test(`${name} has the outcomes of its transcript`, async () => {
      const outcomes = await outcomesOf(language, program, operations)
      assert.deepEqual(surprises(operations, outcomes), [])
    })
  } else {
    test(`${name} cannot be written, and the reason is given in English and Chinese`, () => {
      assert.equal(language, 'typescript')
      assert.match(program.unsayable.en, /^[\x20-\x7e]+\.$/)
      assert.match(program.unsayable.zh, /\p{Script=Han}.*。$/u)
    })
  }
}

/** Whether the outcome depends on how fast other threads are. Such programs must not run concurrently. */
function isRace({ operations }: Program): boolean {
  return operations.some(({ action }) => action.op === 'thread' || action.op === 'spin')
}

for (const language of languages) {
  const skip = lacking[language]
  describe(`experiments in ${language}`, { concurrency: 2, skip }, () => {
    for (const one of experiments) if (!isRace(one)) experimentTest(language, one)
  })
  describe(`experiments of races in ${language}`, { skip }, () => {
    for (const one of experiments) if (isRace(one)) experimentTest(language, one)
  })
}

const sayable: Readonly<Record<string, string>> = {
  'pipes and their limits': `
    pipe r w; fill w; fill w 1; read r 4096; write w 5000; drain r; write w "x"; close w; read r 9
    drain r; read r 1; ep E; wait E; close r; add E r IN; del E r; add E w IN; close r`,
  'stream sockets': `
    pair a b; ep E; add E a IN|RDHUP|ET; shut b WR; wait E; recv a 5; close b; wait E; send a 5
    read a 5; write a 5; error a; shut a RDWR; recv b 5; del E b; set b RCVLOWAT 5; peek b 2; rst a`,
  datagrams: `
    pair a b dgram; fill a; drain b 100; send a 50; drain b 3; ep E; add E b IN|OUT|ET; wait E
    udp u v; send u 5; send u 3; send u 0; recv v 100; recv v 2; recv v 100; recv v 5
    sendoob u 1; recvoob u 1; queued v; send u 7; queued v; peek v 3; recv v 3; recv v 1; close v
    send u 3; send u 3; error u`,
  'TCP and its options': `
    tcp c s; set s RCVLOWAT 100; set c SNDBUF 5000; set c RCVBUF 5000; set c NODELAY 1; ep E
    add E s IN; send c 50; wait E; send c 50; wait E 100; queued s; peek s 10; recv s 1000
    set s RCVTIMEO 20; setblocking s; recv s 5; queued s; sendoob c 1; sleep 2; poll s; select s
    recvoob s 1; recvoob s 1; sendfile c 300; read s 1000; rst c; wait E 100; error s; error s; recv s 5`,
  'clients and listeners': `
    listen L 5; accept none L; connect y L; socket x; send x 1; connect x L; accept z L; ep E; ep F
    add E F IN; add E E IN; add E L 0; add F z IN|ET; send y 5; wait E; wait F; wait F; mod F z OUT
    close L; wait F max=1; listen M 0 reuseport; connect a M; accept b M; ep G; add G M IN; wait G
    close M; connect c M; sleep 2; error c; listen N reuseport M; connect d N; accept e N; mod E y IN`,
  'counters and timers': `
    eventfd e; write e 3; read e; read e; eventfd f 5 semaphore; read f; read f 4; read f 8
    write f "abc"; write f "12345678"; drain e; read f 100; ep E; add E e IN|OUT; wait E; drain f 1
    timerfd t 500; read t; add E t IN; timerfd u 1; sleep 5; read u; read u 4; drain u; poll e t u
    write e 9; read e 9`,
  'files and devices': `
    open f file; open d directory; open n null; open z zero; open ra random; open u urandom
    open m mounts; ep E; add E f IN; add E d IN; add E n IN; add E z IN; add E u IN; poll f n
    add E m IN; select f n; write f 10; read f 5; read n 5; read z 100; read u 10; write n 5
    drain z 65536; drain f; read d 5; close f; close f; read f 3; write f 3`,
  masks: `
    pipe r w; ep E; add E r 0; add E r IN; close w; wait E; del E r; del E r; mod E r IN; pair a b
    add E r IN|PRI|OUT|RDNORM|RDBAND|WRNORM|WRBAND|RDHUP|WAKEUP|ONESHOT|ET; wait E; wait E
    add E a EXCLUSIVE|IN; add E b EXCLUSIVE|IN|ONESHOT; mod E a IN; add E b RDNORM|WRNORM; wait E`,
  'programs that use up all descriptors': `
    pipe r w; exhaust; ep E; pipe x y; pair a b; tcp c s; udp u v; socket z; eventfd e; timerfd t 5
    open f null; listen L; release 2; pipe p q; exhaust; read p 3`,
  texts: `
    pair a b; write a "text\\n"; recv b 100; write a "\\u0000\\u00011 \\"q\\" 's' \\\\ ??= ??/ é 中"
    recv b 100; write a "\\ud800 %d {x} \${y} \`"; recv b 100; send a ""; write a "'\\"\\\\"; recv b 9
    write a "'"; write a "\\u2028 # // /* \\"\\"\\" \\r\\t"; recv b 100`,
  'names that are reserved words or helpers': `
    pipe in for; ep class; add class in IN|OUT
    pair int unix; pipe await let; ep EOF; add EOF int OUT; wait EOF; eventfd os; eventfd select
    ep names; ep say; ep step; add say os IN|OUT; wait say; socket print; socket lambda
    tcp read write; send write 4; recv read 5; socket errno; socket stdin; socket EPOLLIN
    socket EPOLLIN_; socket undefined; socket function; socket events; socket y1; socket socket
    pipe main index; write index 3; read main 2; eventfd E1; read E1; eventfd str; read str`,
  'closed names that are used again': `
    pipe r w; ep E; add E r IN; close r; poll r w; select r w; wait E; pipe x y; add E r IN
    read r 1; write y 2; wait E; close r; read x 1; ep F; close F; wait F; add F w IN; spin F 1`,
  'waits in a loop': 'pipe r w; ep E; add E r IN; spin E 1; sleep 1',
}

/** Programs that cannot be written in TypeScript. */
const unsayable: Readonly<Record<string, string>> = {
  duplicates: `
    pipe r w; dup d r; ep E; add E r IN; add E d IN; write w 5; wait E; close r; wait E; pipe x y
    wait E; dup2 d r; del E r; del E r; wait E; close d; read r 3; close w; poll r d w; select d`,
  'duplicates that change the kind of a name': `
    pipe r w; ep E; pair a b; add E r IN; write w 3; dup2 E r; wait r; dup2 w a; write a 3
    dup2 b E; send E 5; ep F; dup2 F b; close F; wait b; listen L; dup M L; close M; connect c M
    dup2 L M; connect d M; accept x L; accept y M; dup2 r r; dup q E; close r`,
  'byte counts of queues': `
    pipe r w; write w 5; queued r; tcp c s; unsent s; pair a b; send a 3
    queued b; setblocking r; read r 9`,
  threads: `
    tcp c s; setblocking s; ep E; add E c IN|ET; thread A recv s 5; thread B wait E 200
    thread C send c 4; join A 200; send s 1; join B 200; join C; thread D add E s OUT; thread F mod E s OUT|ET
    thread G del E s; thread H shut c WR; join D; join F; join G; join H; wait E; done A B C D`,
  'threads that sleep': `
    pipe r w; setblocking r; thread T read r 5; thread U sleep 300
    join T 10; done T U; write w 3; join T; join T; join U 900; done T U; pair a b; thread X drain a
    thread Y write a 3; join X; join Y; recv b 9; thread Z read r 5`,
  processes: `
    pipe r w; ep E; add E r IN; process P r; process Q w; close r; close w; in Q write w 3; wait E
    exit P; wait E; exit Q; exit Q; in Q write w 1`,
  'a process that opens descriptors': `
    pipe r w; ep E; process P E r; in P pair a b; in P add E a IN; in P send b 4; in P wait E
    in P dup c a; in P close a; in P wait E; add E r IN; write w 5; in P recv a 3; in P recv c 3
    in P eventfd k 7; in P ep G; in P add G k IN; in P wait G; in P read k 4; in P mod G k IN|ET
    in P del G k; in P sleep 3; in P write b 3; in P pipe m n; in P write n 3; in P read m 5
    write n 3; exit P; wait E; process O`,
}

const runner = new Runner()
after(() => runner.close())

/** Whether the outcome of an operation may differ from run to run. */
function isTime(text: string): boolean {
  return /^(spin|release) /.test(text)
}

for (const language of languages) {
  const own = language === 'typescript' ? sayable : { ...sayable, ...unsayable }
  describe(`programs in ${language}`, { concurrency: 2, skip: lacking[language] }, () => {
    for (const [name, text] of Object.entries(own)) {
      test(`${name}: the generated program has the same outcomes as the lab`, async () => {
        const operations = operationsOf(text)
        const program = programOf(operations, language)
        assert.ok(typeof program === 'string', JSON.stringify(program))
        const [outcomes, { steps }] = await Promise.all([
          outcomesOf(language, program, operations),
          runner.run(operations),
        ])
        const told = (all: readonly string[]): string[] =>
          operations.map(({ text: op }, i) => (isTime(op) ? op : `${op} -> ${all[i]}`))
        assert.deepEqual(told(outcomes), told(steps.map(({ outcome }) => outcome)))
      })
    }
  })
}

test('the programs above use every operation', () => {
  const texts = Object.values({ ...sayable, ...unsayable })
  const said = new Set(texts.flatMap(text => operationsOf(text).map(({ action }) => action.op)))
  assert.deepEqual([...said].sort(), Object.keys(vocabulary).sort())
})

for (const [name, text] of Object.entries(unsayable)) {
  test(`${name}: programOf() returns the reason why TypeScript cannot express it`, () => {
    const program = programOf(operationsOf(text), 'typescript')
    assert.ok(typeof program !== 'string')
    assert.match(program.unsayable.en, /^TypeScript cannot say '.+\.$/)
  })
}

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
)

test('all TypeScript programs pass the type checker, and their types can be stripped', () => {
  const all = [
    ...experiments.map(({ operations }) => operations),
    ...Object.values(sayable).map(operationsOf),
  ]
  for (const [i, operations] of all.entries()) {
    const program = programOf(operations, 'typescript')
    if (typeof program === 'string') writeFileSync(`${below}/types-${i}.mts`, program)
  }
  const files = readdirSync(below).filter(file => file.endsWith('.mts'))
  assert.ok(files.length > 30)
  // A descriptor that is opened but never used also has a variable.
  const program = ts.createProgram(
    files.map(file => `${below}/${file}`),
    { ...options, noUnusedLocals: false },
  )
  const wrong = files.flatMap(file => {
    const source = program.getSourceFile(`${below}/${file}`)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  assert.deepEqual(
    wrong.map(
      ({ file, messageText }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    ),
    [],
  )
})
