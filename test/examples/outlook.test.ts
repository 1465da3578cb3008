// The steps after the server: a pool of workers, and a process for each connection.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inBoth, start } from './program.ts'

/** A question that takes a long time in both languages, and its answer. */
const hard: Record<string, [below: number, primes: number]> = {
  ts: [2_000_000, 148_933],
  py: [200_000, 17_984],
}

for (const [file, skip] of inBoth('12-worker-pool')) {
  const [below, primes] = hard[file.slice(-2)]!

  test(`${file} answers a quick question while it works on a slow one`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using slow = await program.client()
    await using quick = await program.client()
    await slow.send(`${below}\n`)
    await quick.send('100\n')
    assert.equal(await quick.takeTo('\n'), '25\n')
    assert.equal(slow.receivedBytes, 0)
    assert.equal(await slow.takeTo('\n'), `${primes}\n`)
  })

  test(`${file} answers many questions from one client in order`, { skip }, async () => {
    await using program = await start(file)
    await using client = await program.client()
    await client.send('100\n10\nnonsense\n5\n2')
    for (const answer of ['25', '4', '0', '2'])
      assert.equal(await client.takeTo('\n'), `${answer}\n`)
    await client.send('0\n')
    assert.equal(await client.takeTo('\n'), '8\n')
  })

  test(`${file} keeps working after a client has left without its answer`, { skip }, async () => {
    await using program = await start(file)
    const lost = await program.client()
    await lost.send(`${below}\n`)
    await lost.reset()
    await using client = await program.client()
    await client.send('1000\n')
    assert.equal(await client.takeTo('\n'), '168\n')
    await client.send(`${below}\n`)
    assert.equal(await client.takeTo('\n'), `${primes}\n`)
  })

  test(`${file} closes the connection of a client that sends no line`, { skip }, async () => {
    await using program = await start(file)
    await using client = await program.client()
    await client.send('1'.repeat(100))
    await client.send('1'.repeat(100_000))
    await client.end()
  })
}

for (const [file, skip] of inBoth('13-process-per-connection')) {
  test(`${file} loses only one client if one of its processes dies`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using first = await program.client()
    const pid = Number(/pid:(\d+)$/.exec(await program.line(/有新的客户端到来/))![1])
    await using second = await program.client()
    const other = Number(/pid:(\d+)$/.exec(await program.line(/有新的客户端到来/))![1])
    assert.equal(new Set([program.pid, pid, other]).size, 3)
    process.kill(pid, 'SIGKILL')
    await first.end()
    await second.send('still here')
    await program.line(/^recv:still here$/)
  })
}
