// Wrong arguments to pipes, files, sockets and errors.
import '../support/descriptors.ts'
import { constants } from 'node:fs'
import { after } from 'node:test'
import {
  AF_UNIX,
  Descriptor,
  File,
  FileStat,
  Pipe,
  PipeReader,
  PipeWriter,
  RESOLVE_BENEATH,
  SO_REUSEADDR,
  SOL_SOCKET,
  Socket,
  SystemError,
} from '../../lib/index.ts'
import { flag, optional, options, type Row, testRows } from './wrong-arguments.ts'

const pipe = new Pipe()
const file = File.open('/proc/self/exe')
const nowhere = File.open('/dev/null', { flags: constants.O_WRONLY })
const directory = File.open('/usr')
const [left, right] = Socket.pair()
const inet = new Socket()
const unix = new Socket({ domain: AF_UNIX })
const bytes = new Uint8Array(16)
const resolve = RESOLVE_BENEATH

after(() => {
  for (const descriptor of [pipe, file, nowhere, directory, left, right, inet, unix])
    descriptor.close()
})

const size: Partial<Row> = { accepts: ['2^31'] }

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the subject
function bound(host: any): void {
  using socket = new Socket()
  socket.bind({ host, port: 0 })
}

testRows([
  { name: 'reader.read(size)', call: v => pipe.reader.read(v), ...size },
  {
    name: 'writer.write(data)',
    call: v => pipe.writer.write(v),
    numeric: false,
    accepts: ['string'],
  },

  {
    name: 'File.open(path)',
    call: v => File.open(v),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  { name: 'File.open(, options)', call: v => File.open('/usr', v), ...options },
  {
    name: 'File.open(, { flags })',
    call: v => File.open('/proc/self/no-such', { flags: v }),
    kernel: { undefined: 'ENOENT', '-1': 'ENOENT' },
  },
  {
    name: 'File.open(, { mode })',
    call: v => File.open('/usr', { mode: v }),
    accepts: optional,
  },
  {
    name: 'File.open(, { directory })',
    call: v => File.open('usr', { directory: v }),
    kernel: { undefined: 'ENOENT' },
  },
  { name: 'File.openBeneath(directory)', call: v => File.openBeneath(v, 'x', { resolve }) },
  {
    name: 'File.openBeneath(, path)',
    call: v => File.openBeneath(directory, v, { resolve }),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  {
    name: 'File.openBeneath(,, options)',
    call: v => File.openBeneath(directory, '.', v),
    numeric: false,
  },
  {
    name: 'File.openBeneath(,, { flags })',
    call: v => File.openBeneath(directory, '.', { resolve, flags: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'File.openBeneath(,, { resolve })',
    call: v => File.openBeneath(directory, '.', { resolve: v }),
  },
  { name: 'file.read(size)', call: v => file.read(v, 2 ** 40), ...size },
  {
    name: 'file.read(, position)',
    call: v => file.read(1, v),
    accepts: ['undefined', 'null', '2^31'],
  },
  { name: 'file.readInto(buffer)', call: v => file.readInto(v), numeric: false },
  {
    name: 'file.readInto(, position)',
    call: v => file.readInto(bytes, v),
    accepts: ['undefined', 'null', '2^31'],
  },
  { name: 'file.readInto(,, offset)', call: v => file.readInto(bytes, 0, v), accepts: optional },
  {
    name: 'file.readInto(,,, length)',
    call: v => file.readInto(bytes, 0, 0, v),
    accepts: optional,
  },
  {
    name: 'file.write(data)',
    call: v => nowhere.write(v),
    numeric: false,
    accepts: ['string'],
  },
  {
    name: 'file.write(, position)',
    call: v => nowhere.write('', v),
    accepts: ['undefined', 'null', '2^31'],
  },
  { name: 'File.fromfd(fd)', call: v => File.fromfd(v) },
  {
    name: 'File.fromfd(, { owns })',
    call: v => File.fromfd(nowhere.fileno(), { owns: v === true || v === undefined ? false : v }),
    numeric: false,
    accepts: ['undefined', 'true'],
  },
  { name: 'PipeReader.fromfd(fd)', call: v => PipeReader.fromfd(v) },
  { name: 'PipeWriter.fromfd(fd)', call: v => PipeWriter.fromfd(v) },
  { name: 'file.stat(into)', call: v => file.stat(v), numeric: false, accepts: optional },
  { name: 'stat.equals(other)', call: v => new FileStat().equals(v), numeric: false },

  { name: 'new Socket(options)', call: v => new Socket(v), ...options },
  {
    name: 'new Socket({ domain })',
    call: v => new Socket({ domain: v }),
    accepts: optional,
    kernel: { '-1': 'EAFNOSUPPORT' },
  },
  {
    name: 'new Socket({ type })',
    call: v => new Socket({ type: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'new Socket({ blocking })',
    call: v => new Socket({ blocking: v }),
    ...flag,
  },
  { name: 'Socket.fromfd(fd)', call: v => Socket.fromfd(v) },
  {
    name: 'socket.setblocking(blocking)',
    call: v => left.setblocking(v),
    numeric: false,
    accepts: ['true'],
  },
  { name: 'socket.bind(address)', call: v => inet.bind(v), numeric: false },
  {
    name: 'socket.bind({ host })',
    call: v => bound(v),
    numeric: false,
    outOfRange: ['string'],
    accepts: optional,
  },
  { name: 'socket.bind({ port })', call: v => inet.bind({ host: '127.0.0.1', port: v }) },
  {
    name: 'socket.bind({ path })',
    call: v => unix.bind({ path: v === 'a string' ? '/no/such/place' : v }),
    numeric: false,
    kernel: { string: 'ENOENT' },
  },
  { name: 'socket.listen(backlog)', call: v => unix.listen(v), kernel: { undefined: 'EINVAL' } },
  { name: 'socket.connect(address)', call: v => inet.connect(v), numeric: false },
  { name: 'socket.connect({ port })', call: v => inet.connect({ host: '127.0.0.1', port: v }) },
  { name: 'socket.recv(size)', call: v => right.recv(v), ...size },
  {
    name: 'socket.recv(, flags)',
    call: v => right.recv(1, v),
    accepts: optional,
  },
  { name: 'socket.recvInto(buffer)', call: v => right.recvInto(v), numeric: false },
  { name: 'socket.recvInto(, offset)', call: v => right.recvInto(bytes, v), accepts: optional },
  { name: 'socket.recvInto(,, length)', call: v => right.recvInto(bytes, 0, v), accepts: optional },
  {
    name: 'socket.recvInto(,,, flags)',
    call: v => right.recvInto(bytes, 0, 1, v),
    accepts: optional,
  },
  { name: 'socket.recvfrom(size)', call: v => right.recvfrom(v), ...size },
  { name: 'socket.recvfrom(, flags)', call: v => right.recvfrom(1, v), accepts: optional },
  {
    name: 'socket.sendto(data)',
    call: v => left.sendto(v, { path: '/no/such/place' }),
    numeric: false,
    kernel: { string: 'EISCONN' },
  },
  { name: 'socket.sendto(, address)', call: v => inet.sendto('', v), numeric: false },
  { name: 'socket.recvmsg(size)', call: v => right.recvmsg(v), ...size },
  { name: 'socket.recvmsg(, controlSize)', call: v => right.recvmsg(1, v), accepts: optional },
  { name: 'socket.recvmsg(,, flags)', call: v => right.recvmsg(1, 0, v), accepts: optional },
  { name: 'socket.sendmsg(data)', call: v => left.sendmsg(v), numeric: false, accepts: ['array'] },
  {
    name: 'socket.sendmsg(, control)',
    call: v => left.sendmsg([], v),
    numeric: false,
    accepts: ['undefined', 'array'],
  },
  {
    name: 'socket.sendmsg(, [[, , data]])',
    call: v => left.sendmsg([], [[1, 1, v]]),
    numeric: false,
  },
  { name: 'socket.sendmsg(,, flags)', call: v => left.sendmsg([], [], v), accepts: optional },
  {
    name: 'Socket.pair({ type })',
    call: v => {
      for (const socket of Socket.pair({ type: v })) socket.close()
    },
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  { name: 'socket.send(data)', call: v => left.send(v), numeric: false, accepts: ['string'] },
  { name: 'socket.send(, options)', call: v => left.send('', v), ...options },
  { name: 'socket.send(, { offset })', call: v => left.send('', { offset: v }), accepts: optional },
  { name: 'socket.send(, { length })', call: v => left.send('', { length: v }), accepts: optional },
  {
    name: 'socket.send(, { flags })',
    call: v => left.send('', { flags: v }),
    accepts: optional,
  },
  { name: 'socket.sendfile(file)', call: v => left.sendfile(v, 0, 1) },
  {
    name: 'socket.sendfile(, offset)',
    call: v => left.sendfile(file, v, 0),
    accepts: ['2^31'],
  },
  {
    name: 'socket.sendfile(,, count)',
    call: v => left.sendfile(file, 2 ** 40, v),
    accepts: ['2^31'],
  },
  { name: 'socket.shutdown(how)', call: v => left.shutdown(v), kernel: { '-1': 'EINVAL' } },
  {
    name: 'socket.setsockopt(level)',
    call: v => left.setsockopt(v, SO_REUSEADDR, 1),
  },
  {
    name: 'socket.setsockopt(, name)',
    call: v => left.setsockopt(SOL_SOCKET, v, 1),
  },
  {
    name: 'socket.setsockopt(,, value)',
    call: v => left.setsockopt(SOL_SOCKET, SO_REUSEADDR, v),
    accepts: ['-1'],
  },
  {
    name: 'socket.getsockopt(level)',
    call: v => left.getsockopt(v, SO_REUSEADDR),
  },
  {
    name: 'socket.getsockopt(, name)',
    call: v => left.getsockopt(SOL_SOCKET, v),
  },
  {
    name: 'socket.getsockopt(,, length)',
    call: v => left.getsockopt(SOL_SOCKET, SO_REUSEADDR, v),
    accepts: optional,
  },

  { name: 'new SystemError(errno)', call: v => new SystemError(v, 'read') },
  { name: 'new PipeReader(fd)', call: v => new PipeReader(v) },
  { name: 'new PipeWriter(fd)', call: v => new PipeWriter(v) },
  // @ts-expect-error: private only in TypeScript
  { name: 'new File(fd)', call: v => new File(v) },
  // @ts-expect-error: abstract only in TypeScript
  { name: 'new Descriptor(fd)', call: v => new Descriptor(v, 'Descriptor') },
])
