import type { Step } from './tutorial-step.ts'

/** The web server, and what it takes to make it hold. */
export const serverSteps: readonly Step[] = [
  {
    number: 7,
    name: 'web-server',
    heading: { en: 'the web server', zh: 'Web 服务器' },
    adds: {
      en: 'The loop of step 6, and an answer instead of a print: the file that the first line of a request names, or a 404. `Content-Length` tells the client where an answer ends, so that the next one may follow on the same connection.',
      zh: '仍是第 6 步的循环，只是不再打印，而是回答：请求第一行所说的文件，或者 404。`Content-Length` 告诉客户端回答在哪里结束，下一个回答才能在同一个连接上继续。',
    },
    code: `function send(connection: Socket, answer: Buffer): void {
  connection.send(answer)
}`,
    trap: {
      en: '`send` takes what fits into the buffer of the kernel, and says how much that was. The program does not listen: of a large file, the end is lost, and the client waits for it.',
      zh: '`send` 只收下内核缓冲区放得下的部分，并说明收下了多少。程序却没有听：文件一大，后半截就丢了，客户端还在等。',
    },
    goesWrong: {
      transcript: `
pair s c
send s 4000000 -> >1000
send s 1 -> EAGAIN
drain c -> *
`,
      caption: {
        en: 'Four million bytes are offered. Compare with what was taken, and with what the client gets.',
        zh: '要发送四百万字节。看看收下了多少，客户端得到多少。',
      },
    },
    fix: {
      en: 'Keep the rest, and go on when EPOLLOUT says [that there is room](#/e/out-edge).',
      zh: '留着剩下的（部分写入），等 EPOLLOUT 说[有空间了](#/e/out-edge)再继续。',
    },
    goesWell: {
      transcript: `
pair s c
ep E; add E s IN|OUT|ET
wait E -> s:OUT
send s 4000000 -> >1000
send s 1 -> EAGAIN
wait E -> nothing
drain c -> *
wait E -> s:OUT
send s 100000 -> 100000
`,
      caption: {
        en: 'Full, and no report. The client reads, and an edge tells that sending may go on.',
        zh: '满了，没有报告。客户端读走之后，来一次边缘，可以继续发送。',
      },
    },
    next: 'send-all',
  },
  {
    number: 8,
    name: 'send-all',
    heading: { en: 'send all', zh: '全部发送' },
    adds: {
      en: 'Each connection keeps what is not sent yet. It is registered for OUT from the beginning, which is quiet under ET; under LT it would [spin](#/e/out-spins). While something is unsent, nothing is received: a client that does not read makes nothing grow.',
      zh: '每个连接留着尚未发送的部分。注册时就关注 OUT，这在 ET 下很安静；换成 LT 就会[空转](#/e/out-spins)。还有东西没发完时就不接收：不读取的客户端不会让任何东西无限增长。',
    },
    code: `let rest = answer
while (rest.length > 0) {
  const sent = connection.send(rest)
  if (sent === null) break
  rest = rest.subarray(sent)
}`,
    trap: {
      en: 'The 404 says `请输入正确的url`, and its `Content-Length` is the length of the string. A string counts characters, the network counts bytes: 25 against 37. The client cuts the text, and takes what is left for the next answer.',
      zh: '404 的正文里有“请输入正确的url”，而 `Content-Length` 用的是字符串的长度。字符串数的是字符，网络数的是字节：25 对 37。客户端把正文截断，又把多出来的当成下一个回答的开头。',
    },
    goesWrong: {
      transcript: `
pair s c
send s "file not found, 请输入正确的url" -> 37
recv c 25 -> 25
queued c -> 12
`,
      caption: {
        en: 'The client takes the 25 bytes that it was promised. Twelve are left over.',
        zh: '客户端按承诺取走 25 个字节，还剩 12 个。',
      },
    },
    fix: {
      en: 'Count bytes.',
      zh: '按字节计数。',
    },
    next: 'byte-lengths',
  },
  {
    number: 9,
    name: 'byte-lengths',
    heading: { en: 'lengths are bytes', zh: '长度是字节数' },
    adds: {
      en: 'One call more, `Buffer.byteLength`.',
      zh: '只多了一个调用：`Buffer.byteLength`。',
    },
    code: `head += \`Content-Length: \${Buffer.byteLength(notFound)}\\r\\n\\r\\n\``,
    trap: {
      en: 'The path of a request is put after the root as it came. `/../secret.txt` leads out of it, and so does a link. This trap has no experiment: the operations of the lab open no paths, for the same reason. Try it on the program itself:',
      zh: '请求里的路径原样接在根目录后面。`/../secret.txt` 会走到外面，链接也会。这个陷阱没有实验：出于同样的原因，实验室的操作不打开任何路径。请在程序上试：',
    },
    more: [
      {
        kind: 'code',
        language: 'shell',
        text: 'node --import tsx examples/09-byte-lengths.ts &\ncurl --path-as-is localhost:7890/../package.json',
      },
    ],
    fix: {
      en: 'Do not look at strings: let the kernel open the file beneath the root, and nowhere else.',
      zh: '不要去分析字符串：让内核只在根目录之下打开文件。',
    },
    next: 'beneath-root',
  },
  {
    number: 10,
    name: 'beneath-root',
    heading: { en: 'beneath the root', zh: '限制在根目录之下' },
    adds: {
      en: 'The root is opened once, and a path is opened relative to it with `RESOLVE_BENEATH`. The file is then read without epoll: a regular file [cannot be watched](#/myths/files).',
      zh: '根目录只打开一次，路径用 `RESOLVE_BENEATH` 相对于它打开。文件的读取不经过 epoll：普通文件[不能监视](#/myths/files)。',
    },
    code: `const file = File.openBeneath(directory, path, { resolve: RESOLVE_BENEATH })
try {
  return file.read(file.stat().sizeBytes)
} finally {
  file.close()
}`,
    trap: {
      en: 'Three are left. One `recv` is taken for one request, but a request may come in pieces, or [with others](#/e/pipelined). A large file is read as a whole. And a client that sends without pause is served without pause, while the others wait.',
      zh: '还剩三个。一次 `recv` 被当作一个请求，而请求可能分几段到来，也可能[几个一起到来](#/e/pipelined)。大文件一次读进内存。还有，一个客户端不停地发，就一直为它服务，别人只能等着。',
    },
    goesWrong: {
      transcript: String.raw`
tcp c s
ep E; add E s IN|ET
send c "GET / HTTP/1.1\r\n"
wait E -> s:IN
recv s 1024 -> 16
send c "Host: lab\r\n\r\nGET /style.css HTTP/1.1\r\nHost: lab\r\n\r\n"
wait E -> s:IN
recv s 1024 -> 51
wait E -> nothing
`,
      caption: {
        en: 'Two requests in two receives, but not one in each: the second one begins in the middle.',
        zh: '两个请求，两次接收，却不是一次一个：第二个请求从中间开始。',
      },
    },
    fix: {
      en: 'Keep what has come until a whole request is there; read a file in pieces, one when the last one is sent; and give each client a share of a turn.',
      zh: '收到的先留着，直到请求完整；文件分块读，上一块发完再读下一块；每个客户端每轮只占一份。',
    },
    next: 'static-server',
  },
  {
    number: 11,
    name: 'static-server',
    heading: { en: 'the static server', zh: '静态服务器' },
    adds: {
      en: 'All of it together, in fewer than 150 lines. A step does one thing and says whether to go on: send, else read a piece, else answer, else receive. Each ends in progress or in would-block, so no edge is lost. A turn has at most 16 steps; then the connection is registered again with the mask that it has, and the kernel reports it after the others.',
      zh: '以上全部合在一起，不到 150 行。一小步只做一件事，并说明要不要继续：发送，否则读一块，否则回答，否则接收。每一小步要么有进展，要么暂不可行，所以不会丢失边缘。一轮最多 16 小步，然后用原来的掩码修改注册，内核会在别人之后再报告它。',
    },
    code: `function turn(connection: Connection): void {
  for (let i = 0; i < stepsPerTurn; i++) if (!step(connection)) return
  epoll.modify(connection.socket, EPOLLIN | EPOLLOUT | EPOLLET)
}`,
    trap: {
      en: 'What this prevents: who drains to the end, and has a client that is quicker, never comes to the end. The others are ready, and [starve](#/e/starvation).',
      zh: '它防止的是：读尽遇上更快的客户端，就永远读不到头。别的客户端早已就绪，却在[挨饿](#/e/starvation)。',
    },
    goesWrong: {
      transcript: `
tcp a s; tcp b t
ep E; add E s IN|ET; add E t IN|ET
send a 1000
wait E -> s:IN
send b 5
recv s 1000 -> 1000
send a 1000
recv s 1000 -> 1000
send a 1000
recv s 1000 -> 1000
poll E -> E:IN
`,
      caption: {
        en: 'a sends again before each receive, so the drain goes on. b is on the ready list since long, and nobody asks.',
        zh: 'a 总是抢在每次接收之前再发，读尽没完没了。b 早就在就绪列表上，却没有人来问。',
      },
    },
    fix: {
      en: 'Stop after a share, and modify: the registration goes to the end of the ready list, with what is left.',
      zh: '够一份就停，并修改注册：它会带着剩下的数据排到就绪列表的末尾。',
    },
    goesWell: {
      transcript: `
tcp a s; tcp b t
ep E; add E s IN|ET; add E t IN|ET
send a 4000
wait E -> s:IN
recv s 1000 -> 1000
send b 5
mod E s IN|ET
wait E -> t:IN, s:IN
`,
      caption: {
        en: 'b is served now, and a comes after it. Nothing is lost.',
        zh: '现在轮到 b，然后才是 a。什么都没有丢。',
      },
    },
  },
]
