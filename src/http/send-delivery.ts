import type { Duplex } from 'node:stream';
import { MessageType } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type Delivery, textOf } from '../live/delivery.js';

/** A result as a WebSocket carries it. Clients that count their operations all use the same id, and get the same bytes. */
type Frames = { payload: Buffer; last: { id: string; frame: Buffer } | null };

const framesOf = new WeakMap<Delivery, Frames>();

/** A WebSocket, and the stream that it writes to. */
export type Pipe = { socket: WebSocket; stream: Duplex };

/**
 * Sends results of the operation with this id as frames that are made once, rather than through graphql-ws and ws for
 * each socket. Without compression, ws writes each of its own frames whole, so that these may go between any two of them.
 * Calls `onSent` once the network has taken them, or the connection has closed.
 */
export function sendDeliveries({ socket, stream }: Pipe, id: string, deliveries: Delivery[], onSent: () => void): void {
  if (socket.readyState !== socket.OPEN) {
    socket.once('close', onSent);
    return;
  }
  const frames = deliveries.every(({ alone }) => alone) ? ownFramesOf(deliveries, id) : sharedFramesOf(deliveries, id);
  stream.write(frames, (error) => (error ? socket.once('close', onSent) : onSent()));
}

/** Frames of which nothing is kept, as nobody else gets these results. */
function ownFramesOf(deliveries: Delivery[], id: string): Buffer {
  const before = beginningOf(id);
  const around = Buffer.byteLength(before) + END.length;
  const texts = deliveries.map(textOf);
  const lengths = texts.map((text) => around + Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LONGEST_HEADER + length, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const header = textFrameHeader(lengths[index] ?? 0);
    frames.set(header, at);
    at += header.length;
    at += frames.write(`${before}${text}}`, at);
  }
  return frames.subarray(0, at);
}

function sharedFramesOf(deliveries: Delivery[], id: string): Buffer {
  const [frame = END, ...more] = deliveries.map((delivery) => frameOf(delivery, id));
  return more.length > 0 ? Buffer.concat([frame, ...more]) : frame;
}

function frameOf(delivery: Delivery, id: string): Buffer {
  const known = framesOf.get(delivery);
  if (known?.last?.id === id) return known.last.frame;
  const frames = known ?? { payload: Buffer.from(textOf(delivery)), last: null };
  const frame = nextFrame(id, frames.payload);
  frames.last = { id, frame };
  framesOf.set(delivery, frames);
  return frame;
}

/** The message `next` of graphql-transport-ws, with its fields in the order of graphql-ws. */
function nextFrame(id: string, payload: Buffer): Buffer {
  const before = Buffer.from(beginningOf(id));
  const length = before.length + payload.length + END.length;
  return Buffer.concat([textFrameHeader(length), before, payload, END]);
}

function beginningOf(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
}

/**
 * Sends a text as one piece, where ws writes the header and the text of a frame apart, which takes a dearer call of the
 * system; and texts that are sent together, such as answers to all that a client has sent at once, by one call. Settles when the text was handed to the network, so that a subscription waits for a slow reader.
 */
export function sendText({ socket, stream }: Pipe, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    const payload = Buffer.from(text);
    const frame = Buffer.concat([textFrameHeader(payload.length), payload]);
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    stream.write(frame, (error) => (error ? reject(error) : resolve()));
  });
}

const END = Buffer.from('}');
const LONGEST_HEADER = 10;
const FINAL_TEXT = 0x81;
const SHORT = 125;
const MEDIUM = 0xffff;

/** The header of an unmasked frame that holds a whole text message (RFC 6455, section 5.2). */
function textFrameHeader(length: number): Buffer {
  if (length <= SHORT) return Buffer.from([FINAL_TEXT, length]);
  const header = Buffer.alloc(length <= MEDIUM ? 4 : 10);
  header[0] = FINAL_TEXT;
  header[1] = length <= MEDIUM ? SHORT + 1 : SHORT + 2;
  if (length <= MEDIUM) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
