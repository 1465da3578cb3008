import { constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AT_FDCWD, IN_CREATE, native, O_CLOEXEC } from '../../sys/index.ts'
import { type Module, type ModuleContext, ok } from './module.ts'

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants
const flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
let directory = ''
let made = 0

function inotify(context: ModuleContext, name = ''): ReturnType<ModuleContext['open']> {
  directory = mkdtempSync(join(tmpdir(), 'epollet-lab-'))
  context.atEnd(() => rmSync(directory, { recursive: true }))
  const fd = native.inotifyInit1(O_NONBLOCK | O_CLOEXEC)
  const opened = context.open(name, 'file', fd)
  const watched = native.inotifyAddWatch(fd, directory, IN_CREATE)
  return watched < 0 ? { result: watched } : opened
}

/** The number of the terminal in /dev/pts. */
function terminalOf(master: number): string {
  const text = readFileSync(`/proc/self/fdinfo/${master}`, 'latin1')
  return /^tty-index:\s*(\d+)$/m.exec(text)?.[1] ?? ''
}

/**
 * `inotify i` watches an empty directory, and `create` makes an entry in it. `pty m t` opens both ends of a
 * pseudo-terminal.
 */
export const watched: Module = {
  inotify,
  create: () => {
    mkdirSync(join(directory, String(made++)))
    return ok
  },
  pty: (context, keyboard = '', terminal = '') => {
    const master = native.openat(AT_FDCWD, '/dev/ptmx', flags, 0)
    context.open(keyboard, 'file', master)
    const unlocked = native.unlockpt(master)
    if (unlocked < 0) return { result: unlocked }
    const fd = native.openat(AT_FDCWD, `/dev/pts/${terminalOf(master)}`, flags, 0)
    return context.open(terminal, 'file', fd)
  },
}
