import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { roomOf, type BodyRoom } from './bodies-in-flight';
import { httpProblems, type HttpProblem } from './problem';

type Decoder = Gunzip | Inflate;

const OPTIONS = { chunkSize: 64 * 1024 };

/**
 * How a body of each content coding is decoded (RFC 9110, section 8.4.1). Brotli is left out on purpose: a sender of a few
 * bytes can make its decoder take 16 MiB.
 */
const DECODERS: ReadonlyMap<string, () => Decoder> = new Map<string, () => Decoder>([
  ['gzip', () => createGunzip(OPTIONS)],
  ['x-gzip', () => createGunzip(OPTIONS)],
  ['deflate', () => createInflate(OPTIONS)],
]);

/** What `Accept-Encoding` says of a 415. */
const ACCEPTED_CODINGS = 'gzip, deflate, identity';

type CodedRequest = Pick<FastifyRequest, 'headers'>;

/** The content coding of a request's body, in lower case; undefined for none. */
export function codingOf({ headers }: CodedRequest): string | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  return coding === 'identity' ? undefined : coding;
}

/** The problem of a request in a coding that is not taken, before its body is read. */
export function codingProblem(request: CodedRequest): HttpProblem | undefined {
  const coding = codingOf(request);
  return coding === undefined || DECODERS.has(coding)
    ? undefined
    : httpProblems.unsupportedContentCoding(ACCEPTED_CODINGS);
}

/**
 * Decodes bodies while they arrive, so that routes see what the sender has made, whether it was compressed on its way or
 * not. A body is given up as soon as it is too large, coded or decoded, or when it does not fit among those in flight.
 */
export function registerContentCodings(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { headers, routeOptions } = request;
    const createDecoder = DECODERS.get(codingOf(request) ?? '');
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (!createDecoder || !hasBody) {
      done(null, payload);
      return;
    }
    const body = new DecodedBody(payload, createDecoder(), routeOptions.bodyLimit, roomOf(request));
    // Of a body that no one reads to its end, because the request is refused before.
    reply.raw.once('close', () => {
      body.dropRest();
    });
    done(null, body);
  });
}

const corrupt = (): HttpProblem =>
  httpProblems.badRequest('The body is not in the content coding that the request names.');

/** What a decoder makes of a coded body. Counts both sides of it. */
class DecodedBody extends Transform {
  /** Fastify compares it with Content-Length. */
  receivedEncodedLength = 0;
  #decodedBytes = 0;

  constructor(
    private readonly coded: Readable,
    private readonly decoder: Decoder,
    private readonly limit: number,
    private readonly room: BodyRoom,
  ) {
    super();
    coded.on('data', (chunk: Buffer) => {
      this.#countCoded(chunk.length);
    });
    coded.on('error', (error) => this.destroy(error));
    decoder.on('error', () => this.destroy(corrupt()));
    this.on('error', () => {
      this.dropRest();
    });
    coded.pipe(decoder).pipe(this);
  }

  /** Reads the rest without decoding it, so that the client sees the answer and not a reset. */
  dropRest(): void {
    this.#detach();
    this.decoder.destroy();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#decodedBytes += chunk.length;
    if (this.#decodedBytes > this.limit) done(httpProblems.contentTooLarge(this.limit));
    else done(this.room.grow(this.#decodedBytes) ?? null, chunk);
  }

  /** A decoder stops at the end of what it knows. What comes after that is not of the coding. */
  override _flush(done: TransformCallback): void {
    this.#detach();
    const finish = (): void => {
      done(this.decoder.bytesWritten === this.receivedEncodedLength ? null : corrupt());
    };
    if (this.coded.readableEnded) finish();
    else this.coded.once('end', finish);
  }

  /** A decoder that has its end takes no more, and would hold up what comes after it. */
  #detach(): void {
    this.coded.unpipe(this.decoder);
    this.coded.resume();
  }

  #countCoded(bytes: number): void {
    this.receivedEncodedLength += bytes;
    if (this.receivedEncodedLength > this.limit) this.destroy(httpProblems.contentTooLarge(this.limit));
  }
}
