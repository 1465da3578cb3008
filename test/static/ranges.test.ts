import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { smallFileBytes } from '../../lib/static/limits.ts'
import { type Answer, client } from '../http/client.ts'
import { lastModified, Stage } from './stage.ts'

const digits = Buffer.from('0123456789abcdefghij')
/** More bytes than one call to sendfile sends. */
const big = randomBytes(1_500_000)
const edge = big.subarray(0, smallFileBytes + 1)
describe('a range', () => {
  const stage = new Stage({ 'a.txt': digits, 'big.bin': big, 'edge.bin': edge, empty: '' })
  after(() => stage[Symbol.dispose]())

  let tag = ''
  before(async () => {
    tag = (await stage.get('/a.txt')).fields.get('etag') ?? ''
  })

  /** The expected part of a file of twenty bytes, as Content-Range gives it, and its content. */
  const single: [value: string, range: string, body: string][] = [
    ['bytes=0-4', '0-4', '01234'],
    ['bytes=5-5', '5-5', '5'],
    ['bytes=0-19', '0-19', digits.toString()],
    ['bytes=15-', '15-19', 'fghij'],
    ['bytes=0-', '0-19', digits.toString()],
    ['bytes=-3', '17-19', 'hij'],
    ['bytes=-20', '0-19', digits.toString()],
    ['bytes=-500', '0-19', digits.toString()],
    ['bytes=18-1000', '18-19', 'ij'],
    ['bytes=18-99999999999999999999', '18-19', 'ij'],
    ['BYTES=0-0', '0-0', '0'],
    ['bytes= 0-0', '0-0', '0'],
    ['bytes=0-1,1-2', '0-2', '012'],
    ['bytes=0-1,2-3', '0-3', '0123'],
    ['bytes=0-1,1-2,2-3,3-4,4-5,5-6,6-7,7-8,8-9,9-10', '0-10', '0123456789a'],
    ['bytes=30-40,2-3', '2-3', '23'],
    ['bytes=0-0,', '0-0', '0'],
  ]

  for (const [value, range, body] of single) {
    test(`Range: ${value} selects the bytes ${range} of 20`, async () => {
      const answer = await stage.get('/a.txt', `Range: ${value}`)
      assert.equal(answer.status, 206)
      assert.equal(answer.fields.get('content-range'), `bytes ${range}/20`)
      assert.equal(answer.fields.get('content-length'), String(body.length))
      assert.equal(answer.fields.get('content-type'), 'text/plain; charset=utf-8')
      assert.equal(answer.fields.get('etag'), tag)
      assert.equal(answer.fields.get('accept-ranges'), 'bytes')
      assert.equal(answer.body.toString(), body)
    })
  }

  const parts: [first: number, last: number][] = [
    [0, 0],
    [1, smallFileBytes],
    [524_287, 524_288],
    [100_000, 1_400_000],
    [0, 1_499_999],
    [1_499_999, 1_499_999],
  ]

  for (const [first, last] of parts) {
    test(`bytes ${first} to ${last} of a large file are sent, and the next request is answered`, async () => {
      await using peer = await client(stage.port)
      const answer = await peer.get('/big.bin', `Range: bytes=${first}-${last}`)
      assert.equal(answer.status, 206)
      assert.equal(answer.fields.get('content-range'), `bytes ${first}-${last}/1500000`)
      assert.ok(answer.body.equals(big.subarray(first, last + 1)))
      assert.equal((await peer.get('/a.txt')).body.toString(), digits.toString())
    })
  }

  const refused: string[] = [
    'bytes=20-',
    'bytes=20-30',
    'bytes=99999999999999999999-',
    'bytes=-0',
    'bytes=20-10',
    'bytes=--6',
    'bytes=0--',
    'bytes=-2-3',
    'bytes=10',
    'bytes=a-',
    'bytes=0x1-2',
    'bytes=-',
    'bytes=20-,30-40',
    'bytes=20-30,-0',
  ]

  for (const value of refused) {
    test(`Range: ${value} is unsatisfiable, and the connection stays open`, async () => {
      await using peer = await client(stage.port)
      const answer = await peer.get('/a.txt', `Range: ${value}`)
      assert.equal(answer.status, 416)
      assert.equal(answer.fields.get('content-range'), 'bytes */20')
      assert.equal(answer.body.toString(), '416 Range Not Satisfiable\n')
      assert.equal((await peer.get('/a.txt')).status, 200)
    })
  }

  const whole: string[][] = [
    ['Range: lines=0-1'],
    ['Range: asdf'],
    ['Range: bytes='],
    ['Range: bytes'],
    ['Range:'],
    ['Range: bytes =0-1'],
    ['Range: bytes=0-15,3-18'],
    ['Range: bytes=0-,0-'],
    [`Range: bytes=${Array.from({ length: 1000 }, () => '0-').join(',')}`],
    ['Range: bytes=0-1', 'If-Range: "x"'],
    ['Range: bytes=0-1', 'If-Range: W/TAG'],
    ['Range: bytes=0-1', 'If-Range: Thu, 29 Feb 2024 11:59:59 GMT'],
    ['Range: bytes=0-1', 'If-Range: Thu, 29 Feb 2024 12:00:01 GMT'],
    ['Range: bytes=0-1', 'If-Range: garbage'],
    ['Range: bytes=99-', 'If-Range: "x"'],
  ]

  for (const fields of whole) {
    test(`${fields.join(' and ').slice(0, 70)} is answered with the whole file`, async () => {
      const answer = await stage.get('/a.txt', ...fields.map(field => field.replace('TAG', tag)))
      assert.equal(answer.status, 200)
      assert.equal(answer.fields.has('content-range'), false)
      assert.equal(answer.body.toString(), digits.toString())
    })
  }

  type BodyPart = { head: string; content: Buffer }

  /** Splits a multipart body by its boundary, as a client would. */
  function partsOf({ fields, body }: Answer): BodyPart[] {
    const [, boundary] = /^multipart\/byteranges; boundary=(\w+)$/.exec(
      fields.get('content-type') ?? '',
    ) ?? ['', '']
    const text = body.toString('latin1')
    const closing = `\r\n--${boundary}--\r\n`
    assert.ok(text.endsWith(closing))
    const pieces = text.slice(0, -closing.length).split(`\r\n--${boundary}\r\n`)
    assert.equal(pieces.shift(), '')
    return pieces.map(piece => {
      const at = piece.indexOf('\r\n\r\n')
      return { head: piece.slice(0, at), content: Buffer.from(piece.slice(at + 4), 'latin1') }
    })
  }

  const several: [target: string, content: Buffer, ranges: [first: number, last: number][]][] = [
    [
      '/a.txt',
      digits,
      [
        [0, 1],
        [5, 6],
        [18, 19],
      ],
    ],
    [
      '/a.txt',
      digits,
      [
        [18, 19],
        [0, 1],
      ],
    ],
    [
      '/big.bin',
      big,
      [
        [0, 0],
        [200_000, 900_000],
        [1_499_990, 1_499_999],
      ],
    ],
    [
      '/edge.bin',
      edge,
      [
        [0, 99],
        [smallFileBytes, smallFileBytes],
      ],
    ],
  ]

  for (const [target, content, ranges] of several) {
    const value = ranges.map(([first, last]) => `${first}-${last}`).join(',')
    test(`the ranges ${value} of ${target} get a multipart answer with a Content-Range for each`, async () => {
      await using peer = await client(stage.port)
      const answer = await peer.get(target, `Range: bytes=${value}`)
      assert.equal(answer.status, 206)
      assert.equal(answer.fields.has('content-range'), false)
      const type = target === '/a.txt' ? 'text/plain; charset=utf-8' : 'application/octet-stream'
      const found = partsOf(answer)
      assert.equal(found.length, ranges.length)
      for (const [i, [first, last]] of ranges.entries()) {
        const range = `Content-Range: bytes ${first}-${last}/${content.length}`
        assert.equal(found[i]!.head, `Content-Type: ${type}\r\n${range}`)
        assert.ok(found[i]!.content.equals(content.subarray(first, last + 1)))
      }
      assert.equal((await peer.get('/a.txt')).body.toString(), digits.toString())
    })
  }

  test('each multipart answer has its own boundary, and unsatisfiable ranges are left out', async () => {
    const one = await stage.get('/a.txt', 'Range: bytes=0-1,50-60,5-6')
    const other = await stage.get('/a.txt', 'Range: bytes=0-1,5-6')
    assert.equal(partsOf(one).length, 2)
    assert.notEqual(one.fields.get('content-type'), other.fields.get('content-type'))
    assert.equal(one.body.length, other.body.length)
  })

  test('64 ranges get a multipart answer, 65 get the whole file', async () => {
    for (const [count, status] of [
      [64, 206],
      [65, 200],
    ] as const) {
      const ranges = Array.from({ length: count }, (_, i) => `${i * 100}-${i * 100 + 1}`)
      const answer = await stage.get('/big.bin', `Range: bytes=${ranges.join(',')}`)
      assert.equal(answer.status, status)
      if (status === 206) assert.equal(partsOf(answer).length, count)
      else assert.ok(answer.body.equals(big))
    }
  })

  test('a Range that names the whole of a large file a thousand times gets it once', async () => {
    const value = Array.from({ length: 1000 }, () => '0-').join(',')
    const answer = await stage.get('/big.bin', `Range: bytes=${value}`)
    assert.ok(answer.body.equals(big))
  })

  for (const [what, validator] of [
    ['tag', 'TAG'],
    ['date', lastModified],
  ] as const) {
    test(`a range is honoured if If-Range contains the current ${what} of the file`, async () => {
      const value = validator.replace('TAG', tag)
      const answer = await stage.get('/a.txt', 'Range: bytes=0-1', `If-Range: ${value}`)
      assert.equal(answer.status, 206)
      assert.equal(answer.body.toString(), '01')
    })
  }

  test('HEAD and empty files ignore ranges', async () => {
    for (const value of ['bytes=0-1', 'bytes=99-', 'bytes=0-1,5-6']) {
      const head = await stage.ask('HEAD', '/a.txt', `Range: ${value}`)
      assert.equal(head.status, 200)
      assert.equal(head.fields.get('content-length'), '20')
      const empty = await stage.get('/empty', `Range: ${value}`)
      assert.equal(empty.status, 200)
      assert.equal(empty.body.length, 0)
    }
  })

  test('a failed condition takes precedence over a range', async () => {
    const known = await stage
      .get('/a.txt', 'Range: bytes=0-1', `If-None-Match: ${tag}`)
      .catch((error: Error) => error.message)
    assert.ok(typeof known !== 'string' && known.status === 304)
    assert.equal((await stage.get('/a.txt', 'Range: bytes=0-1', 'If-Match: "x"')).status, 412)
  })
})
