// The limit of fan-out: the library ws, which sends text that is there already. It speaks just enough of
// graphql-transport-ws for the same clients.
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { announce, bodyOf } from './serve.js';

const groups = new Map<string, Set<WebSocket>>();
const ACK = JSON.stringify({ type: 'connection_ack' });

const http = createServer((request, response) => {
  bodyOf(request).then(
    (body) => {
      const { group, text } = JSON.parse(body);
      for (const socket of groups.get(group) ?? []) socket.send(text);
      response.end('{"published":true}');
    },
    () => response.writeHead(400).end(),
  );
});

const sockets = new WebSocketServer({ server: http, path: '/graphql' });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(data.toString());
    if (type === 'connection_init') socket.send(ACK);
    if (type !== 'subscribe') return;
    const group = payload.variables.conversationId ?? '';
    const members = groups.get(group) ?? new Set();
    groups.set(group, members.add(socket));
    socket.on('close', () => members.delete(socket));
  });
});
announce(http);
