// A thread of step 12's pool: it takes a question, works on it, and posts the answer. It never waits for a client.
// (JavaScript, because not every Node that epollet supports loads TypeScript in a worker.)
import { parentPort } from 'node:worker_threads'

const belowMax = 10_000_000

/** @param {number} below */
function countPrimes(below) {
  let count = 0
  for (let n = 2; n < below; n++) {
    let divisor = 2
    while (divisor * divisor <= n && n % divisor !== 0) divisor++
    if (divisor * divisor > n) count++
  }
  return count
}

parentPort?.on('message', ({ id, below }) => {
  parentPort?.postMessage({ id, primes: countPrimes(Math.min(below, belowMax)) })
})
