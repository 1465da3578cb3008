// npm start: installs, builds and serves ./html with the lab. A first argument that is not an option is the port.
import { join, relative } from 'node:path'
import { build } from './build.js'
import { root } from './project.js'
import { main } from './run.js'

/**
 * @param {string[]} args the arguments after `npm start --`
 * @returns {string[]} the arguments of the command line
 */
function commandLine([first = '', ...rest]) {
  const html = `./${relative(process.cwd(), join(root, 'html'))}`
  const isPort = first !== '' && !first.startsWith('-')
  const others = isPort || first === '' ? rest : [first, ...rest]
  // By default, the lab is only available on this machine: with --host, the user must also give --lab.
  const lab = others.some(option => /^--(host|lab)\b/.test(option)) ? [] : ['--lab']
  return ['serve', isPort ? first : '7890', '--root', html, ...lab, ...others]
}

await main(async () => {
  await build()
  const program = join(root, 'dist/cli/main.js')
  process.argv = [process.execPath, program, ...commandLine(process.argv.slice(2))]
  await import(program)
})
