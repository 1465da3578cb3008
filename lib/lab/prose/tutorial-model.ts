import type { Step } from './tutorial-step.ts'

/** The simple model, and what it takes to make it hold. */
export const modelSteps: readonly Step[] = [
  {
    number: 1,
    name: 'simple-model',
    heading: { en: 'the simple model', zh: '简单模型' },
    adds: {
      en: 'A listener, an epoll and a loop, line for line the program of the tutorial. When the listener is reported, somebody has come: accept, and register the connection. When a connection is reported, receive; nothing received means that the client has left.',
      zh: '一个监听套接字，一个 epoll，一个循环，逐行对应教程里的程序。报告的是监听套接字，说明有客户端到来：accept，并注册这个连接。报告的是连接，就接收；什么也没收到，说明客户端已经离开。',
    },
    code: `while (true) {
  for (const [fd, events] of epoll.poll()) {
    if (fd === listener.fileno()) {
      const [connection, address] = listener.accept()!
      console.log('有新的客户端到来%j', address)
      connections.set(connection.fileno(), connection)
      addresses.set(connection.fileno(), address)
      epoll.register(connection, EPOLLIN | EPOLLET)
    } else if (events === EPOLLIN) {`,
    trap: {
      en: 'It works for one client who types slowly. Three who come together are one edge, and so one accept; two of them wait, and are behind from then on.',
      zh: '只有一个客户端慢慢打字时，它工作得很好。三个客户端同时到来，只是一次边缘，于是只 accept 一次；剩下两个在排队，从此一直落后。',
    },
    goesWrong: {
      experiment: 'one-accept',
      part: 'transcript',
      caption: {
        en: 'Three connect, one gets in. A fourth helps only one more.',
        zh: '三个连接，进来一个。第四个到来，也只多进来一个。',
      },
    },
    fix: {
      en: 'Accept until nobody is left.',
      zh: '一直 accept，直到没有人在等。',
    },
    goesWell: {
      experiment: 'one-accept',
      part: 'fix',
      caption: {
        en: 'All three get in, and `EAGAIN` says that there are no more.',
        zh: '三个都进来了，`EAGAIN` 说明后面没有了。',
      },
    },
    next: 'accept-all',
  },
  {
    number: 2,
    name: 'accept-all',
    heading: { en: 'accept all', zh: '全部接受' },
    adds: {
      en: 'One accept becomes a loop of accepts.',
      zh: '一次 accept 变成一个循环。',
    },
    code: `for (let next = listener.accept(); next !== null; next = listener.accept()) {
  const [connection, address] = next`,
    trap: {
      en: 'Such a loop ends when a call finds nothing. But the listener is a blocking one, and a blocking call that finds nothing sleeps: the whole program stands still until the next client comes.',
      zh: '这样的循环要等某次调用一无所获才结束。可是监听套接字是阻塞的，阻塞的调用一无所获时会睡过去：下一个客户端到来之前，整个程序都停在那里。',
    },
    goesWrong: {
      experiment: 'blocking-drain',
      part: 'transcript',
      caption: {
        en: 'The same with a pipe: the last read of a drain sleeps. Here another thread does it, so that you can watch.',
        zh: '换成管道也一样：读尽循环的最后一次读取睡过去了。这里让另一个线程来读，好让你看着。',
      },
    },
    fix: {
      en: 'With ET, descriptors are non-blocking: would-block is an answer.',
      zh: '使用 ET，描述符就要设为非阻塞：暂不可行也是一种回答。',
    },
    goesWell: {
      experiment: 'blocking-drain',
      part: 'fix',
      caption: {
        en: 'The last read says `EAGAIN`, and the loop goes on.',
        zh: '最后一次读取返回 `EAGAIN`，循环继续。',
      },
    },
    next: 'non-blocking',
  },
  {
    number: 3,
    name: 'non-blocking',
    heading: { en: 'non-blocking', zh: '非阻塞' },
    adds: {
      en: 'The change is a word that goes: sockets of this project are non-blocking unless asked otherwise, and `accept` and `recv` return `null` when they would block.',
      zh: '改动只是删掉一个词：本项目的套接字默认就是非阻塞的，`accept` 和 `recv` 暂不可行时返回 `null`。',
    },
    code: `const listener = new Socket()
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)`,
    trap: {
      en: 'Now the same mistake once more, in reading: 3000 bytes come together, one edge, one `recv(1024)`. The rest lies in the kernel, and nobody will tell of it.',
      zh: '同样的错误又出现在读取上：3000 字节同时到来，一次边缘，一次 `recv(1024)`。剩下的留在内核里，不会再有人通知。',
    },
    goesWrong: {
      experiment: 'one-recv',
      part: 'transcript',
      caption: {
        en: 'Most of the request stays where it is, and the client waits.',
        zh: '请求的大半留在原地，客户端一直等着。',
      },
    },
    fix: {
      en: 'Receive until nothing is left.',
      zh: '一直接收，直到什么都不剩（读尽）。',
    },
    goesWell: {
      experiment: 'one-recv',
      part: 'fix',
      caption: {
        en: 'Drained: all bytes are there, and nothing is queued.',
        zh: '读尽之后：字节全部到手，队列里什么都没有。',
      },
    },
    next: 'read-all',
  },
  {
    number: 4,
    name: 'read-all',
    heading: { en: 'read all', zh: '读尽' },
    adds: {
      en: 'Receiving becomes a loop, too, with three ends: `null`, nothing more now; no bytes, nothing more ever; else bytes, and once more.',
      zh: '接收也变成循环，有三种结果：`null`，现在没有了；零字节，以后也不会有了；否则就是数据，再来一次。',
    },
    code: `for (let data = connection.recv(1024); data !== null; data = connection.recv(1024)) {
  const text = utf8.decode(data)
  if (text) {`,
    trap: {
      en: 'The program still asks `events === EPOLLIN`. A client that resets its connection shows three bits, and [is not equal](#/e/equals) to one: nobody ever closes it.',
      zh: '程序仍然用 `events === EPOLLIN` 判断。客户端重置连接时会出现三个位，和一个位[不相等](#/e/equals)：这个连接永远没有人关闭。',
    },
    goesWrong: {
      transcript: `
tcp c s
ep E; add E s IN|ET
rst c
wait E -> s:IN|ERR|HUP
wait E -> nothing
`,
      caption: {
        en: 'The report of a reset. It comes once; who does not understand it has missed it.',
        zh: '连接被重置时的报告。它只来一次，看不懂就错过了。',
      },
    },
    fix: {
      en: 'Test bits with `&`. ERR and HUP come unasked, so expect them; and expect that `recv` fails then.',
      zh: '用 `&` 检查位。ERR 和 HUP 不请自来，所以要料到；那时 `recv` 会失败，也要料到。',
    },
    goesWell: {
      transcript: `
tcp c s
ep E; add E s IN|ET
rst c
wait E -> s:IN|ERR|HUP
recv s 1024 -> ECONNRESET
del E s -> ok
close s
`,
      caption: {
        en: 'Receiving tells what happened, and the connection is closed.',
        zh: '接收一次就知道发生了什么，然后关闭连接。',
      },
    },
    next: 'mask-bits',
  },
  {
    number: 5,
    name: 'mask-bits',
    heading: { en: 'a mask is a set of bits', zh: '掩码是一组位' },
    adds: {
      en: 'The condition asks for bits, and a failing `recv` counts as the end of the stream.',
      zh: '条件改为检查位；`recv` 失败也当作流结束。',
    },
    code: `function receive(connection: Socket): Buffer | null {
  try {
    return connection.recv(1024)
  } catch {
    return Buffer.alloc(0)
  }
}`,
    trap: {
      en: 'What comes is decoded strictly, as Python does it. A character of several bytes may be cut by a `recv`, and a byte may be no UTF-8 at all: the decoder throws, and the server is gone for everybody.',
      zh: '收到的内容用严格方式解码，和 Python 一样。多字节的字符可能被 `recv` 切开，字节也可能根本不是 UTF-8：解码器抛出异常，服务器就此退出，所有人都断线。',
    },
    goesWrong: {
      transcript: `
tcp c s
send c "请" -> 3
recv s 2 -> 2
recv s 2 -> 1
`,
      caption: {
        en: 'One character, three bytes, two receives. Neither piece is a text.',
        zh: '一个字符，三个字节，分两次接收。哪一段都不成文字。',
      },
    },
    fix: {
      en: 'A decoder for each connection, which keeps the beginning of a character until its end has come, and replaces what is broken.',
      zh: '每个连接一个解码器：字符没到齐就先留着，损坏的字节替换掉。',
    },
    next: 'bytes-and-text',
  },
  {
    number: 6,
    name: 'bytes-and-text',
    heading: { en: 'bytes are not text', zh: '字节不是文字' },
    adds: {
      en: 'The end of the stream is now told by the number of bytes, not by an empty text. With this, the simple model holds.',
      zh: '流结束现在由字节数判断，而不是看文字是否为空。到这里，简单模型就站得住了。',
    },
    code: `if (data.length > 0) {
  const text = decoders.get(fd)!.write(data)
  console.log(\`recv:\${text}\`)`,
    trap: {
      en: 'No trap is left, but there is a temptation: the last `recv` of each drain finds nothing, and a short read seems to make it needless.',
      zh: '陷阱没有了，但有一个诱惑：每次读尽的最后一次 `recv` 都一无所获，遇到短读似乎就可以省掉它。',
    },
    goesWrong: {
      experiment: 'short-read',
      part: 'transcript',
      caption: {
        en: 'Who stops at a short read does not see the end that came with it.',
        zh: '遇到短读就停，会错过与它同时到来的流结束。',
      },
    },
    fix: {
      en: 'Drain to `EAGAIN` or to the end; or ask for RDHUP as well, and stop at a short read only when it is not in the mask.',
      zh: '一直读到 `EAGAIN` 或流结束；或者同时关注 RDHUP，掩码里没有它时，才可以遇到短读就停。',
    },
    goesWell: {
      experiment: 'short-read',
      part: 'fix',
      caption: {
        en: 'With RDHUP, the event itself says that the end is there.',
        zh: '有了 RDHUP，事件本身就说明流结束已到。',
      },
    },
    next: 'web-server',
  },
]
