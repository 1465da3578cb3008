// Runs commands as steps, and prints a line for each.
import { spawn } from 'node:child_process'
import { root } from './project.js'

/** A failure that was already reported. The script only exits with its status. */
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
 * Runs a command as one step and prints one line with its duration. The command's output is shown only if it fails.
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
 * Runs a function as one step, like {@link step}.
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
 * Runs a command in the terminal, and resolves with its status.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function show(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, ...options, stdio: 'inherit' })
  // The terminal sends SIGINT to both processes; this one waits until the command has handled it.
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
 * Runs the main function of a script, and sets the exit status that it returns. If it returns none, process.exitCode
 * stays unchanged.
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
