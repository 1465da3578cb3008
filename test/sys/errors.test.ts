import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { test } from 'node:test'
import { getSystemErrorName } from 'node:util'
import { ClosedError, checked, EAGAIN, orNull, SystemError } from '../../lib/sys/index.ts'

test('SystemError has code, errno and syscall, and its message contains the detail', () => {
  const error = new SystemError(17, 'epoll_ctl', 'EPOLL_CTL_ADD EPOLLIN fd 5 on epoll 4')
  assert(error instanceof Error)
  assert.equal(error.name, 'SystemError')
  assert.deepEqual([error.code, error.errno, error.syscall], ['EEXIST', -17, 'epoll_ctl'])
  assert.equal(
    error.message,
    'EEXIST: file already exists, epoll_ctl EPOLL_CTL_ADD EPOLLIN fd 5 on epoll 4',
  )
  assert.match(String(error), /^SystemError: EEXIST/)
})

test('SystemError can be created without a detail', () => {
  assert.equal(new SystemError(9, 'read').message, 'EBADF: bad file descriptor, read')
})

for (const [name, errno] of Object.entries(constants.errno)) {
  test(`the code of SystemError for errno ${errno} is Node's (${name})`, () => {
    const node = getSystemErrorName(-errno)
    const { code } = new SystemError(errno, 'read')
    assert.equal(code, node.startsWith('Unknown') ? name : node)
  })
}

test('the code of SystemError for EWOULDBLOCK is EAGAIN', () => {
  assert.equal(new SystemError(11, 'read').code, 'EAGAIN')
})

test('the code of SystemError for an unknown errno contains the number', () => {
  const { code, errno, message } = new SystemError(4000, 'read')
  assert.deepEqual([code, errno], ['errno 4000', -4000])
  assert.match(message, /errno 4000: system call failed, read/)
})

test('checked() returns its argument, and throws if that is an errno', () => {
  assert.equal(checked(0, 'read'), 0)
  assert.equal(checked(7, 'read'), 7)
  assert.throws(() => checked(-9, 'read', 5), { code: 'EBADF', message: /read fd 5$/ })
  assert.throws(() => checked(-9, 'open', '"x"'), { message: /open "x"$/ })
  assert.throws(() => checked(EAGAIN, 'read'), { code: 'EAGAIN' })
})

test('orNull() returns null only for EAGAIN', () => {
  assert.equal(orNull(EAGAIN, 'read'), null)
  assert.equal(orNull(0, 'read'), 0)
  assert.throws(() => orNull(-4, 'read'), { code: 'EINTR' })
})

test('the message of ClosedError names the closed object', () => {
  const error = new ClosedError('Epoll')
  assert.deepEqual([error.name, error.code], ['ClosedError', 'ERR_CLOSED'])
  assert.match(error.message, /the Epoll is closed/)
})
