/**
 * The bytes of images, in files.
 *
 * Each upload goes to a file of its own with a new name; only when it is whole and on the disk does it get into the folder of
 * images, and only then does a transaction say that the image has it. So a crash leaves at most a file that nobody speaks of,
 * and never half an image. `sweep` removes such files.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { ImageData } from '../../domain/image.ts'

/** Younger files may belong to an upload that is under way in another process. */
const sweptAfterMs = 24 * 3_600_000

export interface ImageFiles {
  /**
   * Keeps all bytes of the stream, durably, and says what they are.
   * @throws `invalid` with `details.tooLarge` past the limit; `unavailable` when they cannot be kept; what the stream throws.
   */
  keep(bytes: AsyncIterable<Uint8Array>): Promise<ImageData & { readonly file: string }>
  /** @throws `unavailable` when the file is not there. */
  read(file: string): Promise<AsyncIterable<Uint8Array>>
  remove(file: string): Promise<void>
  /** Removes old files that nobody needs. */
  sweep(needed: ReadonlySet<string>, now: Instant): Promise<number>
}

export function openImageFiles(
  folder: string,
  { ids, sizeMax = 2 ** 40 }: { readonly ids: Ids; readonly sizeMax?: number },
): ImageFiles {
  const incoming = join(folder, 'incoming')
  return {
    keep: async (bytes) => {
      const name = ids.uuid()
      const path = join(incoming, name)
      try {
        await mkdir(incoming, { recursive: true, mode: 0o700 })
        const data = await write(path, bytes, sizeMax)
        await rename(path, join(folder, name))
        await syncFolder(folder)
        return { ...data, file: name }
      } catch (thrown) {
        await rm(path, { force: true })
        throw translate(thrown)
      }
    },
    read: async (file) => {
      try {
        const handle = await open(join(folder, file))
        return createReadStream('', { fd: handle, highWaterMark: 256 * 1024 })
      } catch (thrown) {
        throw translate(thrown)
      }
    },
    remove: async (file) => await rm(join(folder, file), { force: true }),
    sweep: async (needed, now) => {
      const stray = [
        ...(await oldFiles(incoming, now)),
        ...(await oldFiles(folder, now)).filter(({ name }) => !needed.has(name)),
      ]
      for (const { path } of stray) await rm(path, { force: true })
      return stray.length
    },
  }
}

async function write(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  sizeMax: number,
): Promise<Omit<ImageData, 'file'>> {
  const md5 = createHash('md5')
  const sha512 = createHash('sha512')
  const handle = await open(path, 'wx', 0o600)
  let size = 0
  try {
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > sizeMax) throw problem('invalid', 'The image is too large', { tooLarge: true })
      md5.update(chunk)
      sha512.update(chunk)
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { size, checksum: md5.digest('hex'), sha512: sha512.digest('hex') }
}

/** A renamed file is sure to be there after a power cut only when its folder has reached the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function oldFiles(
  folder: string,
  now: Instant,
): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const old: { readonly name: string; readonly path: string }[] = []
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry)
    const facts = await stat(path)
    if (facts.isFile() && facts.mtimeMs < now - sweptAfterMs) old.push({ name: entry, path })
  }
  return old
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    // Nothing was uploaded yet.
    if (codeOf(thrown) === 'ENOENT') return []
    throw thrown
  }
}

/** Trouble with the disk is not the caller's; a caller who left in the middle is not the disk's. */
function translate(thrown: unknown): unknown {
  if (isProblem(thrown)) return thrown
  const code = codeOf(thrown)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return problem('invalid', 'The upload ended too early', {}, { cause: thrown })
  }
  return code === null
    ? thrown
    : problem('unavailable', 'The image data cannot be reached', { code }, { cause: thrown })
}

function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null
}
