# node-gyp takes a file of this name from Node's headers. With --nodedir here it needs none of them: all flags are in
# binding.gyp, the headers of Node-API come from npm, and those of libuv are in uv.h.
{}
