import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpResponseReader } from './http-response';

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n6;ext=1\r\npedia \r\n0\r\n\r\n';
const WITH_LENGTH = 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello';
const UNTIL_END = 'HTTP/1.0 200 OK\n\nall that comes';

function read(text: string, cuts: readonly number[] = []): HttpResponseReader {
  const reader = new HttpResponseReader(1000);
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    reader.add(text.slice(from, Math.max(from, cut)));
    from = Math.max(from, cut);
  }
  reader.add(text.slice(from));
  return reader;
}

describe('HttpResponseReader', () => {
  it('knows where a response ends', () => {
    const chunked = read(CHUNKED);
    expect([chunked.body, chunked.complete]).toEqual(['Wikipedia ', true]);
    const sized = read(WITH_LENGTH);
    expect([sized.response?.status, sized.body, sized.complete]).toEqual([404, 'hello', true]);
    expect(sized.response?.headers.get('x-a')).toBe('b');
    const open = read(UNTIL_END);
    expect([open.complete, open.end(), open.body]).toEqual([false, true, 'all that comes']);
  });

  it('does not care how the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(CHUNKED, WITH_LENGTH, UNTIL_END),
        fc.array(fc.nat(80), { maxLength: 6 }),
        (text, cuts) => {
          const [whole, parts] = [read(text), read(text, cuts)];
          expect(parts.response).toEqual(whole.response);
          expect(parts.body).toBe(whole.body);
          expect(parts.end()).toBe(whole.end());
        },
      ),
    );
  });

  it('keeps no more of the body than it was asked to', () => {
    const reader = new HttpResponseReader(3);
    reader.add(WITH_LENGTH);
    expect([reader.body, reader.complete]).toEqual(['hel', true]);
  });

  it('sees that a response was cut off, or is none', () => {
    expect(read(WITH_LENGTH.slice(0, -1)).end()).toBe(false);
    expect(read('HTTP/1.1 200').end()).toBe(false);
    expect(new HttpResponseReader(10).add('220 ready\r\n')).toBe('220 ready');
  });
});
