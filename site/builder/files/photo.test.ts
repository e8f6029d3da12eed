import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadResume } from '../../resume/index.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { photoFile } from './photo.ts';
import { decodeWebp, encodeWebp } from './webp.ts';

const folder = await temporaryFolder();
const resumeFile = join(folder, 'resume.json');
const upright = await readFile('test/fixtures/photos/blue-above-red.jpg');

/** The photo with EXIF data: how the camera was held, and a place. */
function withExif(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(2, 8);
  for (const [index, [tag, type, value]] of [
    [0x0112, 3, orientation],
    [0x8825, 4, 0],
  ].entries()) {
    const entry = 10 + index * 12;
    tiff.writeUInt16BE(tag!, entry);
    tiff.writeUInt16BE(type!, entry + 2);
    tiff.writeUInt32BE(1, entry + 4);
    tiff.writeUInt16BE(value!, entry + 8);
  }
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/** Colours at the middle of the four edges: top, right, bottom, left. */
async function edges(content: Buffer): Promise<string[]> {
  const { data, width, height } = await decodeWebp(content);
  assert.deepEqual([width, height], [256, 256]);
  return [
    [128, 8],
    [247, 128],
    [128, 247],
    [8, 128],
  ].map(([x, y]) => {
    const [red = 0, , blue = 0] = data.subarray((y! * width + x!) * 4);
    return Math.abs(red - blue) < 100 ? 'both' : red > blue ? 'red' : 'blue';
  });
}

async function built(image: string, fetchRemote = false) {
  const { file, warning } = await photoFile(image, resumeFile, fetchRemote);
  return { content: file?.content as Buffer | undefined, path: file?.path, warning };
}

async function warningsFor(image: string): Promise<string> {
  await writeFile(resumeFile, JSON.stringify({ basics: { name: 'A', image } }));
  return (await loadResume(resumeFile)).warnings;
}

describe('a photo', () => {
  test('is small, square and upright, and says nothing about its place', async () => {
    const expected = { 1: ['blue', 'red'], 3: ['red', 'blue'], 6: undefined, 8: undefined };
    for (const [orientation, colours] of Object.entries(expected)) {
      await writeFile(join(folder, 'me.jpg'), withExif(upright, Number(orientation)));
      const { content, path } = await built('me.jpg');
      assert.match(path!, /^photo\.[0-9a-f]{8}\.webp$/);
      assert.ok(content!.length <= 40_000);
      assert.equal(content!.includes('EXIF') || content!.includes('Exif'), false);
      const [top, right, bottom, left] = await edges(content!);
      if (colours) assert.deepEqual([top, bottom], colours);
      // Held on its side, what is above in the file is at the right (6) or at the left (8).
      else assert.deepEqual([left, right], orientation === '6' ? ['red', 'blue'] : ['blue', 'red']);
    }
    assert.match(await warningsFor('me.jpg'), /basics\.image says where it was taken \(GPS\)/);
  });

  test('may be WebP, SVG or a data URL', async () => {
    const [width, height] = [1000, 700];
    const data = new Uint8ClampedArray(width * height * 4).map((_, index) =>
      index % 4 === 1 ? 0 : (index * 7919) % 256,
    );
    await writeFile(join(folder, 'me.webp'), await encodeWebp({ data, width, height }, 80));
    await writeFile(
      join(folder, 'me.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script><rect width="9" height="9" fill="red"/></svg>',
    );
    for (const image of ['me.webp', 'me.svg', `data:image/jpeg;base64,${upright.toString('base64')}`]) {
      const { content } = await built(image);
      assert.ok(content!.length <= 40_000, image);
      assert.equal((await edges(content!)).length, 4);
    }
  });

  test('is found in public/, static/ and assets/', async () => {
    for (const place of ['public', 'static', 'assets']) {
      await mkdir(join(folder, place), { recursive: true });
      await writeFile(join(folder, place, `${place}.jpg`), upright);
      assert.ok((await built(`/${place}.jpg`)).content, place);
      assert.equal(await warningsFor(`/${place}.jpg`), '');
    }
  });

  test('that cannot be used costs the page only its photo', { timeout: 10_000 }, async () => {
    const outside = join(await temporaryFolder(), 'secret.jpg');
    await writeFile(outside, upright);
    await symlink(outside, join(folder, 'link.jpg'));
    await symlink('/dev/zero', join(folder, 'device.jpg'));
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    await writeFile(join(folder, 'text.jpg'), 'no image');
    await writeFile(join(folder, 'broken.png'), Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'));
    for (const [image, warning] of Object.entries({
      'link.jpg': /outside of the résumé's folder/,
      'device.jpg': /outside of the résumé's folder/,
      'pipe.jpg': /not a regular file/,
      public: /not a regular file/,
      '../../etc/passwd': /outside of the résumé's folder|does not exist/,
      'none.jpg': /does not exist; the page has no photo\n {2}Looked in/,
      'text.jpg': /not a JPEG, PNG/,
      'data:text/html,x': /not an image in base64/,
      'https://photos.example/me.jpg': /is on another server/,
    })) {
      assert.match(await warningsFor(image), warning, image);
      assert.equal((await built(image)).content, undefined, image);
    }
    assert.match((await built('broken.png')).warning!, /cannot be read as an image/);
  });

  test('on another server is fetched if asked for', async (context) => {
    const server = createServer(({ url }, response) => {
      response.statusCode = url === '/me.jpg' ? 200 : 404;
      response.end(upright);
    }).listen(0, '127.0.0.1');
    context.after(() => server.close().closeAllConnections());
    await new Promise((resolve) => server.once('listening', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.ok((await built(`${base}/me.jpg`, true)).content);
    assert.match((await built(`${base}/none.jpg`, true)).warning!, /cannot be fetched: .* answers 404/);
  });
});
