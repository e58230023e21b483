// Holds our NPY, NPZ and pickle reading against files that NumPy writes, and NumPy's reading against files that we write.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { maskFromPacked, packedFromMask } from '../../mask/packed.ts'
import { sourceOf } from '../fixtures.ts'
import { arrayFromNpy } from './npy.ts'
import { npyFromArray, type WrittenArray } from './npy-writer.ts'
import { npzNames, readNpzArray, readNpzObjects } from './npz.ts'
import { valueFromPickle } from '../pickle/pickle.ts'
import { openZip, type ZipTools } from '../zip/zip-reader.ts'

const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import numpy']).status === 0)
const folder = mkdtempSync(join(tmpdir(), 'scenewright-numpy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tools: ZipTools = { inflate: async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }) }
const file = (name: string) => new Uint8Array(readFileSync(join(folder, name)))
const zipOf = (name: string) => openZip(sourceOf(file(name), name), tools)

/** Runs a script with numpy as np and pickle in the folder of the test. */
function withNumpy(script: string): string {
  const done = spawnSync(python ?? '', ['-c', `import numpy as np, pickle, json\n${script}`], { cwd: folder, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(done.stderr)
  return done.stdout
}

describe.skipIf(python === undefined)('NumPy [needs python3 with numpy]', () => {
  it('writes arrays of every kind, byte order and axis order, which we read alike', () => {
    const codes = ['?', 'u1', 'i1', ...['u2', 'u4', 'u8', 'i2', 'i4', 'i8', 'f2', 'f4', 'f8'].flatMap((code) => [`<${code}`, `>${code}`])]
    const listed = withNumpy(`
codes = ${JSON.stringify(codes)}
out = []
for i, code in enumerate(codes):
    a = (np.arange(24).reshape(2, 3, 4) * 3 - (0 if 'u' in code else 20)).astype(code)
    np.save(f'c{i}.npy', a)
    np.save(f'f{i}.npy', np.asfortranarray(a))
    out.append(a.astype(float).ravel().tolist())
print(json.dumps(out))`)
    const expected = JSON.parse(listed) as number[][]
    for (const [i] of codes.entries())
      for (const order of ['c', 'f']) {
        const read = arrayFromNpy(codes[i]!, file(`${order}${i}.npy`))
        expect(read.shape).toEqual([2, 3, 4])
        expect([...read.values].map(Number)).toEqual(expected[i])
      }
  })
  it('writes the same bytes as we do, for every kind and number of sides', () => {
    const cases: readonly (readonly [string, string, WrittenArray])[] = [
      ['?', '()', { kind: 'bool', shape: [], values: Uint8Array.of(1) }],
      ['?', '(5,)', { kind: 'bool', shape: [5], values: Uint8Array.of(0, 1, 1, 1, 1) }],
      ['u1', '(2,3)', { kind: 'uint8', shape: [2, 3], values: Uint8Array.of(0, 1, 2, 3, 4, 5) }],
      ['i4', '(1,)*20', { kind: 'int32', shape: Array(20).fill(1), values: Int32Array.of(0) }],
      ['f4', '(0,7)', { kind: 'float32', shape: [0, 7], values: new Float32Array() }],
      ['f4', '(3,1)', { kind: 'float32', shape: [3, 1], values: Float32Array.of(0, 1, 2) }],
    ]
    withNumpy(`
for i, (code, shape) in enumerate([${cases.map(([code, shape]) => `('${code}', ${shape})`).join()}]):
    values = np.arange(int(np.prod(shape))) if shape else np.array(1)
    np.save(f'w{i}.npy', values.reshape(shape).astype(code))`)
    for (const [i, [, , ours]] of cases.entries()) expect(npyFromArray(ours)).toEqual(file(`w${i}.npy`))
  })
  it('reads what we write', () => {
    writeFileSync(join(folder, 'ours.npy'), npyFromArray({ kind: 'int32', shape: [2, 2], values: Int32Array.of(1, -2, 3, 2 ** 31 - 1) }))
    expect(withNumpy(`a = np.load('ours.npy'); print(a.dtype, a.tolist())`).trim()).toBe('int32 [[1, -2], [3, 2147483647]]')
  })
  it.each(['savez', 'savez_compressed'])('writes the masks of a raw candidate store with %s, packed as we unpack them', async (save) => {
    withNumpy(`
rng = np.random.default_rng(1)
masks = rng.random((3, 7, 13)) > 0.5
np.save('masks.npy', masks)
np.${save}('raw.npz', packed_masks=np.packbits(masks.reshape(3, -1), axis=1), mask_shape=np.array([7, 13], np.int32), has_mask=np.ones(3, bool))`)
    const zip = await zipOf('raw.npz')
    expect(npzNames(zip)).toEqual(['packed_masks', 'mask_shape', 'has_mask'])
    const [height, width] = (await readNpzArray(zip, 'mask_shape')).values
    const packed = await readNpzArray(zip, 'packed_masks')
    const masks = arrayFromNpy('masks', file('masks.npy')).values
    expect(packed.shape).toEqual([3, 12])
    const second = Uint8Array.from(packed.values.slice(12, 24), Number)
    const mask = maskFromPacked(second, Number(width), Number(height))
    expect([...mask]).toEqual([...masks.slice(91, 182)])
    expect(packedFromMask(mask, Number(width), Number(height))).toEqual(second)
  })
  it('writes an E0 archive, a dict of dicts of masks, which we read as maps of arrays', async () => {
    withNumpy(`
frames = {str(i): {str(k): np.full((1, 4, 6), 10 * i + k, np.uint8) for k in (1, 2)} for i in range(3)}
np.savez_compressed('video_segments.npz', data=frames)`)
    const value = await readNpzObjects(await zipOf('video_segments.npz'), 'data')
    expect(value).toMatchObject({ kind: 'object', shape: [] })
    const [frames] = value.kind === 'object' ? value.items : []
    if (!(frames instanceof Map)) throw new Error('The frames are no map.')
    expect([...frames.keys()]).toEqual(['0', '1', '2'])
    expect(frames.get('2').get('1')).toEqual({ kind: 'uint8', shape: [1, 4, 6], values: new Uint8Array(24).fill(21) })
  })
  it('writes an E3 archive, packed bits with shapes as tuples and lists, which we read', async () => {
    withNumpy(`
mask = np.zeros((1, 6, 10), bool); mask[0, 0, 0] = mask[0, 5, 9] = True
entry = {'packed_bits': np.packbits(mask), 'shape': mask.shape, 'full_resolution_shape': [1, 6]}
np.savez_compressed('object_segments_scale0.3x.npz', data=np.array({'1': {'000012': entry, '000013': entry}}, dtype=object))`)
    const value = await readNpzObjects(await zipOf('object_segments_scale0.3x.npz'), 'data')
    expect(value).toMatchObject({
      items: [
        new Map([
          [
            '1',
            new Map(
              ['000012', '000013'].map((frame) => [
                frame,
                new Map<string, unknown>([
                  ['packed_bits', { kind: 'uint8', shape: [8], values: Uint8Array.of(128, 0, 0, 0, 0, 0, 0, 16) }],
                  ['shape', [1, 6, 10]],
                  ['full_resolution_shape', [1, 6]],
                ]),
              ]),
            ),
          ],
        ]),
      ],
    })
  })
  it.each([3, 4])('pickles in protocol %i what we read: text beyond ASCII, large bytes, None, arrays of several kinds', (protocol) => {
    withNumpy(`
value = {'name': 'für', 'none': None, 'yes': True, 'list': [1, -300, 70000, (), (1,), (1, 2, 3, 4)], 'many': list(range(2000)),
  'big': np.arange(70000, dtype=np.uint8), 'turned': np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)), 'swapped': np.arange(3, dtype='>f4')}
open('v.pickle', 'wb').write(pickle.dumps(value, protocol=${protocol}))`)
    const value = valueFromPickle('v.pickle', file('v.pickle'))
    if (!(value instanceof Map)) throw new Error('The value is no map.')
    expect(value.get('name')).toBe('für')
    expect(value.get('none')).toBeUndefined()
    expect(value.get('list')).toEqual([1, -300, 70000, [], [1], [1, 2, 3, 4]])
    expect(value.get('many')).toHaveLength(2000)
    expect(value.get('big').values[69_999]).toBe(69_999 % 256)
    expect(value.get('turned')).toEqual({ kind: 'int32', shape: [2, 3], values: Int32Array.of(0, 1, 2, 3, 4, 5) })
    expect(value.get('swapped')).toEqual({ kind: 'float32', shape: [3], values: Float32Array.of(0, 1, 2) })
  })
  it('pickles objects with a program in them, which we refuse without running it', async () => {
    withNumpy(`
import os
class Evil:
    def __reduce__(self): return (os.system, ('touch ran',))
np.savez('evil.npz', data=np.array({'0': Evil()}, dtype=object))`)
    await expect(readNpzObjects(await zipOf('evil.npz'), 'data')).rejects.toMatchObject({
      code: 'FOREIGN_PICKLE_GLOBAL',
      params: { path: 'evil.npz (data.npy)', name: '"posix.system"' },
    })
    expect(() => file('ran')).toThrow()
  })
})
