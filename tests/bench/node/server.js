// The baseline of tests/bench/metrics.py: the same frame to every socket, as fast as they take it, with `ws`.
const { WebSocketServer } = require("ws");

const rounds = Number(process.argv[2]);
const frame = JSON.stringify({ type: "monitoring:metrics", data: { text: "x".repeat(1000) } });
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false }, () => {
  console.log(server.address().port, frame.length + 4);
});

function publish(left) {
  if (left === 0) return;
  const busy = [...server.clients].some((socket) => socket.bufferedAmount > 65536);
  if (!busy) for (const socket of server.clients) socket.send(frame);
  setImmediate(publish, busy ? left : left - 1);
}

server.on("connection", (socket) => {
  socket.on("message", () => socket.send('{"type":"bench:subscribed","data":{}}'));
});

process.stdin.once("data", () => publish(rounds));
