// For each kind of file, EventLoop, watch() and for await must report the events that Epoll.poll() reports.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const dist = new URL('../../dist/', import.meta.url).href

interface Kind {
  /** Code that opens a file for each of the four APIs, or one file for all of them. */
  open: string
  /** Code that causes one event on each file. */
  event: string
  events?: string
  /** Options of unshare(1), so that the event affects only this process. */
  unshare?: '--mount' | '--uts'
}

const edge = 'EPOLLIN | EPOLLET'
const told = 'EPOLLPRI | EPOLLERR'
const mount = `run('mount', ['-t', 'tmpfs', 'none', '/mnt']); later = () => run('umount', ['/mnt'])`

const kinds: Record<string, Kind> = {
  'a socket': {
    open: 'const [near, far] = Socket.pair(); all(near)',
    event: "far.send('x')",
  },
  'a listening socket': {
    open: "const near = new Socket(); near.bind({ host: '127.0.0.1', port: 0 }); near.listen(); all(near); const clients = []",
    event: 'clients.push(new Socket()); clients.at(-1).connect(near.getsockname())',
  },
  'a pipe': { open: 'const pipe = new Pipe(); all(pipe.reader)', event: "pipe.writer.write('x')" },
  'an eventfd': { open: 'const one = new EventFd(); all(one)', event: 'one.write(1)' },
  'a timerfd': {
    open: 'const one = new TimerFd(); all(one)',
    event: 'one.set({ initialMs: 1 })',
  },
  'an inotify': {
    open: `const directory = temporary(); const fd = native.inotifyInit1(0o4000); all(fd)
      native.inotifyAddWatch(fd, directory, 0x100)`,
    event: "writeFileSync(directory + '/' + i, '')",
  },
  'a FIFO': {
    open: `const path = temporary() + '/fifo'; run('mkfifo', [path])
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK); all(fd)`,
    event: "writeSync(fd, 'x')",
  },
  'a terminal': {
    open: `const near = File.open('/dev/ptmx', { flags: 2 }); native.unlockpt(near.fileno()); all(near)
      const name = '/dev/pts/' + /tty-index:\\s+(\\d+)/.exec(readFileSync('/proc/self/fdinfo/' + near.fileno(), 'latin1'))[1]
      const far = openSync(name, constants.O_RDWR | constants.O_NOCTTY)`,
    event: "writeSync(far, 'x')",
  },
  'an epoll': {
    open: 'const inner = new Epoll(); const one = new EventFd(); inner.register(one, EPOLLIN | EPOLLET); all(inner)',
    event: 'inner.poll(0); one.write(1)',
  },
  '/proc/self/mounts': {
    open: "each(() => openSync('/proc/self/mounts'))",
    event: mount,
    events: told,
    unshare: '--mount',
  },
  '/proc/self/mounts, edge-triggered': {
    open: "each(() => openSync('/proc/self/mounts'))",
    event: mount,
    events: `${told} | EPOLLET`,
    unshare: '--mount',
  },
  '/proc/self/mountinfo': {
    open: "each(() => openSync('/proc/self/mountinfo'))",
    event: mount,
    events: told,
    unshare: '--mount',
  },
  '/proc/sys/kernel/hostname': {
    open: "each(() => openSync('/proc/sys/kernel/hostname'))",
    event: "writeFileSync('/proc/sys/kernel/hostname', 'name' + Math.random())",
    events: told,
    unshare: '--uts',
  },
  '/proc/sys/kernel/domainname': {
    open: "each(() => openSync('/proc/sys/kernel/domainname'))",
    event: "writeFileSync('/proc/sys/kernel/domainname', 'name' + Math.random())",
    events: told,
    unshare: '--uts',
  },
  'a socket beside /proc/self/mounts': {
    open: "const [near, far] = Socket.pair(); all(near); beside(() => openSync('/proc/self/mounts'))",
    event: "far.send('x')",
    unshare: '--mount',
  },
}

const of = (name: string, { open, event, events = edge }: Kind): string => `
  seen[${JSON.stringify(name)}] = await heard(${events}, async ({ all, each, beside, settled }) => {
    ${open}
    for (let i = 1; i <= 5; i++) {
      let later = null
      ${event}
      await settled(i)
      if (later !== null) { later(); await settled(++i) }
    }
  })`

