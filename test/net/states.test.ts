// Tests every cell of the tables of connection states in ARCHITECTURE.md.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EPOLLIN, EPOLLOUT, EPOLLRDHUP, SHUT_WR } from '../../lib/index.ts'
import * as states from '../../lib/net/states.ts'
import { delivered, until } from '../loop/turns.ts'
import { cellsOf } from '../support/tables.ts'
import { CountedFile, Stage } from './stage.ts'

type Names = readonly (keyof typeof states)[]
type Act = (stage: Stage) => void | Promise<void>

const streams: Names = ['OPEN', 'ENDING', 'LINGERING']
const readings: Names = ['WATCHING', 'RECEIVED', 'DEFERRED', 'HELD', 'PAUSED', 'ENDED']
const reasons: Names = ['EMPTY', 'ROOM', 'DISK', 'TURN']
const folder = mkdtempSync(join(tmpdir(), 'epollet-'))
const path = join(folder, 'file')
writeFileSync(path, Buffer.alloc(1_000_000))
const fd = openSync(path, 'r')

after(() => {
  closeSync(fd)
  rmSync(folder, { recursive: true })
})

/** A file on a slow disk: no bytes are ready before `ready()`. */
class SlowFile extends CountedFile {
  static last: SlowFile | null = null
  #done: (() => void) | null = null
  readyBytes(offset: number, end: number, _nowMs: number, done: () => void): number {
    if (this.#done !== null) return end - offset
    this.#done = done
    SlowFile.last = this
    return 0
  }
  ready(): void {
    this.#done?.()
  }
}

/** Larger than a socket buffer, but below the limit at which reading stops. */
const waiting = Buffer.alloc(400_000)
const more = Buffer.alloc(1_000_000)

function takeAll({ peer }: Stage): void {
  while ((peer.recv(1_000_000)?.length ?? 0) > 0);
}

function edge(stage: Stage): void {
  stage.peer.send('x')
  stage.connection.onEvents(EPOLLIN)
}

function peerEnds({ peer, connection }: Stage): void {
  peer.shutdown(SHUT_WR)
  connection.onEvents(EPOLLIN | EPOLLRDHUP)
}

function outputLeaves(stage: Stage): void {
  for (let i = 0; stage.connection.draining; i++) {
    assert.ok(i < 100)
    takeAll(stage)
    stage.connection.onEvents(EPOLLOUT)
  }
}

const turn: Act = ({ loop }) => delivered(loop)
const nothing: Act = () => {}

const tables: [
  head: string,
  at: number,
  names: Names,
  to: Record<string, Act>,
  by: Record<string, Act>,
][] = [
  [
    'stream',
    0,
    streams,
    {
      OPEN: stage => stage.connection.write(waiting),
      ENDING: ({ connection }) => {
        connection.write(waiting)
        connection.end()
      },
      LINGERING: ({ connection }) => {
        connection.write(waiting)
        connection.end(true)
      },
    },
    {
      'end()': ({ connection }) => connection.end(),
      'end(true)': ({ connection }) => connection.end(true),
      'the output has left': outputLeaves,
      'the peer ends': peerEnds,
      'close()': ({ connection }) => connection.close(),
    },
  ],
  [
    'reading',
    1,
    readings,
    {
      WATCHING: nothing,
      RECEIVED: edge,
      DEFERRED: ({ connection }) => {
        connection.pause()
        connection.resume()
      },
      HELD: stage => {
        stage.connection.write(more)
        edge(stage)
      },
      PAUSED: ({ connection }) => connection.pause(),
      ENDED: peerEnds,
    },
    {
      'an edge': stage => {
        if (stage.connection.states[1] === states.ENDED) stage.connection.onEvents(EPOLLIN)
        else edge(stage)
      },
      'an edge while full': stage => {
        stage.connection.write(more)
        stage.connection.onEvents(EPOLLIN)
      },
      'the turn ends': turn,
      'the output has left': stage => {
        stage.connection.write(more)
        outputLeaves(stage)
      },
      'pause()': ({ connection }) => connection.pause(),
      'resume()': ({ connection }) => connection.resume(),
      'the peer ends': peerEnds,
    },
  ],
  [
    'output',
    2,
    reasons,
    {
      EMPTY: nothing,
      ROOM: stage => stage.connection.write(waiting),
      DISK: stage => stage.connection.sendfile(new SlowFile(fd), 0, 1000),
      TURN: stage => stage.connection.sendfile(new CountedFile(fd), 0, 1_000_000),
    },
    {
      'a write that fits': ({ connection }) => connection.write(Buffer.from('x')),
      'a write that does not fit': ({ connection }) => connection.write(more),
      'a file on a slow disk': ({ connection }) => connection.sendfile(new SlowFile(fd), 0, 1000),
      'room for it': stage => {
        for (let i = 0; i < 5; i++) {
          takeAll(stage)
          stage.connection.onEvents(EPOLLOUT)
        }
      },
      'the file is ready': () => SlowFile.last?.ready(),
      'the turn ends': turn,
    },
  ],
]

for (const [head, at, names, to, by] of tables) {
  const cells = cellsOf(head)

  test(`the table for ${head} in ARCHITECTURE.md has all states and events`, () => {
    assert.deepEqual([...new Set(cells.map(([row]) => row))], names)
    assert.deepEqual([...new Set(cells.map(([, column]) => column))], Object.keys(by))
  })

  for (const [row, column, cell] of cells) {
    test(`${head}: in state ${row}, after ${column}, the new state is ${cell}`, async () => {
      using stage = new Stage()
      stage.connection.start()
      await to[row]!(stage)
      assert.equal(names[stage.connection.states[at]!], row)
      await by[column]!(stage)
      const found = stage.connection.closed ? 'closed' : names[stage.connection.states[at]!]
      assert.equal(found, cell)
      SlowFile.last = null
      stage.connection.close()
      await until(() => stage.told.includes('close'))
    })
  }
}
