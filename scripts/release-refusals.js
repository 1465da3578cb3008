// The reasons for refusing a release.

/**
 * @typedef {object} Facts the state of the tree before anything is run
 * @property {Record<string, unknown>} manifest package.json
 * @property {Record<string, unknown>} lockfile package-lock.json
 * @property {string} changelog CHANGELOG.md
 * @property {string} today as 2026-11-30
 * @property {string} changes what `git status --porcelain` prints
 * @property {string} head the commit that is checked out
 * @property {string} tagged the commit of the version's tag; empty without a tag
 * @property {boolean} publishing
 * @property {readonly (readonly [path: string, wrong: string])[]} binaries each with its defect; empty for a valid one
 */

/** @param {Facts} facts */
function versionOf({ manifest }) {
  return String(manifest['version'])
}

/** @param {Facts} facts */
function tree({ changes }) {
  if (changes.trim() === '') return []
  const [first = '', ...more] = changes.trimEnd().split('\n')
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return [`the working tree has changes (${first.slice(3)}${others}): commit or stash them`]
}

/** @param {Facts} facts */
function version(facts) {
  const version = versionOf(facts)
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version)) {
    return [`package.json: version is '${version}', expected three numbers, as 1.2.3`]
  }
  const { version: locked, packages } = /** @type {{ version?: string, packages?: any }} */ (
    facts.lockfile
  )
  if (locked === version && packages?.['']?.version === version) return []
  return [
    `package-lock.json has version ${locked}, package.json ${version}: npm install --package-lock-only --omit-lockfile-registry-resolved`,
  ]
}

/**
 * @param {string} text
 * @returns {{ title: string, text: string }[]}
 */
function sectionsOf(text) {
  return text
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [title = '', ...lines] = section.split('\n')
      return { title: title.trim(), text: lines.join('\n').trim() }
    })
}

/** @param {string} date as 2026-11-30 */
function isDate(date) {
  const time = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}

/** @param {Facts} facts */
function changelog(facts) {
  const wanted = versionOf(facts)
  const sections = sectionsOf(facts.changelog)
  const heading = `## ${wanted} - YYYY-MM-DD`
  if (sections.some(({ title }) => /^unreleased/i.test(title))) {
    return [`CHANGELOG.md still has an Unreleased section: make it "${heading}"`]
  }
  const own = sections.filter(({ title }) => title.split(' ')[0] === wanted)
  const [section] = own
  if (section === undefined) return [`CHANGELOG.md has no section "${heading}": write it`]
  if (own.length > 1) {
    return [`CHANGELOG.md has ${own.length} sections of ${wanted}: make them one`]
  }
  if (section !== sections[0]) {
    return [`CHANGELOG.md: ${wanted} is below ${sections[0]?.title}: the newest comes first`]
  }
  const date = /^\S+ - (\d{4}-\d{2}-\d{2})$/.exec(section.title)?.[1] ?? ''
  if (!isDate(date)) {
    return [`CHANGELOG.md: "## ${section.title}" has no date: make it "${heading}"`]
  }
  if (date > facts.today) {
    return [`CHANGELOG.md: ${wanted} is dated ${date}, which is in the future: write today's date`]
  }
  if (section.text === '') return [`CHANGELOG.md: ${wanted} has no entry: write what has changed`]
  return []
}

/** @param {Facts} facts */
function tag(facts) {
  const { tagged, head, publishing } = facts
  const name = `v${versionOf(facts)}`
  if (tagged === head && head !== '') return []
  if (tagged !== '') {
    return [
      `${name} is the tag of another commit (${tagged.slice(0, 12)}): check that one out, or raise the version in package.json`,
    ]
  }
  return publishing ? [`there is no tag ${name}: git tag -a ${name} -m ${name}`] : []
}

/** @param {unknown} value */
function isFilled(value) {
  return typeof value === 'string' && value.trim() !== ''
}

/** @param {unknown} value */
function isAddress(value) {
  return typeof value === 'string' && URL.canParse(value) && /^(git\+)?https:/.test(value)
}

/** Fields that only the owner can fill in. npm compares repository.url with the provenance. @param {Facts} facts */
function owner({ manifest }) {
  const { repository, homepage, author } = /** @type {Record<string, any>} */ (manifest)
  const fields = [
    ['author', isFilled(author) || isFilled(author?.name)],
    ['homepage', isAddress(homepage)],
    ['repository', repository?.type === 'git' && isAddress(repository.url)],
  ]
  const missing = fields.filter(([, isThere]) => isThere !== true).map(([name]) => name)
  if (missing.length === 0) return []
  return [
    `package.json: an owner has to fill in ${missing.join(', ')}: "author": "NAME <ADDRESS>", "homepage": "https://...", "repository": { "type": "git", "url": "git+https://..." }`,
  ]
}

/** @param {Facts} facts */
function binaries({ binaries }) {
  return binaries
    .filter(([, wrong]) => wrong !== '')
    .map(([path, wrong]) => `${path} ${wrong}: npm run prebuilds`)
}

/**
 * The reasons why this tree cannot be released, each with what to do about it.
 *
 * @param {Facts} facts
 * @returns {string[]}
 */
export function refusals(facts) {
  return [tree, version, changelog, tag, owner, binaries].flatMap(check => check(facts))
}

const ELF = 0x7f454c46
const ET_DYN = 3
const machines = { x64: 62, arm64: 183 }
const entry = 'napi_register_module_v1'

/**
 * The reason to refuse an addon's file; empty if the file is valid.
 *
 * @param {Buffer} bytes
 * @param {string} arch
 * @returns {string}
 */
export function binaryComplaint(bytes, arch) {
  const machine = machines[/** @type {keyof typeof machines} */ (arch)]
  const headerBytes = 64
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== ELF) return 'is not an ELF file'
  const [type, found] = [bytes.readUInt16LE(16), bytes.readUInt16LE(18)]
  if (found !== machine) return `is for machine ${found}, expected ${machine} (${arch})`
  if (type !== ET_DYN) return 'is not a shared library'
  if (!bytes.includes(`${entry}\0`)) return `does not contain ${entry}`
  return ''
}
