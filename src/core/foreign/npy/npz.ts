// Arrays by name out of an NPZ, which is a ZIP of NPY files.
import { type NpyLimits, npyHeader, npyLimits, arrayFromNpy } from './npy.ts'
import type { NumberArray } from './npy-values.ts'
import { objectArrayFromNpy } from '../pickle/pickle.ts'
import { type PickleArray, type PickleLimits, pickleLimits } from '../pickle/pickle-machine.ts'
import { readMember, type ZipArchive } from '../zip/zip-reader.ts'

const ending = '.npy'

/** Names as NumPy gives them, without `.npy`; members of another kind are not among them. */
export function npzNames(zip: ZipArchive): readonly string[] {
  return [...zip.members.keys()].filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
}

/** Throws the faults of `readMember` and `arrayFromNpy`. */
export async function readNpzArray(zip: ZipArchive, name: string, limits: NpyLimits = npyLimits): Promise<NumberArray> {
  return arrayFromNpy(memberPath(zip, name), await readMember(zip, name + ending), limits)
}

/** For arrays of Python objects as the old generations wrote them; an array of numbers is given as it is. */
export async function readNpzObjects(
  zip: ZipArchive,
  name: string,
  limits: NpyLimits & PickleLimits = { ...npyLimits, ...pickleLimits },
): Promise<PickleArray> {
  const path = memberPath(zip, name)
  const bytes = await readMember(zip, name + ending)
  const header = npyHeader(path, bytes, limits)
  return header.dtype === undefined ? objectArrayFromNpy(path, bytes, limits) : arrayFromNpy(path, bytes, limits)
}

const memberPath = (zip: ZipArchive, name: string) => `${zip.source.name} (${name}${ending})`