const program = (names: string[]): string => `
  import { constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
  import { tmpdir } from 'node:os'
  import { spawnSync } from 'node:child_process'
  import { setTimeout } from 'node:timers/promises'
  import { isMainThread, Worker } from 'node:worker_threads'
  import * as epollet from '${dist}index.js'
  import { native } from '${dist}sys/index.js'
  const { Epoll, EPOLLERR, EPOLLET, EPOLLIN, EPOLLPRI, EventFd, EventLoop, File, maskNames, Pipe, Socket, TimerFd } = epollet
  const run = (...command) => { if (spawnSync(...command).status !== 0) throw new Error(command.join(' ')) }

  if (isMainThread && process.argv.at(-1) === 'worker') {
    new Worker(process.execArgv.at(-1), { eval: true, execArgv: ['--input-type=module'] })
  } else {
    const seen = {}
    const directories = []
    const temporary = () => (directories.push(mkdtempSync(tmpdir() + '/epollet-kinds-')), directories.at(-1))
    ${names.map(name => of(name, kinds[name]!)).join('\n')}
    for (const directory of directories) rmSync(directory, { recursive: true })
    process.stdout.write(JSON.stringify(seen), () => process.exit())
  }

  async function heard(events, test) {
    const seen = { poll: [], loop: [], watch: [], await: [] }
    const names = Object.keys(seen)
    const loop = new EventLoop()
    const sets = { poll: new Epoll(), watch: new Epoll(), await: new Epoll() }
    sets.watch.watch((events, count) => {
      for (let i = 0; i < count; i++) seen.watch.push(maskNames(events.mask(i)))
    })
    void (async () => {
      for await (const batch of sets.await) for (const [, events] of batch) seen.await.push(maskNames(events))
    })()
    const add = (name, file, events) => {
      if (name === 'loop') loop.add(file, events, mask => seen.loop.push(maskNames(mask)))
      else sets[name].register(file, events)
    }
    const poll = () => { for (const [, mask] of sets.poll.poll(0)) seen.poll.push(maskNames(mask)) }
    await test({
      all: file => { for (const name of names) add(name, file, events) },
      each: open => { for (const name of names) add(name, open(), events) },
      beside: open => { for (const name of names) add(name, open(), EPOLLPRI) },
      async settled(count) {
        for (let i = 0; i < 1000; i++) {
          poll()
          if (names.every(name => seen[name].length >= count)) break
          await setTimeout(5)
        }
        await setTimeout(5)
        poll()
      },
    })
    loop.close()
    for (const set of Object.values(sets)) set.close()
    return seen
  }`

/** The reason why these events can't be caused here; '' if they can. */
function refusal(unshare: string | undefined): string {
  if (unshare === undefined) return ''
  if (process.getuid?.() !== 0) return 'only root may cause these events'
  try {
    execFileSync('unshare', [unshare, 'true'])
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

const processes: (string | undefined)[] = [undefined, '--mount', '--uts']

for (const place of ['the main thread', 'a worker']) {
  for (const unshare of processes) {
    const names = Object.keys(kinds).filter(name => kinds[name]!.unshare === unshare)
    const skip = refusal(unshare) || false
    test(`every API reports the same events as Epoll.poll(), in ${place}${unshare ? ` under unshare ${unshare}` : ''}`, {
      skip,
    }, async () => {
      const seen = await heard(names, unshare, place)
      for (const name of names) {
        const { poll, ...others } = seen[name]!
        assert.ok(poll!.length >= 5, `${name}: ${poll}`)
        for (const [way, masks] of Object.entries(others))
          assert.deepEqual(masks, poll, `${name}: ${way}`)
      }
    })
  }
}

async function heard(
  names: string[],
  unshare: string | undefined,
  place: string,
): Promise<Record<string, Record<string, string[]>>> {
  const node = [process.execPath, '--input-type=module', '--eval', program(names)]
  if (place === 'a worker') node.push('worker')
  const [command = '', ...args] = unshare === undefined ? node : ['unshare', unshare, ...node]
  return JSON.parse((await run(command, args, { timeout: 30_000 })).stdout)
}
