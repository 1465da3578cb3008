import type { Step } from './tutorial-step.ts'

/** The simple model, and what it takes to make it hold. */
export const modelSteps: readonly Step[] = [
  {
    number: 1,
    name: 'simple-model',
    heading: { en: 'the simple model', zh: '简单模型' },
    adds: {
      en: 'A listener, an epoll and a loop, line for line [the Python program](examples/01-simple-model.py) that this tutorial starts from. An event for the listener means that a client has arrived: accept it and register the connection. (`有新的客户端到来` says just that in Chinese: a new client has arrived.) An event for a connection means: receive. If nothing was received, the client has left.',
      zh: '一个监听套接字，一个 epoll，一个循环，逐行对应[教程出发的 Python 程序](examples/01-simple-model.py)。监听套接字上的事件，说明有客户端到来：accept，并注册这个连接。连接上的事件，就接收；什么也没收到，说明客户端已经离开。',
    },
    code: `if (fd === listener.fileno()) {
  const [connection, address] = listener.accept()!
  console.log('有新的客户端到来%j', address)
  connections.set(connection.fileno(), connection)
  addresses.set(connection.fileno(), address)
  epoll.register(connection, EPOLLIN | EPOLLET)
} else if (events === EPOLLIN) {
  const connection = connections.get(fd)!
  const text = utf8.decode(connection.recv(1024)!)
  if (text) {
    console.log(\`recv:\${text}\`)
  } else {
    epoll.unregister(fd)
    connection.close()
    console.log('%j---offline---', addresses.get(fd))
    connections.delete(fd)
    addresses.delete(fd)
  }
}`,
    trap: {
      en: 'It works for one client that types slowly. Three clients that arrive together make one edge, and so one accept; two of them wait, and the server stays behind from then on.',
      zh: '只有一个客户端慢慢打字时，它工作得很好。三个客户端同时到来，只触发一次，于是只 accept 一次；剩下两个在排队，从此一直落后。',
    },
    goesWrong: {
      experiment: 'one-accept',
      part: 'transcript',
      caption: {
        en: 'Three clients connect, with one accept per event. Then a fourth arrives.',
        zh: '三个客户端连接，每个事件 accept 一次。然后来了第四个。',
      },
    },
    fix: {
      en: 'Accept until no client is left.',
      zh: '一直 accept，直到没有客户端在排队。',
    },
    goesWell: {
      experiment: 'one-accept',
      part: 'fix',
      caption: {
        en: 'The same clients, accepted in a loop.',
        zh: '同样的客户端，用循环 accept。',
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
      en: 'Such a loop ends when a call finds nothing. But the listener is blocking, and a blocking call that finds nothing sleeps: the whole program stops until the next client arrives.',
      zh: '这样的循环要等某次调用一无所获才结束。可是监听套接字是阻塞的，阻塞的调用一无所获时会睡过去：下一个客户端到来之前，整个程序都停在那里。',
    },
    goesWrong: {
      experiment: 'blocking-drain',
      part: 'transcript',
      caption: {
        en: "The same with a pipe: a second thread makes the loop's last read, so that you can watch.",
        zh: '换成管道也一样：这里让另一个线程来做循环的最后一次读取，好让你看着。',
      },
    },
    fix: {
      en: 'With ET, make descriptors non-blocking: then "would block" is a result.',
      zh: '使用 ET，描述符就要设为非阻塞：这样“会阻塞”也是一种结果。',
    },
    goesWell: {
      experiment: 'blocking-drain',
      part: 'fix',
      caption: {
        en: 'The same read on a non-blocking descriptor.',
        zh: '同样的读取，描述符是非阻塞的。',
      },
    },
    next: 'non-blocking',
  },
  {
    number: 3,
    name: 'non-blocking',
    heading: { en: 'non-blocking', zh: '非阻塞' },
    adds: {
      en: 'We delete one word: sockets here are non-blocking by default, and `accept` and `recv` return `null` when they would block.',
      zh: '我们删掉一个词：这里的套接字默认就是非阻塞的，`accept` 和 `recv` 会阻塞时返回 `null`。',
    },
    code: `const listener = new Socket()
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)`,
    trap: {
      en: 'The same mistake again, this time in reading: 3000 bytes arrive together, which is one edge and one `recv(1024)`. The rest stays in the kernel, and no event will mention it.',
      zh: '同样的错误又出现在读取上：3000 字节同时到来，只触发一次，`recv(1024)` 一次。剩下的留在内核里，不会再有通知。',
    },
    goesWrong: {
      experiment: 'one-recv',
      part: 'transcript',
      caption: {
        en: 'A request longer than one receive.',
        zh: '一个请求，一次接收装不下。',
      },
    },
    fix: {
      en: 'Receive until nothing is left.',
      zh: '一直接收，直到什么都不剩（读空）。',
    },
    goesWell: {
      experiment: 'one-recv',
      part: 'fix',
      caption: {
        en: 'The same request, received until `EAGAIN`.',
        zh: '同样的请求，一直接收到 `EAGAIN`。',
      },
    },
    next: 'read-all',
  },
  {
    number: 4,
    name: 'read-all',
    heading: { en: 'read all', zh: '读空' },
    adds: {
      en: 'Receiving becomes a loop too, with three outcomes: `null`, nothing more for now; no bytes, nothing more ever; or data, and once more.',
      zh: '接收也变成循环，有三种结果：`null`，现在没有了；零字节，以后也不会有了；否则就是数据，再来一次。',
    },
    code: `for (let data = connection.recv(1024); data !== null; data = connection.recv(1024)) {
  const text = utf8.decode(data)
  if (text) {`,
    trap: {
      en: "The program still tests `events === EPOLLIN`. A client that resets its connection sets three bits, which [don't equal](#/e/equals) that one: the connection is never closed.",
      zh: '程序仍然用 `events === EPOLLIN` 判断。客户端重置连接时会置上三个位，和这一个位[不相等](#/e/equals)：这个连接永远不会关闭。',
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
        en: "This is how a reset is reported. It comes once; miss it and it's gone.",
        zh: '连接被重置时就这样通知。它只来一次，错过就没了。',
      },
    },
    fix: {
      en: 'Test bits with `&`. ERR and HUP arrive unasked, so expect them, and expect `recv` to fail then.',
      zh: '用 `&` 逐位判断。ERR 和 HUP 不请自来，所以要料到；那时 `recv` 会失败，也要料到。',
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
        en: 'Receive, to find out what happened; then unregister and close.',
        zh: '接收一次，就知道发生了什么；然后注销并关闭。',
      },
    },
    next: 'mask-bits',
  },
  {
    number: 5,
    name: 'mask-bits',
    heading: { en: 'a mask is a set of bits', zh: '掩码是一组位' },
    adds: {
      en: 'The condition tests bits, and a failing `recv` counts as the end of the stream.',
      zh: '条件改为逐位判断；`recv` 失败也当作流结束。',
    },
    code: `function receive(connection: Socket): Buffer | null {
  try {
    return connection.recv(1024)
  } catch {
    return Buffer.alloc(0)
  }
}`,
    trap: {
      en: 'Data is decoded strictly, as Python does it. But `recv` can cut a character of several bytes in two, and a byte may not be UTF-8 at all: the decoder throws, and the server is gone for all clients.',
      zh: '收到的内容用严格方式解码，和 Python 一样。多字节的字符可能被 `recv` 切开，字节也可能根本不是 UTF-8：解码器抛出异常，服务器就此退出，所有客户端都断线。',
    },
    goesWrong: {
      transcript: `
tcp c s
send c "请" -> 3
recv s 2 -> 2
recv s 2 -> 1
`,
      caption: {
        en: 'One character, three bytes, two receives. Neither piece is text.',
        zh: '一个字符，三个字节，分两次接收。哪一段都不是文字。',
      },
    },
    fix: {
      en: 'Use one decoder per connection: it keeps the beginning of a character until the rest arrives, and replaces invalid bytes.',
      zh: '每个连接用一个解码器：字符没到齐就先留着，无效的字节替换掉。',
    },
    next: 'bytes-and-text',
  },
  {
    number: 6,
    name: 'bytes-and-text',
    heading: { en: 'bytes are not text', zh: '字节不是文字' },
    adds: {
      en: 'The end of the stream is now a number of bytes, 0, not an empty text. With this, the simple model is correct.',
      zh: '流结束现在由字节数 0 判断，而不是看文字是否为空。到这里，简单模型就正确了。',
    },
    code: `if (data.length > 0) {
  const text = decoders.get(fd)!.write(data)
  console.log(\`recv:\${text}\`)`,
    trap: {
      en: 'No trap is left, but a temptation: the last `recv` of each drain finds nothing, and a short read seems to make it unnecessary.',
      zh: '陷阱没有了，但有一个诱惑：每次读空的最后一次 `recv` 都一无所获，读到的字节数不足（short read）时，似乎就可以省掉它。',
    },
    goesWrong: {
      experiment: 'short-read',
      part: 'transcript',
      caption: {
        en: 'The client sends and closes; the loop stops at a short read.',
        zh: '客户端发送后关闭；循环在字节数不足时就停。',
      },
    },
    fix: {
      en: "Read until `EAGAIN` or the end. Or ask for RDHUP as well, and stop at a short read only if RDHUP isn't in the mask.",
      zh: '一直读到 `EAGAIN` 或流结束。或者同时关注 RDHUP，掩码里没有它时，才可以在字节数不足时停下。',
    },
    goesWell: {
      experiment: 'short-read',
      part: 'fix',
      caption: {
        en: 'With RDHUP, the event itself tells you about the end.',
        zh: '有了 RDHUP，事件本身就会告诉你流结束了。',
      },
    },
    next: 'web-server',
  },
]
