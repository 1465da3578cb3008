import { spawn } from 'node:child_process'
import { root } from './project.js'

/** What went wrong has been said already: only the status is left to give. */
export class Failed extends Error {
  /** @param {number} status */
  constructor(status = 1) {
    super(`status ${status}`)
    this.status = status
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * One line for one step, with the seconds that it took. What the command prints is shown only if it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<void>}
 */
export async function step(title, command, args, options = {}) {
  const start = performance.now()
  process.stderr.write(`${title} ... `)
  const { status, output } = await collect(command, args, options)
  if (status === 0) {
    process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`)
    return
  }
  process.stderr.write(`failed\n\n${command} ${args.join(' ')}\n${output}\n`)
  throw new Failed()
}

/**
 * The same for what this process does itself.
 *
 * @param {string} title
 * @param {() => Promise<void>} body
 */
export async function stage(title, body) {
  const start = performance.now()
  process.stderr.write(`${title} ... `)
  try {
    await body()
  } catch (error) {
    process.stderr.write(`failed\n\n${error instanceof Error ? error.message : error}\n`)
    throw new Failed()
  }
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ status: number, output: string }>}
 */
export function collect(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  return new Promise(resolve => {
    child.once('error', error => resolve({ status: 127, output: error.message }))
    child.once('close', status =>
      resolve({ status: status ?? 1, output: Buffer.concat(chunks).toString() }),
    )
  })
}

/**
 * Hands the terminal to a command, and resolves with its status.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function show(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, ...options, stdio: 'inherit' })
  // The terminal sends SIGINT to both; this process waits for what the command makes of it.
  const wait = () => {}
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', wait).on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', status => {
      process.off('SIGINT', wait).off('SIGTERM', pass)
      resolve(status ?? 1)
    })
  })
}

/**
 * The frame of every script. A status is the process's; without one, what the process has set stays.
 *
 * @param {() => Promise<number | void>} body
 */
export async function main(body) {
  try {
    const status = await body()
    if (status !== undefined) process.exitCode = status
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    process.exitCode = error.status
  }
}
