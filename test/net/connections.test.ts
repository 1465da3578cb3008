import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventLoop } from '../../lib/loop/index.ts'
import { Connections } from '../../lib/net/index.ts'
import { child } from '../loop/child.ts'
import { until } from '../loop/turns.ts'
import { Stage } from './stage.ts'

interface Member {
  name: string
  sweep(nowMs: number): void
}

function member(name: string, sweep: (nowMs: number) => void = () => {}): Member {
  return { name, sweep }
}

function names(connections: Connections<Member>): string {
  return [...connections].map(({ name }) => name).join(' ')
}

test('connections are counted, and iterated in order of arrival', () => {
  using loop = new EventLoop()
  const connections = new Connections<Member>(loop)
  const [first, second, third] = [member('first'), member('second'), member('third')]
  for (const each of [first, second, third, second]) connections.add(each)
  assert.deepEqual([connections.count, names(connections)], [3, 'first second third'])
  connections.delete(second)
  connections.delete(second)
  assert.deepEqual([connections.count, names(connections)], [2, 'first third'])
})

test('members that are deleted during an iteration are skipped', () => {
  using loop = new EventLoop()
  const connections = new Connections<Member>(loop)
  const members = ['a', 'b', 'c', 'd'].map(name => member(name))
  for (const each of members) connections.add(each)
  const seen: string[] = []
  for (const { name } of connections) {
    seen.push(name)
    for (const each of members.slice(0, 3)) connections.delete(each)
  }
  assert.deepEqual([seen, connections.count], [['a', 'd'], 1])
})

test('while there are members, each is swept four times a second with the loop’s time', async () => {
  using loop = new EventLoop()
  const connections = new Connections<Member>(loop)
  const times: number[] = []
  const start = loop.nowMs
  const leaving = member('leaving', nowMs => {
    times.push(nowMs)
    if (times.length === 2) connections.delete(leaving)
  })
  connections.add(leaving)
  await until(() => connections.count === 0)
  // Node's timers have a resolution of a millisecond.
  assert.ok(times[0]! - start >= 249 && times[1]! - times[0]! >= 249, `${times} from ${start}`)
  await new Promise<void>(resolve => loop.after(300, resolve))
  connections.add(leaving)
  await until(() => times.length === 3)
})

test('the sweep of a connection calls onExpire after its deadline', async () => {
  using stage = new Stage({ onExpire: connection => connection.close() })
  const connections = new Connections(stage.loop)
  connections.add(stage.connection)
  stage.connection.start()
  stage.connection.expireAt(stage.loop.nowMs + 10)
  await until(() => stage.connection.closed)
  assert.deepEqual(stage.told, ['expire', 'close'])
})

const crowd = `
  const loop = new EventLoop()
  const connections = new net.Connections(loop)
`

test('the process can end when there are no members', async () => {
  const { lines, status } = await child(`${crowd}
    const member = { sweep() { console.log('swept') } }
    connections.add(member)
    connections.delete(member)`)
  assert.deepEqual({ lines, status }, { lines: [], status: 0 })
})

test('if one member’s sweep throws, the others are still swept', async () => {
  const { lines } = await child(`${crowd}
    process.on('uncaughtException', error => console.log('uncaught', error.message))
    let swept = 0
    const broken = { sweep() { connections.delete(broken); throw new Error('broken') } }
    const sound = { sweep() { connections.delete(sound); console.log('swept') } }
    connections.add(broken)
    connections.add(sound)
    setTimeout(() => process.exit(), 2000).unref()`)
  assert.deepEqual(lines, ['uncaught broken', 'swept'])
})

test('if a sweep closes the loop, no other member is swept', async () => {
  const { lines, stderr, status } = await child(`${crowd}
    connections.add({ sweep() { console.log('swept'); loop.close() } })`)
  assert.deepEqual({ lines, stderr, status }, { lines: ['swept'], stderr: '', status: 0 })
})
